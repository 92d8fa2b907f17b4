#!/bin/sh
# Makes the agent's AOT caches, one for each runtime: stand-ins for a hub, for a Docker engine and for the API server of a cluster answer the cycles of two agents,
# in a temporary folder. Touches no state folder and no engine, asks nobody outside.
# With --check it makes none, and says by its exit code whether the JVM takes those that are there.
set -eu
WHERRY_HOME=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
. "$WHERRY_HOME/lib/find-java.sh"
require_java
. "$WHERRY_HOME/lib/classpath.sh"
export WHERRY_NO_AOT=1
# Neither a proxy nor somebody's configuration has a part in this.
unset HTTPS_PROXY https_proxy ALL_PROXY all_proxy 2>/dev/null || true
for setting in $(env | sed -n 's/^\(WHERRY_AGENT_[A-Z_]*\)=.*/\1/p' | grep -v '^WHERRY_AGENT_JAVA_OPTIONS$'); do
    unset "$setting"
done
# The path of a Unix socket is at most 107 characters long: what is somewhere deep is made in /tmp.
[ "$(printf %s "${TMPDIR:-/tmp}" | wc -c)" -le 80 ] || TMPDIR=/tmp
WORK=$(mktemp -d)
WAIT_TENTHS=1200 # a JVM and a cycle of the agent take three seconds here, twenty on a small board, and more on a machine that is busy
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM HUP

fail() {
    echo "wherry-agent: the start-up cache could not be made: $1" >&2
    cat "$WORK/out" >&2 2>/dev/null || true
    exit 1
}

# Whether the agent starts with this cache, and from it: one that brings more of a heap than the agent begins with ends the JVM at its start.
starts_with() {
    JAVA_TOOL_OPTIONS="-XX:AOTMode=on -XX:AOTCache=$1" "$WHERRY_HOME/bin/wherry-agent" version >"$WORK/out" 2>&1
}

classpath agent
if [ "${1:-}" = --check ]; then
    starts_with "$CACHE_FOLDER/wherry-agent.aot" && starts_with "$CACHE_FOLDER/wherry-agent-kubernetes.aot"
    exit
fi

mkfifo "$WORK/end"
"$JAVA" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData --sun-misc-unsafe-memory-access=allow -Xmx64m -cp "$CLASSPATH" \
    io.wherry.agent.StartUpTraining "$WORK" <"$WORK/end" >"$WORK/hub.log" 2>&1 &
hub=$!
exec 3>"$WORK/end" # the stand-in ends when this is closed, however this script ends
waited=0
until [ -f "$WORK/ready" ]; do
    waited=$((waited + 1))
    if [ "$waited" -gt "$WAIT_TENTHS" ] || ! kill -0 "$hub" 2>/dev/null; then
        cp "$WORK/hub.log" "$WORK/out"
        fail "the stand-in for a hub did not start"
    fi
    sleep 0.1
done

# Records a cycle of the agent, beside the old cache, then over it: a machine that is switched off in between keeps a whole one.
# $1 the cache's name, $2 its runtime, which is that of the agent's folder, $3 the exit codes that are fine.
record() {
    cache="$CACHE_FOLDER/$1.aot"
    rm -f "$cache.new"
    status=0
    JAVA_TOOL_OPTIONS="$NO_PROFILES -XX:AOTCacheOutput=$cache.new" WHERRY_AGENT_RUNTIME=$2 WHERRY_AGENT_KUBERNETES_KUBECONFIG="$WORK/kubeconfig" \
        "$WHERRY_HOME/bin/wherry-agent" run --once --data "$WORK/$2" 3>&- >"$WORK/out" 2>&1 || status=$?
    case " $3 " in
    *" $status "*) ;;
    *) fail "the agent's cycle ended with $status" ;;
    esac
    [ -s "$cache.new" ] || fail "the JVM wrote none"
    starts_with "$cache.new" || {
        rm -f "$cache.new"
        fail "the agent does not start with it"
    }
    mv "$cache.new" "$cache"
}

record wherry-agent docker 0
# There is no cluster behind its stand-in; the cycle spoke with it and with the hub, and that is what counts.
record wherry-agent-kubernetes kubernetes "1 4"
exec 3>&-
wait "$hub" || true
