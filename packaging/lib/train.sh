#!/bin/sh
# Makes the AOT caches of hub and agent: runs each program over its usual start once and keeps the classes it loaded.
set -eu
WHERRY_HOME=$(dirname "$(readlink -f "$0")")/..
WHERRY_HOME=$(readlink -f "$WHERRY_HOME")
export WHERRY_NO_AOT=1
export JAVA_TOOL_OPTIONS
for program in hub agent; do
    . "$WHERRY_HOME/lib/find-java.sh"
    require_java
    . "$WHERRY_HOME/lib/classpath.sh"
    classpath $program
done
JAVA_TOOL_OPTIONS="-XX:AOTCacheOutput=$WHERRY_HOME/../hub/target/wherry-hub.aot" "$WHERRY_HOME/bin/wherry" version
JAVA_TOOL_OPTIONS="-XX:AOTCacheOutput=$WHERRY_HOME/../agent/target/wherry-agent.aot" "$WHERRY_HOME/bin/wherry-agent" version
