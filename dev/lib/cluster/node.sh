# shellcheck shell=bash
# A node: a network and a mount namespace with its own containerd, kubelet, kube-proxy and NetworkPolicy enforcement.

# The end of node number $1's cable on the machine's side.
cable() { echo "${BRIDGE}n$1"; }

# Starts what of node number $1 is not alive. A node that was left half-made, or lost its namespaces, is restarted whole:
# its pods start again, its images and volumes stay.
start_node() {
  local i=$1 folder=$STATE/node$1
  if ! pid_of "node$i" >/dev/null || [[ ! -f $folder/started ]]; then
    stop_node "$i"
    make_node_pki "$i"
    make_node_files "$i"
    make_group "$GROUP/node$i" parent
    make_group "$GROUP/node$i/daemons"
    launch "node$i" "$GROUP/node$i/daemons" unshare --net --mount --propagation slave "$DEV/lib/cluster/node-init" "$folder"
    wait_for 10 test -f "$folder/namespaces" || die "node$i did not get its namespaces" "see $STATE/log/node$i.log"
    connect_node "$i"
    : >"$folder/started"
  fi
  ip link set "$(cable "$i")" up
  local group=$GROUP/node$i/daemons
  launch_in_node "$i" containerd "$group" containerd -c "$folder/containerd.toml"
  wait_for 20 ctr -a "$folder/containerd.sock" version || return 1
  import_image "$i" "$PAUSE_TAR" "${PAUSE_IMAGE#*:}"
  launch_in_node "$i" kubelet "$group" "$BIN/kube" kubelet --config "$folder/kubelet.yaml" --kubeconfig "$STATE/node$i.kubeconfig" \
    --hostname-override "node$i" --node-ip "$(node_ip "$i")" --node-labels "topology.kubernetes.io/zone=zone-$i" --v=1
  launch_in_node "$i" kube-proxy "$group" "$BIN/kube" kube-proxy --config "$folder/proxy.yaml"
  launch_in_node "$i" network-policy "$group" "$BIN/kube" network-policy "$STATE/admin.kubeconfig" "node$i" "$SERVICE_CIDR"
}

# Starts a process in the namespaces of node number $1 as NAME-nodeI: name, control group, command.
launch_in_node() {
  local i=$1 name=$2 group=$3 holder
  shift 3
  holder=$(pid_of "node$i")
  launch "$name-node$i" "$group" nsenter --net="/proc/$holder/ns/net" --mount="/proc/$holder/ns/mnt" "$@"
}

# Lays the cable from the bridge into the node, and the routes to pods and Services on both sides.
connect_node() {
  local i=$1 holder j inside
  holder=$(pid_of "node$i")
  inside=(nsenter --net="/proc/$holder/ns/net")
  ip link add "$(cable "$i")" type veth peer name eth0 netns "$holder"
  ip link set "$(cable "$i")" alias "$GROUP"
  ip link set "$(cable "$i")" master "$BRIDGE" up
  "${inside[@]}" ip addr add "$(node_ip "$i")/24" dev eth0
  "${inside[@]}" ip link set eth0 up
  "${inside[@]}" ip route add default via "$GATEWAY"
  # What a pod sends to a Service without endpoints fails at once: kube-proxy's REJECT comes after kube-router's ACCEPT.
  # TCP is led to a closed port, which resets it. An ICMP error that arrives while the SYN is still being sent would stay
  # in the socket's error queue when a later SYN succeeds, and Redis would be woken by it for ever.
  "${inside[@]}" ip rule add iif cni0 to "$SERVICE_CIDR" unreachable
  "${inside[@]}" iptables -t nat -A PREROUTING -i cni0 -d "$SERVICE_CIDR" -p tcp -j DNAT --to-destination "$(node_ip "$i"):1"
  for ((j = 1; j <= MAX_NODES; j++)); do
    ((j == i)) || "${inside[@]}" ip route replace "$(node_pods "$j")" via "$(node_ip "$j")"
  done
  ip route replace "$(node_pods "$i")" via "$(node_ip "$i")"
  ((i != 1)) || ip route replace "$SERVICE_CIDR" via "$(node_ip 1)"
}

