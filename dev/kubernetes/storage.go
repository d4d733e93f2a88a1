package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provisionerName is what the StorageClass of manifests/storageclass.yaml asks for.
const provisionerName = "tiercache.dev/folder"

// folders provisions every volume as a folder below root. A volume keeps to the node it was made for, as a local disk does.
type folders struct{ root string }

// Provision makes the folder, writable for any user of a pod: the kubelet applies no fsGroup to hostPath volumes.
func (f folders) Provision(_ context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	path := filepath.Join(f.root, o.PVName)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if err := os.Chmod(path, 0o777); err != nil { // MkdirAll obeys the umask
		return nil, controller.ProvisioningFinished, err
	}
	kind := v1.HostPathDirectory
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: o.PVC.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeSource:        v1.PersistentVolumeSource{HostPath: &v1.HostPathVolumeSource{Path: path, Type: &kind}},
			NodeAffinity:                  onNode(o.SelectedNodeName),
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes the folder; it refuses a path that this provisioner cannot have made.
func (f folders) Delete(_ context.Context, pv *v1.PersistentVolume) error {
	if pv.Spec.HostPath == nil || filepath.Dir(pv.Spec.HostPath.Path) != f.root {
		return fmt.Errorf("volume %s is no folder below %s", pv.Name, f.root)
	}
	return os.RemoveAll(pv.Spec.HostPath.Path)
}

func onNode(name string) *v1.VolumeNodeAffinity {
	return &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
		MatchExpressions: []v1.NodeSelectorRequirement{
			{Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{name}},
		},
	}}}}
}

// provisionFolders runs the provisioner until ctx ends.
func provisionFolders(ctx context.Context, args []string) error {
	kubeconfig, root := args[0], filepath.Clean(args[1])
	client, err := connect(ctx, kubeconfig)
	if err != nil {
		return err
	}
	provisioner := controller.NewProvisionController(ctx, client, provisionerName, folders{root}, controller.LeaderElection(false))
	fmt.Println("provisioning below", root)
	provisioner.Run(ctx)
	return nil
}
