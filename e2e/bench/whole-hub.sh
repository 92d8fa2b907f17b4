#!/bin/sh
# What a whole hub costs with so many idle agents: e2e/bench/whole-hub.sh [AGENTS [SECONDS]]
# The program as it is shipped; the agents join with a token each and poll held, over connections with their own certificates, from another process.
# About SECONDS plus four minutes.
set -eu
. "$(dirname "$0")/lib.sh"
agents=${1:-1000}
seconds=${2:-280}
begin whole-hub
compile_benches
# A connection takes a file on each side, besides those of the programs.
ulimit -n "$(ulimit -Hn)"
init_hub
serve_hub
bench_java WholeHubBench "https://localhost:$OPERATORS" "$WORK/hub" "$AGENTS" "$HUB" "$agents" "$seconds"
