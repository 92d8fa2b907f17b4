#!/bin/sh
# Apply of a stack by a warm agent against `docker compose up -d`: e2e/bench/docker-apply.sh [SERVICES] [ROUNDS]
# Needs a Docker engine, docker compose, busybox-static and compiled tests (./verify, or mvn -pl e2e -am test-compile).
set -eu
cd "$(dirname "$0")/../.."
mvn -q -o -B -pl e2e -am test-compile
mvn -q -o -B -pl proto,hub,agent,e2e dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx48m -XX:+UseSerialGC \
    -cp "e2e/target/test-classes:agent/target/classes:proto/target/classes:$(cat e2e/target/bench.classpath)" \
    io.wherry.e2e.docker.DockerApplyBench "$@"
