#!/bin/sh
# A hub with many agents is killed and started again: e2e/bench/come-back.sh [AGENTS [KILLS]]
# When the first agent is answered, when all are, and the hub's CPU meanwhile, against its CPU with the same agents at rest. The agents hold polls over
# connections of their own and come back at the pace of the real agent, from another process. About two minutes for each kill, and 50 ms for each agent.
set -eu
. "$(dirname "$0")/lib.sh"
agents=${1:-2000}
kills=${2:-3}
begin come-back
compile_benches
# A connection takes a file on each side, besides those of the programs.
ulimit -n "$(ulimit -Hn)"
init_hub
bench_java ComeBackBench "https://localhost:$OPERATORS" "$WORK/hub" "$AGENTS" "$WORK/hub.log" "$agents" "$kills"
