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
pause=15000
prolong_centiseconds=200
# A replica may just be on its way.
patience_centiseconds=2500
# Less than what has the Sentinels find a master down that pauses: until a failover begins, writes may go on again.
catch_up_centiseconds=$((down_after_millis < 4000 ? down_after_millis / 20 : 200))
# The failover begins so long after a look. Two turns of a Sentinel later, 20 at most, it has chosen a replica; in the next
# it promotes it, and looks again 100 after the look before, but not sooner than that.
moment_centiseconds=74
tolerance_centiseconds=5
three_turns_centiseconds=30
log=/proc/1/fd/1

tell() { say "before it stops: $*" >$log 2>/dev/null || say "before it stops: $*"; }
# Writes that wait now go on waiting until the server ends, for the Sentinels may be replacing it.
give_up() {
    tell "$1; it stops as master"
    exit 0
}

# Whether a Sentinel acts: it answers, and does not distrust its clock after it was held up, as it does for 30 s.
acts() { [ "$(field sentinel_tilt "$(ask "$1" "$SENTINEL_PORT" INFO sentinel)")" = 0 ]; }

fail_over() { ask "$asked" "$SENTINEL_PORT" SENTINEL FAILOVER "$master_name"; }

look_every() { ask "$1" "$SENTINEL_PORT" SENTINEL DEBUG info-period "$2"; }

# Prints how many ms ago a Sentinel asked the replica that it asked last.
youngest_look() {
    ask "$1" "$SENTINEL_PORT" SENTINEL REPLICAS "$master_name" | while read -r key && read -r value; do
        [ "$key" != info-refresh ] || [ "$value" = 0 ] || echo "$value"
    done | sort -n | head -n 1
}

# Prints the address of each replica that follows this master, and "behind" for each that has less: history, offset.
followers_with() {
    for one in $redises; do
        [ "$one" = "$own" ] || {
            info=$(ask "$one" "$REDIS_PORT" INFO replication) &&
                [ "$(field master_link_status "$info")" = up ] &&
                [ "$(field master_replid "$info")" = "$1" ] && {
                echo "$one"
                # It may have more: the master's greetings, which are no writes.
                [ "$(field slave_repl_offset "$info")" -ge "$2" ] || echo behind
            }
        } &
    done
}

# Until a time in centiseconds, less than a second from now.
sleep_until() {
    rest=$(($1 - $(centiseconds)))
    [ $rest -le 0 ] || sleep "0.$(printf %02d $rest)"
}

# Whether it is too late for what was to be done at that time. Where that is so time and again, late is better than never.
misses() {
    [ $missed -lt 2 ] && [ "$(centiseconds)" -gt $(($1 + tolerance_centiseconds)) ] && missed=$((missed + 1))
}

# Has a Sentinel, $asked from then on, ask all replicas at once, in place of each every ten seconds: it hears that they
# are fit, and promotes one that it asked when it asked the others. It asks again a second later during a failover, and
# sees only then that it is master. So it is told at the $moment after which the promotion comes just before that: later
# it costs a second more. Returns so long before the moment that what comes first is done by then, if that takes as long
# as it takes now. Where no Sentinel can be made to look, the moment is 0; false if it is missed, or none acts.
wait_for_the_moment() {
    asked='' moment=0
    for one in $sentinels; do
        [ "$(named_by "$one")" = "$own" ] && acts "$one" || continue
        asked=$one
        start=$(centiseconds)
        [ "$(look_every "$asked" 1)" = OK ] || continue
        sleep 0.$three_turns_centiseconds
        [ "$(look_every "$asked" 10000)" = OK ] || look_every "$asked" 10000 >/dev/null
        age=$(youngest_look "$asked")
        # It may be stopped with this pod.
        [ -n "$age" ] || continue
        looked=$(centiseconds)
        : "$(followers_with '' 0)"
        command=$(((looked - start - three_turns_centiseconds) / 3 + 1))
        moment=$((looked - age / 10 + moment_centiseconds - command))
        # What comes first: to pause, to ask this Redis, and to ask the others.
        pause_at=$((moment - 2 * command - ($(centiseconds) - looked)))
        ! misses $pause_at || return 1
        sleep_until $pause_at
        return 0
    done
    [ -n "$asked" ]
}

# Whether each replica that follows has all: its offset is at least the master's at a moment at which writes wait. Sets
# $followers to them.
caught_up() {
    paused=$(here INFO replication)
    end=$(($(centiseconds) + catch_up_centiseconds))
    while :; do
        followers=$(followers_with "$(field master_replid "$paused")" "$(field master_repl_offset "$paused")")
        case $followers in
        '' | *behind*) ;;
        *) return 0 ;;
        esac
        [ "$(centiseconds)" -lt $end ] || return 1
        sleep 0.05
    done
}

# Makes writes wait and has the Sentinel fail over. False if it has not begun for sure, and writes may go on.
begin() {
    [ "$(here CLIENT PAUSE $pause WRITE)" = OK ] || give_up "it refused to pause writes"
    caught_up || give_up "not every replica has caught up"
    if [ $moment -gt 0 ]; then
        ! misses $moment || return 1
        sleep_until $moment
    fi
    # One that is slow to answer may have begun, or begin yet; and it begins soon if it is told once more.
    answer=$(fail_over) || [ $? -lt $TIMED_OUT ] || {
        fail_over >/dev/null
        return 0
    }
    case $answer in OK* | INPROG*) ;; *) return 1 ;; esac
}

info=$(here INFO replication) || exit 0
[ "$(field role "$info")" = master ] || exit 0
[ "$(ask_sentinels | agreed)" = "$own" ] || exit 0
[ "$(field connected_slaves "$info")" -gt 0 ] || give_up "no replica is connected"

missed=0 answer=
end_of_patience=$(($(centiseconds) + patience_centiseconds))
until wait_for_the_moment && begin; do
    [ "$(centiseconds)" -lt $end_of_patience ] || give_up "no Sentinel begins a failover (${answer:-no answer})"
    here CLIENT UNPAUSE >/dev/null
    sleep 1
done

# From here on a replica may become master at any moment: writes wait until one has, or the Sentinel has given up. If that
# is not to be known, since it is silent, they wait on, and the others replace the master once it has stopped.
prolong=$(($(centiseconds) + prolong_centiseconds))
while :; do
    # shellcheck disable=SC2086
    named=$(masters_among $followers | head -n 1)
    [ -z "$named" ] || break
    if [ "$(centiseconds)" -gt $prolong ]; then
        prolong=$(($(centiseconds) + prolong_centiseconds))
        acts "$asked" || give_up "the Sentinel that replaces it no longer acts"
        # It may have chosen another pod than one that followed.
        named=$(named_by "$asked")
        case $named in '' | none | "$own") ;; *) break ;; esac
        case $(ask "$asked" "$SENTINEL_PORT" SENTINEL MASTER "$master_name") in
        '') give_up "the Sentinel that replaces it no longer acts" ;;
        *failover_in_progress*) here CLIENT PAUSE $pause WRITE >/dev/null ;;
        *)
            # shellcheck disable=SC2086
            named=$(masters_among $followers | head -n 1)
            [ -n "$named" ] || give_up "the Sentinels gave up"
            break
            ;;
        esac
    fi
    sleep 0.03
done
case $(here REPLICAOF "$named" "$REDIS_PORT") in OK*) ;; *) give_up "it did not become a replica of $named" ;; esac
# Clients come back through the Sentinels; these greet each other every 2 s.
await_agreement "$named" 400
here CLIENT KILL TYPE normal >/dev/null
here CLIENT UNPAUSE >/dev/null
tell "$named is master in its place"
