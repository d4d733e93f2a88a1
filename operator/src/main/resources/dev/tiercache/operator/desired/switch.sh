#!/bin/sh
# Before the Redis of this pod is stopped (a drain, kubectl delete): if it is the master and a replica has all it has,
# that one becomes master first. Writes wait meanwhile and none is refused; what is in the way is said, and the pod is
# stopped all the same. Before it restarts a master itself the operator has switched already, and there is nothing to do.
set -u
. /etc/redis/nodes.sh
. /etc/redis/sentinels.sh

sentinel_password=$(cat /etc/tiercache/auth/sentinel)
own=$(own_address redis)
# In milliseconds: longer than all the rest here takes, and bounded, should this script end early.
pause=9000
log=/proc/1/fd/1

tell() { say "before it stops: $*" >$log 2>/dev/null || say "before it stops: $*"; }
here() { ask 127.0.0.1 "$REDIS_PORT" "$@"; }
field() { # name, INFO text
    value=${2#*"$1:"}
    [ "$value" != "$2" ] && echo "${value%%[!A-Za-z0-9_.:-]*}"
}
give_up() {
    here CLIENT UNPAUSE >/dev/null
    tell "$1; it stops as master"
    exit 0
}

info=$(here INFO replication) || exit 0
[ "$(field role "$info")" = master ] || exit 0
# shellcheck disable=SC2046
[ "$(majority_of $(ask_sentinels))" = "$own" ] || exit 0
[ "$(field connected_slaves "$info")" -gt 0 ] || give_up "no replica is connected"

here CLIENT PAUSE $pause WRITE >/dev/null || give_up "it refused to pause writes"
# A replica has all when its offset equals the master's, which stands still now.
offset=$(field master_repl_offset "$(here INFO replication)")
patience=40
while :; do
    for one in $redises; do
        [ "$one" != "$own" ] || continue
        info=$(ask "$one" "$REDIS_PORT" INFO replication) || continue
        [ "$(field master_link_status "$info")" = up ] && [ "$(field slave_repl_offset "$info")" = "$offset" ] && break 2
    done
    patience=$((patience - 1))
    [ $patience -gt 0 ] || give_up "no replica has caught up"
    sleep 0.05
done

asked=
for one in $sentinels; do
    answer=$(ask "$one" "$SENTINEL_PORT" SENTINEL FAILOVER "$master_name") || continue
    case $answer in
    OK)
        asked=$one
        break
        ;;
    INPROG*)
        asked=$one
        break
        ;;
    esac
done
[ -n "$asked" ] || give_up "no Sentinel begins a failover (${answer:-no answer})"

patience=60
while :; do
    for one in $sentinels; do
        named=$(named_by "$one")
        case $named in "" | none | "$own") ;; *) break 2 ;; esac
    done
    patience=$((patience - 1))
    [ $patience -gt 0 ] || give_up "no other pod became master in time"
    sleep 0.05
done
here REPLICAOF "$named" "$REDIS_PORT" >/dev/null
# Clients come back through the Sentinels, which agree within a moment.
patience=40
# shellcheck disable=SC2046
while [ "$(majority_of $(ask_sentinels))" != "$named" ] && [ $patience -gt 0 ]; do
    patience=$((patience - 1))
    sleep 0.05
done
here CLIENT KILL TYPE normal >/dev/null
here CLIENT UNPAUSE >/dev/null
tell "$named is master in its place"
