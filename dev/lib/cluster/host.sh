# shellcheck shell=bash
# What the cluster takes of the machine, and how all of it is given back.
#
# Addresses: 198.18.0.0/15 is set apart for benchmarks of network devices (RFC 2544): unlike 10/8, 172.16/12 and 192.168/16
# no office, VPN, cloud or Docker network uses it. Each cluster takes one of eight slots, a /18 each:
#   first /24   the bridge (.1) and the nodes (.11 to .19)
#   +16, a /20  Services
#   +32, a /19  pods, a /24 per node
MAX_NODES=9
API_PORT=7443
# What the kubelet sets for the whole machine, and what the inotify watches of several kubelets need.
SYSCTLS=(vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys
  kernel.keys.root_maxbytes fs.inotify.max_user_instances)
# How the machine was before, on a file system that ends with the boot, as what it describes does.
BEFORE_US=/run/tiercache

# Sets the addresses and names of a slot.
use_slot() {
  SLOT=$1
  local net=198.$((18 + SLOT / 4)) first=$((SLOT % 4 * 64))
  RANGE=$net.$first.0/18
  NODE_NET=$net.$first
  GATEWAY=$NODE_NET.1
  SERVICE_CIDR=$net.$((first + 16)).0/20
  KUBERNETES_IP=$net.$((first + 16)).1
  DNS_IP=$net.$((first + 16)).10
  POD_CIDR=$net.$((first + 32)).0/19
  POD_NET=$net POD_FIRST=$((first + 32))
  BRIDGE=tierc$SLOT
}

# The address of node number $1, and the network of its pods.
node_ip() { echo "$NODE_NET.$((10 + $1))"; }
node_pods() { echo "$POD_NET.$((POD_FIRST + $1)).0/24"; }

# Takes the slot of this cluster, or a free one that no route of the machine touches; writes it down before it is used.
take_slot() {
  local slot other taken
  if [[ -s $STATE/slot ]]; then
    use_slot "$(<"$STATE/slot")"
    return
  fi
  exec 8>"$TIERCACHE_HOME/slots.lock"
  flock 8
  for slot in {0..7}; do
    taken=
    for other in "$TIERCACHE_HOME"/cluster*/slot; do
      [[ ! -s $other || $(<"$other") != "$slot" ]] || taken=yes
    done
    use_slot "$slot"
    if [[ -z $taken && -z $(ip -4 route show root "$RANGE") && -z $(ip -4 route show match "$RANGE" | sed '/^default/d') ]]; then
      echo "$slot" >"$STATE/slot"
      exec 8>&-
      return
    fi
  done
  exec 8>&-
  die "no free network for the cluster: every /18 of 198.18.0.0/15 is in use by another cluster or has a route" "dev/cluster down the others, or see ip route"
}

# Writes down, once per boot, what Kubernetes and we change for the whole machine; then makes room for several kubelets.
prepare_machine() {
  if [[ ! -d $BEFORE_US ]]; then
    rm -rf "$BEFORE_US.new"
    mkdir "$BEFORE_US.new"
    sysctl "${SYSCTLS[@]}" 2>/dev/null >"$BEFORE_US.new/sysctls" || true
    cat /sys/fs/cgroup/cgroup.subtree_control >"$BEFORE_US.new/controllers" 2>/dev/null || true
    [[ -d /proc/sys/net/bridge ]] || : >"$BEFORE_US.new/no-br_netfilter"
    mv "$BEFORE_US.new" "$BEFORE_US"
  fi
  local module
  for module in br_netfilter overlay veth; do
    modprobe -q "$module" 2>/dev/null || true
  done
  [[ -d /proc/sys/net/bridge ]] || die "the kernel does not filter bridged packets (br_netfilter)" "install the modules of the running kernel, or set KUBECONFIG to another cluster"
  if (($(</proc/sys/fs/inotify/max_user_instances) < 1024)); then sysctl -qw fs.inotify.max_user_instances=1024; fi
}

# Puts all that back when no cluster is left.
restore_machine() {
  local root controller
  for root in $(cgroup_roots); do
    if compgen -G "$root/tiercache-*" >/dev/null; then return 0; fi
  done
  [[ -d $BEFORE_US ]] || return 0
  sysctl -qp "$BEFORE_US/sysctls" >/dev/null 2>&1 || true
  if [[ -s $BEFORE_US/controllers ]]; then
    for controller in $(</sys/fs/cgroup/cgroup.subtree_control); do
      grep -qw "$controller" "$BEFORE_US/controllers" || { echo "-$controller" >/sys/fs/cgroup/cgroup.subtree_control; } 2>/dev/null || true
    done
  fi
  [[ ! -e $BEFORE_US/no-br_netfilter ]] || modprobe -qr br_netfilter 2>/dev/null || true
  rm -rf "$BEFORE_US" "$BEFORE_US.new"
}

# The bridge that stands for the network between the nodes; the machine is its gateway and reaches Services through node1.
prepare_bridge() {
  if ! ip link show "$BRIDGE" >/dev/null 2>&1; then
    ip link add "$BRIDGE" type bridge
    ip link set "$BRIDGE" alias "$GROUP"
    # Else the bridge drops frames for as long as it learns its neighbours.
    ip link set "$BRIDGE" type bridge forward_delay 0
  fi
  ip addr replace "$GATEWAY/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  open_firewall
}

# Where the machine has packet filter rules, lets the nodes reach each other and the API server in spite of them.
open_firewall() {
  command -v iptables >/dev/null || return 0
  if ! { iptables -S INPUT; iptables -S FORWARD; } 2>/dev/null | grep -qv '^-P [A-Z]* ACCEPT$'; then return 0; fi
  close_firewall
  iptables -w -I INPUT -i "$BRIDGE" -p tcp --dport $API_PORT -m comment --comment "$GROUP" -j ACCEPT
  iptables -w -I FORWARD -i "$BRIDGE" -o "$BRIDGE" -m comment --comment "$GROUP" -j ACCEPT
}

# Removes the rules above, wherever they stand.
close_firewall() {
  command -v iptables >/dev/null || return 0
  local rule words
  while read -r rule; do
    read -ra words <<<"$rule"
    iptables -w -D "${words[@]:1}" || true
  done < <({ iptables -S INPUT; iptables -S FORWARD; } 2>/dev/null | grep -E -- "--comment \"?$GROUP\"?( |$)" || true)
}

# Removes the links of this cluster: the bridge, with its routes, and what hangs on it. They carry its name, or were about to.
remove_links() {
  local link slot
  slot=$(cat "$STATE/slot" 2>/dev/null || echo none)
  for link in $(ip -o link show | sed -n 's/^[0-9]*: \([^:@]*\)[:@].*/\1/p'); do
    if [[ $link == "tierc$slot" || $link == "tierc${slot}n"[1-9] || $(cat "/sys/class/net/$link/ifalias" 2>/dev/null) == "$GROUP" ]]; then
      ip link delete "$link" 2>/dev/null || true
    fi
  done
}

# Ends everything and gives the machine back what was taken, whatever a killed shell left of it.
release_host() {
  # First: a state that is being taken apart is not built upon.
  rm -f "$STATE/whole"
  remove_group "$GROUP"
  remove_links
  close_firewall
  restore_machine
}

# Removes the state of a cluster that was released. The nodes mount in namespaces of their own: nothing is mounted below it
# that anyone else sees, and --one-file-system would stop at what was mounted by hand.
remove_state() {
  rm -rf --one-file-system "$STATE"
}
