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
# In milliseconds, longer than any silence.
NEVER=999999999

say() { echo "tiercache: $*"; }

# The address of this pod: redis or sentinel.
own_address() { eval "echo \"\${$1_${POD_NAME##*-}}\""; }

# The status of a command that took longer than it may, by coreutils; it is greater by busybox.
TIMED_OUT=124

# redis-cli as the user sentinel, for at most a second: address, port, command.
ask() {
    address=$1 port=$2
    shift 2
    REDISCLI_AUTH=$sentinel_password timeout 1 redis-cli -h "$address" -p "$port" --user sentinel --no-auth-warning "$@" 2>/dev/null
}

centiseconds() {
    read -r uptime _ </proc/uptime
    echo "${uptime%.*}${uptime#*.}"
}

# redis-cli to the Redis of this pod: command.
here() { ask 127.0.0.1 "$REDIS_PORT" "$@"; }

# Prints the value of a field of INFO: name, text.
field() {
    value=${2#*"$1:"}
    [ "$value" != "$2" ] && echo "${value%%[!A-Za-z0-9_.:-]*}"
}

# Prints the address of each of these Redis but that of this pod, whose address is $own, that says that it is master.
masters_among() {
    for one in "$@"; do
        [ "$one" = "$own" ] || {
            info=$(ask "$one" "$REDIS_PORT" INFO replication) && [ "$(field role "$info")" = master ] && echo "$one"
        } &
    done
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

# Asks all Sentinels but $1 at the same time and prints what each of them says, as soon as it does.
ask_sentinels() {
    for one in $sentinels; do
        [ "$one" = "${1:-}" ] || named_by "$one" &
    done
}

# Prints what at least $majority of the answers say, without waiting for the others; nothing if there is no such.
agreed() {
    answers=
    while read -r answer; do
        answers="$answers $answer"
        count=0
        for other in $answers; do
            [ "$other" != "$answer" ] || count=$((count + 1))
        done
        if [ "$count" -ge "$majority" ]; then
            echo "$answer"
            return
        fi
    done
}

# Waits until most Sentinels name a master, of which one hears after the other, for so many centiseconds at most: address,
# time. Each is asked by itself: one that is silent holds up nobody.
await_agreement() {
    end=$(($(centiseconds) + $2))
    for one in $sentinels; do
        while [ "$(centiseconds)" -lt $end ]; do
            [ "$(named_by "$one")" != "$1" ] || {
                echo "$1"
                break
            }
            sleep 0.03
        done &
    done 2>/dev/null | agreed >/dev/null
}

# Prints what one Sentinel knows of the master: address, flags, and how many ms ago the master last answered it. A
# Sentinel that has not heard the master since it started counts from its start, and from then on waits for the answer.
seen_by() {
    ask "$1" "$SENTINEL_PORT" SENTINEL MASTER "$master_name" | {
        ip='' flags='' silent='' waiting=0
        while read -r key && read -r value; do
            case $key in
            ip) ip=$value ;;
            flags) flags=$value ;;
            last-ok-ping-reply) silent=$value ;;
            last-ping-sent) waiting=$value ;;
            esac
        done
        if [ -n "$silent" ]; then
            [ "$waiting" -eq 0 ] || [ "$waiting" -lt "$silent" ] || silent=$NEVER
            echo "$ip $flags $silent"
        fi
    }
}

# How the Sentinels see this pod as their master. Prints
#   replaced   one of them carries out a failover, or another Redis says that it is master
#   well       for a majority it is not down, and has answered within the last $1 ms
sight() {
    # shellcheck disable=SC2086
    [ -z "$(masters_among $redises)" ] || {
        echo replaced
        return
    }
    for one in $sentinels; do seen_by "$one" & done | {
        count=0 failover=
        while read -r ip flags silent; do
            case $flags in *failover_in_progress*) failover=yes ;; esac
            case $ip:$flags in
            *down*) ;;
            "$own":*) [ "$silent" -ge "$1" ] || count=$((count + 1)) ;;
            esac
        done
        if [ -n "$failover" ]; then
            echo replaced
        elif [ "$count" -ge "$majority" ]; then
            echo well
        fi
    }
}
