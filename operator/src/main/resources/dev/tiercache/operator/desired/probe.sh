#!/bin/sh
# Asks the Redis of this pod. The password reaches redis-cli by its environment, never by its arguments.
#   alive: it takes the connection and reacts. LOADING, BUSY, MASTERDOWN, MISCONF, NOAUTH or a connection that is closed
#          because there are too many come from a living server, which a restart would only set back. A server that
#          hangs is told by the timeout of the probe.
#   ready: it serves commands.
password=/etc/tiercache/auth/exporter
[ -r "$password" ] && REDISCLI_AUTH=$(cat "$password") && export REDISCLI_AUTH
answer=$(redis-cli -h 127.0.0.1 -p 6379 --user exporter --no-auth-warning PING 2>&1)
case "$1:$answer" in
*PONG) exit 0 ;;
*'Could not connect'* | *: | ready:*)
    echo "$answer"
    exit 1
    ;;
alive:*) exit 0 ;;
esac
echo "usage: probe.sh alive|ready"
exit 2
