# shellcheck shell=sh
# Functions that the scripts of the Redis and Sentinel pods share. nodes.sh, written by the operator, gives
#   master_name    under which the Sentinels know the master
#   sentinels      the address of each Sentinel pod
#   redises        the address of each Redis pod
#   majority       more than half of them
#   redis_N, sentinel_N   the address of the pod with the ordinal N, which it keeps for life
# Passwords reach redis-cli by its environment, never by its arguments.
# shellcheck disable=SC2154

REDIS_PORT=6379
SENTINEL_PORT=26379

say() { echo "tiercache: $*"; }

# The address of this pod: redis or sentinel.
own_address() { eval "echo \"\${$1_${POD_NAME##*-}}\""; }

# redis-cli as the user sentinel, for at most a second: address, port, command.
ask() {
    address=$1 port=$2
    shift 2
    REDISCLI_AUTH=$sentinel_password timeout 1 redis-cli -h "$address" -p "$port" --user sentinel --no-auth-warning "$@" 2>/dev/null
}

# Prints the address of the master as one Sentinel has it, "none" if it knows of no master, nothing if it is silent.
named_by() {
    reply=$(ask "$1" "$SENTINEL_PORT" SENTINEL GET-MASTER-ADDR-BY-NAME "$master_name") || return 0
    case $reply in
    '') echo none ;;
    *"
$REDIS_PORT") echo "${reply%%
*}" ;;
    esac
}

# Asks all Sentinels but $1 at the same time and prints what each of them said, in one line.
ask_sentinels() {
    for one in $sentinels; do
        [ "$one" = "${1:-}" ] || named_by "$one" &
    done | while read -r answer; do printf '%s ' "$answer"; done
}

# Prints the word that at least $majority of the words are; nothing if there is none.
majority_of() {
    for candidate in "$@"; do
        count=0
        for other in "$@"; do
            [ "$other" != "$candidate" ] || count=$((count + 1))
        done
        if [ "$count" -ge "$majority" ]; then
            echo "$candidate"
            return
        fi
    done
}
