// Command kube is a Kubernetes node and its control plane in one binary: etcd, the programs of Kubernetes, CoreDNS,
// a provisioner of folders and the enforcement of NetworkPolicies. The name it is called by, or its first argument,
// picks the program: one binary links the shared libraries of all of them once.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// program runs one of the programs with os.Args as it expects them and returns its exit status.
type program func() int

func programs() map[string]program {
	return map[string]program{
		"etcd":                    func() int { etcdmain.Main(os.Args); return 0 },
		"coredns":                 coreDNS,
		"kube-apiserver":          command(apiserver.NewAPIServerCommand),
		"kube-controller-manager": command(controllermanager.NewControllerManagerCommand),
		"kube-scheduler":          command(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
		"kube-proxy":              command(proxy.NewProxyCommand),
		"kubelet":                 command(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
		"kubectl":                 command(kubectl.NewDefaultKubectlCommand),
		"folder-provisioner":      ours(provisionFolders, "KUBECONFIG FOLDER"),
		"network-policy":          ours(enforceNetworkPolicies, "KUBECONFIG NODE SERVICE_CIDR"),
	}
}

func main() {
	all := programs()
	name := filepath.Base(os.Args[0])
	if _, known := all[name]; !known && len(os.Args) > 1 {
		os.Args = os.Args[1:]
		name = os.Args[0]
	}
	run, known := all[name]
	if !known {
		names := make([]string, 0, len(all))
		for n := range all {
			names = append(names, n)
		}
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "kube: no program %q; one of: %s\n", name, strings.Join(names, ", "))
		os.Exit(2)
	}
	os.Exit(run())
}

// command makes a program of a cobra command of Kubernetes.
func command(build func() *cobra.Command) program {
	return func() int { return cli.Run(build()) }
}

// ours makes a program of a function of this folder: it gets as many arguments as usage names, and a context that ends
// with SIGINT or SIGTERM.
func ours(run func(ctx context.Context, args []string) error, usage string) program {
	return func() int {
		args := os.Args[1:]
		if len(args) != len(strings.Fields(usage)) {
			fmt.Fprintf(os.Stderr, "usage: %s %s\n", os.Args[0], usage)
			return 2
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if err := run(ctx, args); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[0], err)
			return 1
		}
		return 0
	}
}
