package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
)

// enforceNetworkPolicies keeps the iptables of the network namespace it runs in equal to the NetworkPolicies that concern
// one node: kube-router's policy controller without its router and its proxy.
func enforceNetworkPolicies(ctx context.Context, args []string) error {
	kubeconfig, node, serviceCIDR := args[0], args[1], args[2]
	client, err := connect(ctx, kubeconfig)
	if err != nil {
		return err
	}
	// The controller reads its node's addresses once, when it is made: the kubelet must have registered it.
	err = wait.PollUntilContextTimeout(ctx, 500*time.Millisecond, 2*time.Minute, true, func(ctx context.Context) (bool, error) {
		n, err := client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
		return err == nil && len(n.Status.Addresses) > 0, nil
	})
	if err != nil {
		return fmt.Errorf("node %s is not registered: %w", node, err)
	}

	config := options.NewKubeRouterConfig()
	config.EnableIPv4, config.RunFirewall, config.HostnameOverride = true, true, node
	config.ClusterIPCIDRs = []string{serviceCIDR}
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	tables, sets, err := netpol.NewIPTablesHandlers(config)
	if err != nil {
		return fmt.Errorf("iptables: %w", err)
	}
	var ipset sync.Mutex
	policy, err := netpol.NewNetworkPolicyController(client, config, pods, policies, namespaces, &ipset, tables, sets)
	if err != nil {
		return fmt.Errorf("policy controller: %w", err)
	}
	if _, err := pods.AddEventHandler(policy.PodEventHandler); err != nil {
		return err
	}
	if _, err := namespaces.AddEventHandler(policy.NamespaceEventHandler); err != nil {
		return err
	}
	if _, err := policies.AddEventHandler(policy.NetworkPolicyEventHandler); err != nil {
		return err
	}
	var running sync.WaitGroup
	running.Add(1)
	policy.Run(drained(ctx), ctx.Done(), &running)
	return nil
}

// drained returns a channel for the controller's heartbeats, which it would block on if nobody read them.
func drained(ctx context.Context) chan *healthcheck.ControllerHeartbeat {
	beats := make(chan *healthcheck.ControllerHeartbeat, 10)
	go func() {
		for {
			select {
			case <-beats:
			case <-ctx.Done():
				return
			}
		}
	}()
	return beats
}
