# shellcheck shell=bash
# The processes of the cluster. Each starts inside a control group of the cluster, so whatever it spawns is found there
# again even if this shell is killed between two lines; a pid file with the start time tells it by name.

GROUP=tiercache-$TIERCACHE_CLUSTER

# The mount points of the control group hierarchies: one with cgroup v2, one per controller with v1, and both kinds where
# systemd keeps a v2 beside v1 (runc makes groups there too).
cgroup_roots() {
  awk '$3 ~ /^cgroup2?$/ && $2 ~ "^/sys/fs/cgroup" { print $2 }' /proc/mounts | sort -u
}

# cgroup v2: a controller works below a group only if the group passes it on. These are what the kubelet asks for.
pass_controllers() {
  local controller
  [[ -f $1/cgroup.subtree_control ]] || return 0
  for controller in cpuset cpu io memory hugetlb pids; do
    { echo "+$controller" >"$1/cgroup.subtree_control"; } 2>/dev/null || true
  done
}

# Makes a control group (a path below the roots); with "parent", one that holds groups and no processes.
make_group() {
  local root part path above
  for root in $(cgroup_roots); do
    path=$root
    for part in ${1//\// }; do
      pass_controllers "$path"
      above=$path
      path=$path/$part
      [[ -d $path ]] || mkdir "$path"
      # cgroup v1: a cpuset takes no process before its CPUs and memory nodes are named.
      if [[ -f $path/cpuset.cpus && ! -f $path/cgroup.controllers && -z $(<"$path/cpuset.cpus") ]]; then
        cat "$above/cpuset.cpus" >"$path/cpuset.cpus"
        cat "$above/cpuset.mems" >"$path/cpuset.mems"
      fi
    done
    [[ ${2:-} != parent ]] || pass_controllers "$path"
  done
}

# Every process in a control group and below.
group_pids() {
  local root
  for root in $(cgroup_roots); do
    [[ ! -d $root/$1 ]] || find "$root/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done | sort -un
}

# Kills every process in a control group and below, then removes the groups. The pods are the cluster's: no one waits for them.
remove_group() {
  local root tries pids
  for tries in {1..100}; do
    mapfile -t pids < <(group_pids "$1")
    ((${#pids[@]})) || break
    kill -KILL "${pids[@]}" 2>/dev/null || true
    sleep 0.1
  done
  ((${#pids[@]} == 0)) || die "processes of the cluster do not end: ${pids[*]}" "look at /proc/PID/stack of one; a reboot clears them"
  for root in $(cgroup_roots); do
    # The kernel lets go of a group a moment after its last process ended.
    for tries in {1..50}; do
      [[ -d $root/$1 ]] || break
      find "$root/$1" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.1
    done
  done
}

# When a process started, in clock ticks since boot: tells it from a later one with the same pid.
start_time() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  local fields
  read -ra fields <<<"${stat##*) }"
  # A zombie has ended.
  [[ ${fields[0]} != Z ]] || return 1
  echo "${fields[19]}"
}

# The pid of a process of the cluster by name, if it is alive.
pid_of() {
  local pid started boot
  { read -r pid started boot <"$STATE/run/$1.pid"; } 2>/dev/null || return 1
  [[ $boot == "$(</proc/sys/kernel/random/boot_id)" && $(start_time "$pid") == "$started" ]] || return 1
  echo "$pid"
}

# Starts a process in the background unless it is alive: name, control group, command. Its log is $STATE/log/NAME.log.
launch() {
  local name=$1 group=$2 root groups=()
  shift 2
  if pid_of "$name" >/dev/null; then return 0; fi
  for root in $(cgroup_roots); do groups+=("$root/$group/cgroup.procs"); done
  # Into the group first, then the pid file, then the program: killed at any point, nothing is lost. Descriptors 3 and 9 are this shell's terminal and lock.
  # shellcheck disable=SC2016
  setsid bash -c '
    set -e
    pidfile=$1; shift
    while [[ $1 != -- ]]; do echo $$ >"$1"; shift; done
    shift
    read -ra stat </proc/$$/stat
    echo "$$ ${stat[21]} $(</proc/sys/kernel/random/boot_id)" >"$pidfile"
    exec "$@"' launch "$STATE/run/$name.pid" "${groups[@]}" -- "$@" \
    >>"$STATE/log/$name.log" 2>&1 </dev/null 3>&- 9>&- &
  disown
}

# Waits until a process with that name has written its pid file and is alive.
wait_for_process() {
  wait_for 10 pid_of "$1" || die "$1 did not start" "see $STATE/log/$1.log"
}

# Ends a process by name, at once, if it is alive.
stop_process() {
  local pid tries
  pid=$(pid_of "$1") || return 0
  kill -KILL "$pid" 2>/dev/null || true
  for tries in {1..50}; do
    pid_of "$1" >/dev/null || return 0
    sleep 0.1
  done
  die "$1 (pid $pid) does not end"
}
