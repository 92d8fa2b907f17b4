#!/bin/sh
# Makes the AOT caches: runs each program over its usual work once and keeps the classes it loaded, linked.
# Each program has its own: a cache serves only a JVM with the same class path and the same kind of object headers.
# The hub is trained on ports of the loopback, with an agent that joins it and runs one cycle; train-agent.sh then makes the agent's. In the hub's package there is no
# agent: the hub then serves an operator alone.
# With --check it makes none, and says by its exit code whether the JVM takes those of the hub that are there.
set -eu
WHERRY_HOME=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
. "$WHERRY_HOME/lib/find-java.sh"
require_java
. "$WHERRY_HOME/lib/classpath.sh"
export WHERRY_NO_AOT=1 # for what records, and what is to be recorded; the operator's commands use their own once it is there
WORK=$(mktemp -d)
HUB=
FAILED=0
PORT_TRIES=5 # each of three ports; one of them may be somebody's
WAIT_TENTHS=1200 # a hub that records is ready after four seconds here, and after thirty on a machine that is busy
trap 'stop_hub; rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM HUP

# Lets the launcher of a command record: $1 exit codes that are fine, $2 file of the cache, then the command.
train() {
    fine=$1
    cache=$2
    shift 2
    status=0
    JAVA_TOOL_OPTIONS="$NO_PROFILES -XX:AOTCacheOutput=$cache" "$@" >"$WORK/out" 2>&1 || status=$?
    case " $fine " in
    *" $status "*) ;;
    *)
        echo "wherry: training $cache failed:" >&2
        cat "$WORK/out" >&2
        rm -f "$cache"
        FAILED=1
        ;;
    esac
}

# The hub writes its cache when it ends.
stop_hub() {
    [ -n "$HUB" ] || return 0
    kill "$HUB" 2>/dev/null || true
    wait "$HUB" 2>/dev/null || true
    HUB=
}

# Until it serves, or has ended because a port is somebody's. An operator waits for a hub for a few seconds only.
await_hub() {
    waited=0
    until grep -qs ' is ready after ' "$WORK/hub.log"; do
        waited=$((waited + 1))
        if [ "$waited" -gt "$WAIT_TENTHS" ] || ! kill -0 "$HUB" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
}

# A hub that records and serves, with an operator logged in; fails where no free ports are found.
start_hub() {
    wherry_hub="$WHERRY_HOME/bin/wherry-hub"
    "$wherry_hub" init --data "$WORK/hub" --hostname localhost >"$WORK/out" 2>&1 || return 1
    cp "$WORK/hub/hub.yaml" "$WORK/hub.yaml"
    try=0
    while [ "$try" -lt "$PORT_TRIES" ]; do
        port=$((20000 + ($$ + try * 1009) % 12000))
        try=$((try + 1))
        sed "s/0.0.0.0:8443/127.0.0.1:$port/; s/0.0.0.0:8444/127.0.0.1:$((port + 1))/; s/127.0.0.1:8445/127.0.0.1:$((port + 2))/" \
            "$WORK/hub.yaml" >"$WORK/hub/hub.yaml"
        rm -f "$WORK/hub.log"
        JAVA_TOOL_OPTIONS="-XX:AOTCacheOutput=$CACHE_FOLDER/wherry-hub.aot" "$wherry_hub" serve --data "$WORK/hub" >"$WORK/hub.log" 2>&1 &
        HUB=$!
        await_hub
        if WHERRY_NO_AOT='' "$WHERRY_HOME/bin/wherry" login "https://localhost:$port" --token-file "$WORK/hub/admin-token" --ca-file "$WORK/hub/ca.crt" \
            >"$WORK/out" 2>&1; then
            return 0
        fi
        stop_hub
    done
    cat "$WORK/hub.log" "$WORK/out" >&2
    return 1
}

classpath hub
if [ "${1:-}" = --check ]; then
    for program in wherry-hub wherry; do
        JAVA_TOOL_OPTIONS="-XX:AOTMode=on -XX:AOTCache=$CACHE_FOLDER/$program.aot" "$WHERRY_HOME/bin/$program" version >"$WORK/out" 2>&1 || exit 1
    done
    exit 0
fi
# As a hub's: an authority, and a certificate of it. A command that trusts the very certificate it is shown checks no chain, and would keep nothing of how.
keys() {
    "$JAVA_HOME/bin/keytool" -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC "$@" -keystore "$WORK/hub.p12" -storepass training 2>>"$WORK/out"
}
keys -genkeypair -alias ca -keyalg EC -groupname secp256r1 -dname CN=authority -ext bc:c -validity 1
keys -exportcert -rfc -alias ca >"$WORK/ca.crt"
keys -genkeypair -alias hub -signer ca -keyalg EC -groupname secp256r1 -dname CN=training -ext san=dns:localhost -ext eku=serverAuth -validity 1
keys -delete -alias ca
WHERRY_MAIN=io.wherry.hub.cli.StartUpTraining train 0 "$CACHE_FOLDER/wherry.aot" "$WHERRY_HOME/bin/wherry" "$WORK"
export XDG_CONFIG_HOME="$WORK"
start_hub || FAILED=1
agent="$WHERRY_HOME/bin/wherry-agent"
if [ ! -x "$agent" ]; then
    for command in "token create" "get agents" status; do
        # shellcheck disable=SC2086 # its words
        [ "$FAILED" != 0 ] || WHERRY_NO_AOT='' "$WHERRY_HOME/bin/wherry" $command >"$WORK/out" 2>&1 || FAILED=1
    done
    stop_hub
    exit "$FAILED"
fi
# What the agent does here is the hub's training; its own caches are made without one.
if [ "$FAILED" = 0 ] && token=$(WHERRY_NO_AOT='' "$WHERRY_HOME/bin/wherry" token create 2>"$WORK/out") \
    && echo "$token" | "$agent" join - --name training --data "$WORK/agent" >"$WORK/out" 2>&1; then
    "$agent" run --once --data "$WORK/agent" >"$WORK/out" 2>&1 || true # no Docker engine need run here: it spoke with the hub, and that is what counts
else
    cat "$WORK/out" >&2
    FAILED=1
fi
stop_hub
sh "$WHERRY_HOME/lib/train-agent.sh" || FAILED=1
exit "$FAILED"
