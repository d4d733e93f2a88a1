#!/bin/sh
# Asks the Redis, or with the port 26379 the Sentinel, of this pod. The password reaches redis-cli by its environment,
# never by its arguments.
#   alive: it takes the connection and reacts. LOADING, BUSY, MASTERDOWN, MISCONF, NOAUTH or a connection that is closed
#          because there are too many come from a living server, which a restart would only set back. A server that
#          hangs is told by the timeout of the probe.
#   ready: it serves commands, and a replica has its master's data.
port=${2:-6379}
password=/etc/tiercache/auth/exporter
[ -r "$password" ] && REDISCLI_AUTH=$(cat "$password") && export REDISCLI_AUTH
ask() { redis-cli -h 127.0.0.1 -p "$port" --user exporter --no-auth-warning "$@" 2>&1; }
answer=$(ask PING)
case "$1:$answer" in
ready:*PONG)
    case $(ask INFO replication) in
    *master_link_status:down*)
        echo "the link to the master is down"
        exit 1
        ;;
    esac
    exit 0
    ;;
*PONG) exit 0 ;;
*'Could not connect'* | *: | ready:*)
    echo "$answer"
    exit 1
    ;;
alive:*) exit 0 ;;
esac
echo "usage: probe.sh alive|ready [port]"
exit 2
