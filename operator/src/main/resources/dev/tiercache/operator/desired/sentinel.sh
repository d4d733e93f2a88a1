#!/bin/sh
# Starts the Sentinel of this pod. Its file is written once, for Sentinel itself writes into it from then on, and kept
# as long as it is of this Sentinel; a new one begins with the master that a majority of the others names, or with none.
set -u
. /etc/sentinel/nodes.sh
. /etc/sentinel/sentinels.sh

config=/data/sentinel.conf
sentinel_password=$(cat /etc/tiercache/auth/sentinel)
own=$(own_address sentinel)
id=$(eval "echo \"\${id_${POD_NAME##*-}}\"")
patience=10

fits() {
    [ -s $config ] && grep -q "^sentinel myid $id\$" $config &&
        grep -Eq "^sentinel announce-ip \"?$own\"?\$" $config &&
        ! grep "^sentinel monitor " $config | grep -qv "^sentinel monitor $master_name "
}

# Prints the master that the others name, or nothing. On the first start all begin without one at the same time, so that
# silence is not waited for; who is new among others that know a master is worth a few seconds.
named_by_others() {
    started=$(date +%s)
    while [ $(($(date +%s) - started)) -lt $patience ]; do
        answers=$(ask_sentinels "$own")
        named=$(echo "$answers" | agreed)
        [ "$named" != none ] && [ -n "$named" ] && echo "$named" && return
        case $answers in
        *[0-9a-f][.:]*) sleep 0.3 ;;
        *) return ;;
        esac
    done
}

begin() {
    master=$1
    umask 077
    {
        echo "port $SENTINEL_PORT"
        echo "bind * -::*"
        echo "protected-mode no"
        echo "dir /data"
        echo "aclfile /etc/tiercache/acl/sentinel.acl"
        echo "sentinel myid $id"
        echo "sentinel announce-ip $own"
        echo "sentinel announce-port $SENTINEL_PORT"
        echo "sentinel sentinel-user sentinel"
        echo "sentinel sentinel-pass $sentinel_password"
        echo "sentinel deny-scripts-reconfig yes"
        if [ -n "$master" ]; then
            echo "sentinel monitor $master_name $master $REDIS_PORT $quorum"
            echo "sentinel auth-user $master_name sentinel"
            echo "sentinel auth-pass $master_name $sentinel_password"
            echo "sentinel down-after-milliseconds $master_name $down_after_millis"
            echo "sentinel failover-timeout $master_name $failover_timeout_millis"
            echo "sentinel parallel-syncs $master_name $parallel_syncs"
            echo "sentinel master-reboot-down-after-period $master_name 3000"
        fi
    } >$config.new && mv $config.new $config
}

# A connection that is attempted to a pod that is gone hangs, and Sentinel gives it up after 15 s: by then it has found
# the successor down, which it never tried. Now it does so when it has waited for half of down-after.
give_up_links_that_hang() {
    attempts=100
    while [ "$(ask 127.0.0.1 "$SENTINEL_PORT" SENTINEL DEBUG min-link-reconnect-period 1000)" != OK ]; do
        attempts=$((attempts - 1))
        [ $attempts -gt 0 ] || return
        sleep 0.1
    done
}

if [ -z "$own" ]; then
    say "nodes.sh has no address of $POD_NAME yet"
    exit 1
fi
if fits; then
    say "goes on with what it knew"
else
    master=$(named_by_others)
    say "begins ${master:+with the master $master, which the others name}${master:-without a master: the operator names one}"
    begin "$master"
fi
give_up_links_that_hang &
exec redis-server $config --sentinel
