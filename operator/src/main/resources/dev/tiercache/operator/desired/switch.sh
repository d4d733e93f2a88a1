#!/bin/sh
# Before the Redis of this pod is stopped (a drain, kubectl delete): if it is the master and its replicas have all it has,
# one of them becomes master first. Writes wait meanwhile and none is refused; what is in the way is said, and the pod is
# stopped all the same. Before it restarts a master itself the operator has switched already, and there is nothing to do.
set -u
. /etc/redis/nodes.sh
. /etc/redis/sentinels.sh

sentinel_password=$(cat /etc/tiercache/auth/sentinel)
own=$(own_address redis)
# In milliseconds, and bounded, should this script end early; prolonged as long as a Sentinel carries out the failover.
pause=6000
prolong_centiseconds=200
catch_up_centiseconds=200
three_turns_of_a_sentinel=0.3
# In milliseconds after a look, as the operator has it (FreshLook), less what the commands take until the failover.
moment=660
log=/proc/1/fd/1

tell() { say "before it stops: $*" >$log 2>/dev/null || say "before it stops: $*"; }
# Writes that wait now go on waiting until the server ends, for the Sentinels may be replacing it.
give_up() {
    tell "$1; it stops as master"
    exit 0
}

# Prints how many ms ago a Sentinel asked the replica that it asked last.
youngest_look() {
    ask "$1" "$SENTINEL_PORT" SENTINEL REPLICAS "$master_name" | while read -r key && read -r value; do
        [ "$key" != info-refresh ] || [ "$value" = 0 ] || echo "$value"
    done | sort -n | head -n 1
}

look_every() { ask "$1" "$SENTINEL_PORT" SENTINEL DEBUG info-period "$2"; }

# Has a Sentinel, $asked from then on, ask all replicas at once, in place of each every ten seconds: it hears that they
# are fit, and promotes one that it asked when it asked the others. It asks again a second later during a failover, and
# sees only then that it is master; so what is left of that second is waited for but for what the promotion takes.
wait_for_the_moment() {
    for asked in $sentinels; do
        [ "$(look_every "$asked" 1)" = OK ] || continue
        sleep $three_turns_of_a_sentinel
        [ "$(look_every "$asked" 10000)" = OK ] || look_every "$asked" 10000 >/dev/null
        age=$(youngest_look "$asked")
        [ "${age:-$moment}" -ge $moment ] || sleep "0.$(printf %03d $((moment - age)))"
        return
    done
}

# Whether each replica that follows has all: its offset is at least the master's at a moment at which writes wait. Sets
# $followers to them.
caught_up() {
    paused=$(here INFO replication)
    offset=$(field master_repl_offset "$paused")
    history=$(field master_replid "$paused")
    end=$(($(centiseconds) + catch_up_centiseconds))
    while :; do
        behind='' followers=''
        for one in $redises; do
            [ "$one" != "$own" ] || continue
            info=$(ask "$one" "$REDIS_PORT" INFO replication) || continue
            [ "$(field master_link_status "$info")" = up ] || continue
            [ "$(field master_replid "$info")" = "$history" ] || continue
            followers="$followers $one"
            # It may have more: the master's greetings, which are no writes.
            [ "$(field slave_repl_offset "$info")" -ge "$offset" ] || behind=yes
        done
        [ "$(centiseconds)" -lt $end ] || return 1
        [ -z "$followers" ] || [ -n "$behind" ] || return 0
        sleep 0.05
    done
}

# Prints the address of the pod that became master: one that followed and says so, or another that the Sentinel names.
new_master() {
    # shellcheck disable=SC2086
    promoted=$(masters_among $followers | head -n 1)
    [ -n "$promoted" ] || promoted=$(named_by "$asked")
    case $promoted in none | "$own") ;; *) echo "$promoted" ;; esac
}

info=$(here INFO replication) || exit 0
[ "$(field role "$info")" = master ] || exit 0
# shellcheck disable=SC2046
[ "$(majority_of $(ask_sentinels))" = "$own" ] || exit 0
[ "$(field connected_slaves "$info")" -gt 0 ] || give_up "no replica is connected"

# A replica may just be on its way.
attempts=12
while :; do
    wait_for_the_moment
    here CLIENT PAUSE $pause WRITE >/dev/null || give_up "it refused to pause writes"
    caught_up || give_up "not every replica has caught up"
    answer=$(ask "$asked" "$SENTINEL_PORT" SENTINEL FAILOVER "$master_name")
    case $answer in OK* | INPROG*) break ;; esac
    attempts=$((attempts - 1))
    [ $attempts -gt 0 ] || give_up "no Sentinel begins a failover (${answer:-no answer})"
    here CLIENT UNPAUSE >/dev/null
    sleep 1
done

# From here on a replica may become master at any moment: writes wait until one has, or the Sentinel has given up.
prolong=$(($(centiseconds) + prolong_centiseconds))
while :; do
    named=$(new_master)
    [ -z "$named" ] || break
    if [ "$(centiseconds)" -gt $prolong ]; then
        prolong=$(($(centiseconds) + prolong_centiseconds))
        case $(ask "$asked" "$SENTINEL_PORT" SENTINEL MASTER "$master_name") in
        *failover_in_progress* | '') here CLIENT PAUSE $pause WRITE >/dev/null ;;
        *)
            named=$(new_master)
            [ -n "$named" ] || give_up "the Sentinels gave up"
            break
            ;;
        esac
    fi
    sleep 0.03
done
here REPLICAOF "$named" "$REDIS_PORT" >/dev/null
# Clients come back through the Sentinels, which agree within a moment; they greet each other every 2 s.
end=$(($(centiseconds) + 400))
# shellcheck disable=SC2046
while [ "$(majority_of $(ask_sentinels))" != "$named" ] && [ "$(centiseconds)" -lt $end ]; do
    sleep 0.03
done
here CLIENT KILL TYPE normal >/dev/null
here CLIENT UNPAUSE >/dev/null
tell "$named is master in its place"
