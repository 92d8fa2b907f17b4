#!/bin/sh
# Apply of a stack by a warm agent against `docker compose up -d`: e2e/bench/docker-apply.sh [SERVICES] [ROUNDS]
# Then how long a published port does not answer while its one container is replaced, by both, asked every 5 ms.
# Needs a Docker engine, docker compose and busybox-static, and the build of ./verify (classes, test classes and agent/target/lib).
set -eu
cd "$(dirname "$0")/../.."
for built in e2e/target/test-classes agent/target/lib; do
    [ -d "$built" ] || { echo "$built: missing. Build first: ./verify" >&2; exit 1; }
done
compose=${XDG_CACHE_HOME:-$HOME/.cache}/wherry/docker-compose/usr/libexec/docker/cli-plugins/docker-compose
[ -x "$compose" ] || compose=
# The agent's own settings: figures of a bigger heap would not be an agent's.
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx48m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dwherry.test.compose="$compose" \
    -cp "e2e/target/test-classes:agent/target/classes:proto/target/classes:agent/target/lib/*" \
    io.wherry.e2e.docker.DockerApplyBench "$@"
