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
# The failover begins so long after a look: it promotes two turns of a Sentinel later, 20 at most, before the next look,
# after 100.
moment_centiseconds=74
tolerance_centiseconds=5
three_turns_centiseconds=30
# To pause, and to ask each Redis how far it is.
# shellcheck disable=SC2086
commands_before=$(set -- $redises && echo $(($# + 1)))
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

# Until a time in centiseconds, less than a second from now.
sleep_until() {
    rest=$(($1 - $(centiseconds)))
    [ $rest -le 0 ] || sleep "0.$(printf %02d $rest)"
}

# Has a Sentinel, $asked from then on, ask all replicas at once, in place of each every ten seconds: it hears that they
# are fit, and promotes one that it asked when it asked the others. It asks again a second later during a failover, and
# sees only then that it is master. So it is told at the $moment after which the promotion comes just before that: later
# it costs a second more. Returns when what is to be done before takes until then, if all goes as fast as these commands.
wait_for_the_moment() {
    moment=0
    for asked in $sentinels; do
        start=$(centiseconds)
        [ "$(look_every "$asked" 1)" = OK ] || continue
        sleep 0.$three_turns_centiseconds
        [ "$(look_every "$asked" 10000)" = OK ] || look_every "$asked" 10000 >/dev/null
        age=$(youngest_look "$asked")
        # It may be stopped with this pod.
        [ -n "$age" ] || continue
        now=$(centiseconds)
        command=$(((now - start - three_turns_centiseconds) / 3 + 1))
        moment=$((now - age / 10 + moment_centiseconds - command))
        sleep_until $((moment - commands_before * command))
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

fail_over() { ask "$asked" "$SENTINEL_PORT" SENTINEL FAILOVER "$master_name"; }

# Prints the address of the pod that became master: one that followed and says so, or another that the Sentinel names.
new_master() {
    # shellcheck disable=SC2086
    promoted=$(masters_among $followers | head -n 1)
    [ -n "$promoted" ] || promoted=$(named_by "$asked")
    case $promoted in none | "$own") ;; *) echo "$promoted" ;; esac
}

info=$(here INFO replication) || exit 0
[ "$(field role "$info")" = master ] || exit 0
[ "$(ask_sentinels | agreed)" = "$own" ] || exit 0
[ "$(field connected_slaves "$info")" -gt 0 ] || give_up "no replica is connected"

# A replica may just be on its way; and where the moment is missed time and again, a longer wait is better than none.
attempts=12 missed=0
while :; do
    wait_for_the_moment
    here CLIENT PAUSE $pause WRITE >/dev/null || give_up "it refused to pause writes"
    caught_up || give_up "not every replica has caught up"
    if [ "$(centiseconds)" -gt $((moment + tolerance_centiseconds)) ] && [ $missed -lt 2 ]; then
        missed=$((missed + 1))
        here CLIENT UNPAUSE >/dev/null
        continue
    fi
    sleep_until $moment
    # One that is slow to answer may have begun: asked again, it says so.
    answer=$(fail_over) || [ $? -ne $TIMED_OUT ] || answer=$(fail_over)
    case $answer in OK* | INPROG*) break ;; esac
    attempts=$((attempts - 1))
    [ $attempts -gt 0 ] || give_up "no Sentinel begins a failover (${answer:-no answer})"
    here CLIENT UNPAUSE >/dev/null
    sleep 1
done

# From here on a replica may become master at any moment: writes wait until one has, or the Sentinel has given up. If that
# is not to be known, since it is silent, they wait on, and the others replace the master once it has stopped.
prolong=$(($(centiseconds) + prolong_centiseconds))
while :; do
    named=$(new_master)
    [ -z "$named" ] || break
    if [ "$(centiseconds)" -gt $prolong ]; then
        prolong=$(($(centiseconds) + prolong_centiseconds))
        case $(ask "$asked" "$SENTINEL_PORT" SENTINEL MASTER "$master_name") in
        '') give_up "the Sentinel is silent" ;;
        *failover_in_progress*) here CLIENT PAUSE $pause WRITE >/dev/null ;;
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
# Clients come back through the Sentinels, of which most name the new master within a moment; they greet each other every
# 2 s. Each is asked by itself: one that is silent holds up nobody.
end=$(($(centiseconds) + 400))
for one in $sentinels; do
    while [ "$(centiseconds)" -lt $end ]; do
        [ "$(named_by "$one")" != "$named" ] || {
            echo "$named"
            break
        }
        sleep 0.03
    done &
done 2>/dev/null | agreed >/dev/null
here CLIENT KILL TYPE normal >/dev/null
here CLIENT UNPAUSE >/dev/null
tell "$named is master in its place"
