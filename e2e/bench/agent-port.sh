#!/bin/sh
# What the agents' port costs the hub. Usage: e2e/bench/agent-port.sh [AGENTS [SECONDS [all|polls|held]]]
# Builds what it needs, then runs for about SECONDS plus five minutes. Everything stays on the loopback interface.
set -eu
cd "$(dirname "$0")/../.."
. e2e/tools.sh
agents=${1:-1000}
seconds=${2:-600}
part=${3:-all}
maven=$WHERRY_MAVEN
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT
"$maven" -q -Pfast -pl e2e -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$classpath" -Dmdep.includeScope=test
# 1,000 connections on each side, besides the files of the JVM.
ulimit -n "$(ulimit -Hn)"
"$JAVA_HOME/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "e2e/target/test-classes:$(cat "$classpath")" io.wherry.e2e.bench.AgentPortBench "$agents" "$seconds" "$part"
