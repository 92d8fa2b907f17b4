#!/bin/sh
# Many schedules of hub, link and agent in virtual time. Usage: e2e/reliability/simulation.sh [COUNT [FIRST_SEED]]
# Builds what it needs, then plays COUNT schedules (10,000 if not given), as many at a time as there are cores. One that fails names its seed; to see it
# again: e2e/reliability/simulation.sh 1 SEED. Nothing is opened, and no Docker is needed.
set -eu
cd "$(dirname "$0")/../.."
. e2e/tools.sh
count=${1:-10000}
first=${2:-1}
maven=$WHERRY_MAVEN
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT
"$maven" -q -Pfast -pl e2e -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$classpath" -Dmdep.includeScope=test
"$JAVA_HOME/bin/java" -Xmx1g -XX:+UseParallelGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "e2e/target/test-classes:$(cat "$classpath")" io.wherry.e2e.simulation.Simulation "$count" "$first"
