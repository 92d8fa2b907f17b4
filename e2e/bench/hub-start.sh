#!/bin/sh
# From the start of `wherry-hub serve` to /readyz: e2e/bench/hub-start.sh [RUNS]
# The folder is new at the first run only; every run opens the same database.
set -eu
. "$(dirname "$0")/lib.sh"
runs=${1:-10}
begin hub-start
init_hub
i=0
while [ "$i" -lt "$runs" ]; do
    i=$((i + 1))
    from=$(now_ms)
    serve_hub
    echo $(($(now_ms) - from)) >>"$WORK/ready"
    cpu_ms "$HUB" >>"$WORK/cpu"
    stop "$HUB"
done
stats "wherry-hub serve to /readyz" ms <"$WORK/ready"
stats "CPU of the hub until then" ms <"$WORK/cpu"