# Ends node number $1: its pods, its processes, its cable, and with them its namespaces and mounts. Its folder stays.
stop_node() {
  remove_group "$GROUP/node$1"
  ip link delete "$(cable "$1")" 2>/dev/null || true
  rm -f "$STATE/node$1"/{started,namespaces,containerd.sock,containerd.sock.ttrpc} "$STATE"/run/{node,containerd-node,kubelet-node,kube-proxy-node,network-policy-node}"$1".pid
}

# Ends a node for good and forgets it.
remove_node() {
  kubectl delete node "node$1" --ignore-not-found --wait=false >/dev/null
  stop_node "$1"
  rm -rf --one-file-system "$STATE/node$1" "$STATE/node$1.kubeconfig"
}

# Settings of the node's programs.
make_node_files() {
  local i=$1 folder=$STATE/node$1 plugins=/usr/lib/cni
  [[ -x $plugins/bridge ]] || plugins=/opt/cni/bin
  mkdir -p "$folder"/{cni,loaded}
  # Pods ask the cluster's DNS; what asks the node's has no answer here.
  echo 'nameserver 127.0.0.1' >"$folder/resolv.conf"
  cat >"$folder/cni/10-bridge.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$(node_pods "$i")"}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "/run/cni-addresses"}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
  # restrict_oom_score_adj: a machine without CAP_SYS_RESOURCE could start no pod.
  cat >"$folder/containerd.toml" <<TOML
version = 2
root = "$folder/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "$folder/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$folder/opt"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "$PAUSE_IMAGE"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$plugins"
    conf_dir = "$folder/cni"
TOML
  cat >"$folder/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
cgroupRoot: /$GROUP/node$i
enforceNodeAllocatable: []
# cgroup v1 still runs on some machines.
failCgroupV1: false
failSwapOn: false
containerRuntimeEndpoint: unix://$folder/containerd.sock
clusterDNS: [$DNS_IP]
clusterDomain: cluster.local
resolvConf: $folder/resolv.conf
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $PKI/node$i.crt
tlsPrivateKeyFile: $PKI/node$i.key
# A full disk of the machine must not evict a developer's pods, and images come from files: collecting them would lose them.
evictionHard: {memory.available: 200Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
# A silent node is noticed within 20 s.
nodeStatusUpdateFrequency: 4s
nodeLeaseDurationSeconds: 16
healthzPort: 0
YAML
  cat >"$folder/proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: {kubeconfig: $STATE/proxy.kubeconfig}
clusterCIDR: $POD_CIDR
hostnameOverride: node$i
# Values of the machine, not of a namespace.
conntrack: {maxPerCore: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
YAML
}

# Imports an image tar into node number $1 unless that very file was imported before: tar, hash of its contents.
import_image() {
  local i=$1 tar=$2 folder=$STATE/node$1
  [[ ! -f $folder/loaded/$3 ]] || return 0
  ctr -a "$folder/containerd.sock" -n k8s.io images import "$tar" >"$STATE/log/load-node$i.log" 2>&1 ||
    die "node$i does not take the image ${tar##*/}: $(tail -n 1 "$STATE/log/load-node$i.log")" "see $STATE/log/containerd-node$i.log"
  : >"$folder/loaded/$3"
}

# Imports image tars into every node, the nodes side by side.
load_images() {
  local tar hash i job jobs
  for tar in "$@"; do
    [[ -r $tar ]] || die "no image tar $tar" "dev/images writes them to $TIERCACHE_HOME/images"
    hash=$(sha256sum "$tar" | cut -c 1-32)
    jobs=()
    for ((i = 1; i <= $(<"$STATE/nodes"); i++)); do
      import_image "$i" "$tar" "$hash" &
      jobs+=($!)
    done
    for job in "${jobs[@]}"; do wait "$job"; done
  done
}
