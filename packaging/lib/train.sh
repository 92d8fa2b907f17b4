#!/bin/sh
# Makes the AOT caches: runs each program over its usual start once and keeps the classes it loaded, linked.
# Each program has its own: a cache serves only a JVM with the same class path and the same kind of object headers.
set -eu
WHERRY_HOME=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
. "$WHERRY_HOME/lib/find-java.sh"
require_java
. "$WHERRY_HOME/lib/classpath.sh"
export WHERRY_NO_AOT=1
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

FAILED=0

# Lets the launcher of a program record: $1 file of the cache, then the command.
train() {
    cache=$1
    shift
    JAVA_TOOL_OPTIONS="-XX:AOTCacheOutput=$cache" "$@" >"$WORK/out" 2>&1 || {
        echo "wherry: training $cache failed:" >&2
        cat "$WORK/out" >&2
        rm -f "$cache"
        FAILED=1
    }
}

classpath hub
"$JAVA_HOME/bin/keytool" -genkeypair -keystore "$WORK/hub.p12" -storepass training -alias hub -keyalg EC \
    -groupname secp256r1 -dname CN=training -ext san=ip:127.0.0.1 -validity 1 >"$WORK/out" 2>&1
"$JAVA_HOME/bin/keytool" -exportcert -rfc -keystore "$WORK/hub.p12" -storepass training -alias hub \
    >"$WORK/ca.crt" 2>>"$WORK/out"
WHERRY_MAIN=io.wherry.hub.cli.StartUpTraining train "$CACHE_FOLDER/wherry.aot" "$WHERRY_HOME/bin/wherry" "$WORK"
train "$CACHE_FOLDER/wherry-hub.aot" "$WHERRY_HOME/bin/wherry-hub" init --data "$WORK/hub" --hostname localhost
classpath agent
train "$CACHE_FOLDER/wherry-agent.aot" "$WHERRY_HOME/bin/wherry-agent" version
exit "$FAILED"
