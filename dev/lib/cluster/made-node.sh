# shellcheck shell=bash
# The cluster that is made on this machine: up, down, status, load, cut, mend and reboot.
. "$DEV/lib/wrap.sh"
. "$DEV/lib/pause.sh"
. "$DEV/lib/cluster/processes.sh"
. "$DEV/lib/cluster/host.sh"
. "$DEV/lib/cluster/pki.sh"
. "$DEV/lib/cluster/control-plane.sh"
. "$DEV/lib/cluster/node.sh"
. "$DEV/lib/cluster/addons.sh"

# The packages of a node; a containerd or runc that is there, from wherever, is used.
made_packages() {
  need_packages containerd:containerd runc:runc iptables:iptables conntrack:conntrack ipset:ipset ip:iproute2 sysctl:procps nsenter:util-linux \
    openssl:openssl buildah:buildah /bin/busybox:busybox-static
  [[ -x /opt/cni/bin/bridge ]] || need_packages /usr/lib/cni/bridge:containernetworking-plugins
}

# One command at a time works on a cluster; the kernel lets go of the lock however this one ends.
lock_cluster() {
  exec 9>"$STATE.lock"
  if ! flock -n 9; then
    say "        waiting for another command on this cluster"
    flock 9
  fi
}

# Everything that takes long the first time and does not touch a cluster.
made_build() {
  require_root "a cluster on this machine"
  stage "packages of a node" "$TIERCACHE_HOME/packages.log"
  made_packages
  build_tools
}

made_up() {
  local wanted=$1 i
  require_root "a cluster on this machine"
  case $STATE/ in
    /run/* | /var/run/* | /var/lib/* | /var/log/*) die "$TIERCACHE_HOME lies where the nodes mount folders of their own" "set XDG_CACHE_HOME to another place" ;;
  esac
  build_tools
  stage "packages" "$TIERCACHE_HOME/packages.log"
  made_packages
  lock_cluster
  stage "image of the pause container"
  pause_image
  local before=0
  if is_whole; then
    before=$(<"$STATE/nodes")
    [[ $(cat "$STATE/binaries") == "$(readlink "$BIN")" ]] || say "        note: it runs binaries of other sources; dev/cluster down, then up, for the present ones"
  fi
  [[ -n $wanted ]] || wanted=$(cat "$STATE/nodes" 2>/dev/null || echo 1)
  if ((before == 0)); then
    stage "clearing what an earlier start or a reboot left"
    release_host
    remove_state
    ON_INTERRUPT=release_host
  fi
  mkdir -p "$STATE"/{run,log,volumes}
  chmod 700 "$STATE"
  take_slot
  # The larger number while it changes: what a crash leaves half-made is looked after by the next start.
  echo $((wanted > before ? wanted : before)) >"$STATE/nodes"
  stage "network" "" "see ip link and iptables -S"
  prepare_machine
  prepare_bridge
  if [[ ! -s $STATE/admin.kubeconfig ]]; then
    stage "certificates"
    make_pki
  fi
  stage "control plane" "$STATE/log/kube-apiserver.log" "dev/cluster down, then up; all logs are in $STATE/log"
  start_control_plane
  for ((i = before; i > wanted; i--)); do
    stage "removing node$i"
    remove_node "$i"
  done
  echo "$wanted" >"$STATE/nodes"
  for ((i = 1; i <= wanted; i++)); do
    stage "node$i" "$STATE/log/containerd-node$i.log" "dev/cluster down, then up; all logs are in $STATE/log"
    start_node "$i"
  done
  stage "DNS and storage" "$STATE/log/addons.log"
  apply_addons
  stage "$wanted node(s) Ready"
  wait_for_nodes
  stage "DNS Ready" "$STATE/log/addons.log"
  wait_for_dns
  ((before)) || readlink "$BIN" >"$STATE/binaries"
  cat /proc/sys/kernel/random/boot_id >"$STATE/whole"
  ON_INTERRUPT=''
  stage_end
  say "ready: eval \"\$(dev/cluster env)\"; logs are in $STATE/log"
}

# Whether the state is one that a start finished, in this boot: another is not built upon.
is_whole() {
  [[ -s $STATE/whole && $(<"$STATE/whole") == "$(</proc/sys/kernel/random/boot_id)" ]]
}

made_down() {
  require_root "ending the cluster"
  lock_cluster
  stage "ending processes, pods and namespaces; giving the network and the settings back"
  release_host
  remove_state
  stage_end
}

made_status() {
  if ! is_whole; then
    echo "not running$([[ ! -d $STATE ]] || echo ' (what an interrupted start or a reboot left is cleared by the next start)')"
    return 3
  fi
  use_slot "$(<"$STATE/slot")"
  local name pid down=0
  printf '%-28s %s\n' PROCESS PID
  for name in "$STATE"/run/*.pid; do
    name=${name##*/}
    name=${name%.pid}
    pid=$(pid_of "$name") || { pid='down (dev/cluster up starts it again)' down=1; }
    printf '%-28s %s\n' "$name" "$pid"
  done
  echo
  kubectl get nodes -o wide || down=1
  echo
  echo "kubeconfig $STATE/admin.kubeconfig; API server https://$GATEWAY:$API_PORT; pods $POD_CIDR; Services $SERVICE_CIDR"
  return $((down * 3))
}

made_load() {
  require_root "loading images"
  is_whole || die "the cluster does not run" "dev/cluster up"
  load_images "$@"
}

made_cut() { set_cable "$1" down; }
made_mend() { set_cable "$1" up; }

made_reboot() {
  local node
  for node in "$@"; do choose_node "$node"; done
  lock_cluster
  for node in "$@"; do
    stage "stopping $node"
    stop_node "${node#node}"
  done
  made_up ''
}

# Cuts or joins the cable of a node by its name.
set_cable() {
  choose_node "$1"
  ip link set "$(cable "${1#node}")" "$2"
  say "$1: network $2"
}

# Makes sure that there is a node of this name.
choose_node() {
  is_whole || die "the cluster does not run" "dev/cluster up"
  use_slot "$(<"$STATE/slot")"
  [[ $1 == node[1-9] && -d $STATE/$1 ]] || die "no node '$1'" "one of node1 to node$(<"$STATE/nodes")"
}

made_kubeconfig() { echo "$STATE/admin.kubeconfig"; }
