#!/bin/sh
# Fuzzes everything that reads bytes of strangers, with Jazzer. Usage: e2e/reliability/fuzz.sh SECONDS [TARGET...]
# Builds what it needs. Each target runs for so many seconds, from the inputs that are kept below e2e/src/test/fuzz; what reaches new code is added
# there, the smallest inputs that do. A finding stops the run, and its input stays under target/fuzz. S23FuzzTest tries all that is kept.
set -eu
cd "$(dirname "$0")/../.."
. e2e/tools.sh
[ $# -ge 1 ] || {
    sed -n '2,4s/^# \{0,3\}//p' "$0" >&2
    exit 2
}
seconds=$1
shift
JAZZER=0.30.0
maven=$WHERRY_MAVEN
java=$JAVA_HOME/bin/java
work=$PWD/target/fuzz
mkdir -p "$work/findings"
for artifact in jazzer jazzer-api; do
    [ -f "$work/$artifact-$JAZZER.jar" ] || "$maven" -q -B -N org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
        -Dartifact="com.code-intelligence:$artifact:$JAZZER" -DoutputDirectory="$work"
done
"$maven" -q -B -Pfast -pl e2e -am test-compile dependency:build-classpath -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test
classpath="$work/jazzer-$JAZZER.jar:$work/jazzer-api-$JAZZER.jar:e2e/target/test-classes:$(cat "$work/classpath")"
jazzer() {
    target=$1
    shift
    # Only our own classes count as new code; Jazzer's hooks look for what is not here: queries, scripts, deserialisation.
    "$java" -Xmx2g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+EnableDynamicAgentLoading -cp "$classpath" \
        com.code_intelligence.jazzer.Jazzer --target_class=io.wherry.e2e.fuzz.Fuzz --target_args="$target" \
        '--instrumentation_includes=io.wherry.**' '--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*' \
        -artifact_prefix="$work/findings/$target-" -timeout=10 -max_len=16384 "$@" >"$work/$target.log" 2>&1
}
# shellcheck disable=SC2046 # one word per target
[ $# -gt 0 ] || set -- $("$java" -cp "$classpath" io.wherry.e2e.fuzz.Fuzz)
for target; do
    kept=$PWD/e2e/src/test/fuzz/$target
    found=$work/$target
    rm -rf "$found" "$found.small"
    mkdir -p "$kept" "$found" "$found.small"
    if ! jazzer "$target" -max_total_time="$seconds" "$found" "$kept"; then
        echo "$target: found something; the input is in $work/findings, the log in $work/$target.log" >&2
        tail -n 40 "$work/$target.log" >&2
        exit 1
    fi
    runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$work/$target.log")
    jazzer "$target" -merge=1 "$found.small" "$kept" "$found"
    cp -n "$found.small"/* "$kept"/
    echo "$target: $runs inputs in $seconds s, $(find "$kept" -type f | wc -l) kept"
done
