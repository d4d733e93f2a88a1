# shellcheck shell=bash
# What every command of dev/ shares: where things live, progress, and failures that say what to do.

DEV=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
ROOT=${DEV%/*}
TIERCACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}/tiercache
# Another name is another cluster beside the first one: own state, addresses, bridge and control groups.
TIERCACHE_CLUSTER=${TIERCACHE_CLUSTER:-default}
if [[ ! $TIERCACHE_CLUSTER =~ ^[a-z][a-z0-9]{0,14}$ ]]; then
  echo "TIERCACHE_CLUSTER='$TIERCACHE_CLUSTER' must be 1 to 15 lower-case letters and digits, a letter first" >&2
  exit 2
fi
STATE=$TIERCACHE_HOME/cluster
[[ $TIERCACHE_CLUSTER == default ]] || STATE=$TIERCACHE_HOME/cluster-$TIERCACHE_CLUSTER
BIN=$TIERCACHE_HOME/bin
export DEV ROOT TIERCACHE_HOME TIERCACHE_CLUSTER STATE BIN
mkdir -p "$TIERCACHE_HOME"

STAGE='' STAGE_LOG='' STAGE_HINT='' STAGE_BEGAN=0 QUIET=${QUIET:-}

# Messages keep to the terminal even when what failed had its output redirected into a log.
exec 3>&2

# Microseconds since the epoch, without a process.
now() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }
COMMAND_BEGAN=$(now)

# Prints seconds with one decimal, from a begin and an end in microseconds.
seconds() {
  local tenths=$((($2 - $1) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# Ends the stage before, with the time it took.
stage_end() {
  [[ -n $STAGE ]] || return 0
  [[ -n $QUIET ]] || printf '%7s s  %s\n' "$(seconds "$STAGE_BEGAN" "$(now)")" "$STAGE" >&3
  STAGE='' STAGE_LOG='' STAGE_HINT=''
}

# Begins a stage: its name, optionally the log to show if it fails, and what to do then.
stage() {
  stage_end
  STAGE=$1 STAGE_LOG=${2:-} STAGE_HINT=${3:-} STAGE_BEGAN=$(now)
  if [[ -z $QUIET && -t 3 ]]; then printf '       …    %s\r' "$STAGE" >&3; fi
}

# One line about what happens.
say() { [[ -n $QUIET ]] || printf '%s\n' "$*" >&3; }

# Ends the command with a message and, if given, what to do about it.
die() {
  printf 'error: %s\n' "$1" >&3
  [[ -z ${2:-} ]] || printf 'to do: %s\n' "$2" >&3
  DIED=yes
  exit 1
}

# For traps on EXIT: names the stage that failed and shows the last lines of its log. Keeps the exit status.
explain_failure() {
  local status=$1
  if ((status != 0)) && [[ -n $STAGE ]]; then
    printf '\nfailed after %s s in: %s\n' "$(seconds "$COMMAND_BEGAN" "$(now)")" "$STAGE" >&3
    if [[ -n $STAGE_LOG && -s $STAGE_LOG ]]; then
      printf 'last lines of %s:\n' "$STAGE_LOG" >&3
      tail -n 15 "$STAGE_LOG" | cut -c 1-300 | sed 's/^/  | /' >&3
    fi
    [[ -n ${DIED:-} || -z $STAGE_HINT ]] || printf 'to do: %s\n' "$STAGE_HINT" >&3
  fi
  return 0
}

# What to do when the command is interrupted, set by whoever has something to end or remove.
ON_INTERRUPT=''

# The default trap: the failures of a command explain themselves.
leave() {
  explain_failure "$1"
  if [[ -n $ON_INTERRUPT ]] && (($1 == 130 || $1 == 143)); then "$ON_INTERRUPT"; fi
}
trap 'leave $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Waits until a command succeeds: seconds, then the command; fails when the time is over.
wait_for() {
  local deadline=$(($(now) + $1 * 1000000))
  shift
  until "$@" >/dev/null 2>&1; do
    (($(now) < deadline)) || return 1
    sleep 0.2
  done
}

# The first 12 hex digits of a hash over files and folders (names and contents), and over the text of standard input.
hash_of() {
  {
    cat
    find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sed "s#  $ROOT/#  #"
  } | sha256sum | cut -c 1-12
}

# Network namespaces, control groups and mounts are the kernel's: they take root.
require_root() {
  ((EUID == 0)) || die "$1 needs root: it makes network namespaces and control groups" "run it by sudo -E, or set KUBECONFIG to a cluster of yours"
}
