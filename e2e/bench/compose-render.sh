#!/bin/sh
# Rendering of Compose projects by a warm hub's renderer against `docker compose config`: e2e/bench/compose-render.sh [PROJECTS]
# The projects of the conformity corpus that both render. Theirs is a new process for each, as it is called; ours one process for all. Needs docker compose (./verify fetches it).
set -eu
. "$(dirname "$0")/lib.sh"
begin compose-render
compile_benches
mkdir "$WORK/projects"
compose=${XDG_CACHE_HOME:-$HOME/.cache}/wherry/docker-compose/usr/libexec/docker/cli-plugins/docker-compose
BENCH_OPTIONS=-Dwherry.test.compose=$compose
bench_java ComposeRenderBench "$WORK/projects" "${1:-200}"
