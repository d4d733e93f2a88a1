# shellcheck shell=bash
# etcd, the API server, the controllers and the scheduler, in the machine's own network.

# kubectl as the cluster's administrator; a request that hangs is given up.
kubectl() {
  KUBECONFIG=$STATE/admin.kubeconfig "$BIN/kubectl" --request-timeout 10s "$@"
}

# Starts what of the control plane is not alive, and waits until the API server is ready.
start_control_plane() {
  local group=$GROUP/control-plane
  make_group "$group"
  # On a socket of a folder that only root enters: etcd asks nobody for a certificate, and pods reach this machine's ports.
  local socket=unix://$STATE/etcd.sock
  # What it advertises has to look like a port and is used by nobody.
  # Without fsync: much faster, safe while the kernel lives; a cluster does not outlive a reboot anyway.
  if ! pid_of etcd >/dev/null; then
    rm -f "$STATE"/etcd*.sock
    # Left alone, an API server that lost etcd waits up to a minute before it tries again.
    stop_process kube-apiserver
  fi
  launch etcd "$group" "$BIN/kube" etcd --name default --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$socket" --listen-peer-urls "unix://$STATE/etcd-peer.sock" \
    --advertise-client-urls http://localhost:2379 --initial-advertise-peer-urls http://localhost:2380 \
    --initial-cluster default=http://localhost:2380
  wait_for_process etcd
  launch kube-apiserver "$group" "$BIN/kube" kube-apiserver --etcd-servers "$socket" \
    --bind-address "$GATEWAY" --advertise-address "$GATEWAY" --secure-port "$API_PORT" --service-cluster-ip-range "$SERVICE_CIDR" \
    --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" --client-ca-file "$PKI/ca.crt" \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$PKI/sa.pub" \
    --service-account-signing-key-file "$PKI/sa.key" --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
    --kubelet-client-certificate "$PKI/kubelet-client.crt" --kubelet-client-key "$PKI/kubelet-client.key" \
    --kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP --allow-privileged=true \
    --requestheader-client-ca-file "$PKI/ca.crt" --requestheader-allowed-names front-proxy \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- \
    --proxy-client-cert-file "$PKI/front-proxy.crt" --proxy-client-key-file "$PKI/front-proxy.key"
  wait_for_process kube-apiserver
  wait_for 60 kubectl --request-timeout 2s get --raw /readyz || return 1
  # One of each: nobody to elect a leader among. 20 s without a word from its kubelet and a node is NotReady.
  launch kube-controller-manager "$group" "$BIN/kube" kube-controller-manager --kubeconfig "$STATE/controller-manager.kubeconfig" \
    --use-service-account-credentials --service-account-private-key-file "$PKI/sa.key" --root-ca-file "$PKI/ca.crt" \
    --leader-elect=false --secure-port 0 --node-monitor-grace-period 20s
  launch kube-scheduler "$group" "$BIN/kube" kube-scheduler --kubeconfig "$STATE/scheduler.kubeconfig" --leader-elect=false --secure-port 0
  launch folder-provisioner "$group" "$BIN/kube" folder-provisioner "$STATE/admin.kubeconfig" "$STATE/volumes"
}
