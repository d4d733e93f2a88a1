#!/bin/sh
# Starts the Redis of this pod in the role that a majority of the Sentinels gives it:
#   another pod is master       it starts as its replica
#   this pod is master          it goes on as master if its append-only file is here, so that nothing acknowledged is
#                               missing, and if no failover can replace it from now on: what it acknowledged meanwhile
#                               would be lost. Where one could, or this pod is new and the Sentinels may still knock at
#                               the former one, it takes writes once they have seen it, and where one is under way, it
#                               waits for its end. Without the file it stays silent until the
#                               Sentinels have named another: the replicas have more than it has, and a master that
#                               comes back with less would have them drop it
#   no Sentinel knows a master  it starts as a replica of nobody, which serves nobody; the operator decides who is master
# It makes itself master only where the Sentinels name it. What it waits for is bounded; then, too, the operator decides.
set -u
. /etc/redis/nodes.sh
. /etc/redis/sentinels.sh

config=/etc/redis/redis.conf
data=/data
sentinel_password=$(cat /etc/tiercache/auth/sentinel)
own=$(own_address redis)
# Longer than the Sentinels take to find a silent master down and to replace it, with a second attempt.
replaced_after=$((down_after_seconds + 2 * failover_timeout_seconds + 10))
silence_after=30
# Longer than this pod takes to start and the Sentinels, who ask every second, to hear of it.
seen_after_millis=1500
# So long it may take in the end.
return_centiseconds=3000

# Left by a Redis that took its role in this pod before: its containers share the folder, and it goes with the pod.
trace=/dev/shm/tiercache-redis

# The value of a key in redis.conf, or what is given.
setting() {
    value=$2
    while read -r key rest; do
        [ "$key" != "$1" ] || value=$rest
    done <$config
    echo "$value"
}

# Snapshots do not count: they may be minutes old.
has_all_data() {
    [ "$(setting appendonly no)" = yes ] && [ -s "$data/$(setting appenddirname appendonlydir)/$(setting appendfilename appendonly.aof).manifest" ]
}

# A pod that was deleted by force may run on for a moment, on the same volume and still writing: whoever reads the file
# then misses what comes after. The lock goes with the process that holds it.
lock_data() {
    command -v flock >/dev/null || return 0
    exec 9>"$data/.lock"
    flock -n 9 && return
    say "another Redis still runs on this volume: it waits for its end"
    flock -w 60 9 || exit 1
}

serve() { # further lines of redis.conf
    # By standard input: the password is in no file and in no argument.
    exec redis-server $config - <<END
replica-announce-ip $own
replica-announce-port $REDIS_PORT
masteruser replication
masterauth $(cat /etc/tiercache/auth/replication)
$1
END
}

# A Redis is told to follow one of these, where nobody listens, when it shall be nobody's replica and not take writes. By
# the address the operator tells who waits for its decision from who makes itself master again in a moment.
nobody=127.0.0.1
itself=127.0.0.2

serve_nobody() {
    say "$1: it waits as a replica of nobody for the operator to decide who is master"
    serve "replicaof $nobody 1"
}

# Whether the Sentinels hear this pod as soon as it answers, a second later at most. Where the former pod is gone, their
# attempts to connect to it are not refused but hang, for seconds, and only the next one reaches this pod.
is_heard_at_once() { [ -e $trace ]; }

# Runs beside the Redis until the Sentinels have seen it since it answers, and makes it master then, or until somebody
# else has decided.
return_once_seen() {
    since=
    end=$(($(centiseconds) + return_centiseconds))
    while [ "$(centiseconds)" -lt "$end" ] && kill -0 $$; do
        sleep 0.1
        info=$(here INFO replication) || continue
        [ "$(field master_host "$info")" = "$itself" ] || return
        [ "$(here PING)" = PONG ] || continue
        since=${since:-$(centiseconds)}
        if [ "$(sight $((10 * ($(centiseconds) - since))))" = well ]; then
            say "the Sentinels see it: it goes on as master"
            touch $trace
            here REPLICAOF NO ONE >/dev/null
            return
        fi
    done
    say "the Sentinels do not see it: the operator decides who is master"
    here REPLICAOF "$nobody" 1 >/dev/null
}

serve_once_seen() {
    say "$1: it takes writes as soon as they see it"
    return_once_seen 9>&- &
    serve "replicaof $itself 1"
}

if [ -z "$own" ]; then
    say "nodes.sh has no address of $POD_NAME yet"
    exit 1
fi
lock_data
started=$(date +%s)
told=
while :; do
    named=$(ask_sentinels 9>&- | agreed)
    waited=$(($(date +%s) - started))
    case $named in
    none)
        touch $trace
        serve_nobody "the Sentinels know of no master"
        ;;
    "$own")
        if ! has_all_data; then
            reason="the Sentinels name this pod master, but its data are not here"
        else
            sight=$(sight $((down_after_millis - seen_after_millis)))
            if [ "$sight" = replaced ]; then
                reason="the Sentinels name this pod master, but they are about to name another"
            elif [ "$sight" = well ] && is_heard_at_once; then
                say "the Sentinels name this pod master, and its append-only file is here: it goes on as master"
                serve ""
            else
                serve_once_seen "the Sentinels name this pod master, but may replace it"
            fi
        fi
        [ "$waited" -lt "$replaced_after" ] || serve_nobody "$reason, and they named no other for $waited s"
        ;;
    '')
        reason="no majority of the Sentinels ($majority of $sentinels) agrees on a master"
        [ "$waited" -lt "$silence_after" ] || serve_nobody "$reason for $waited s"
        ;;
    *)
        say "the Sentinels name $named master: it starts as its replica"
        touch $trace
        serve "replicaof $named $REDIS_PORT"
        ;;
    esac
    [ "$told" = "$reason" ] || say "$reason: it waits"
    told=$reason
    sleep 0.3
done
