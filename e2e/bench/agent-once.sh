#!/bin/sh
# What an agent costs its site when there is nothing to do: e2e/bench/agent-once.sh [RUNS [SECONDS]]
# `wherry-agent run --once` with one healthy stack: wall time and CPU. Then the daemon, idle for SECONDS: what stays resident, and its CPU.
set -eu
. "$(dirname "$0")/lib.sh"
runs=${1:-10}
seconds=${2:-60}
begin agent-once
make_repository
init_hub "sources.localDirectories=$WORK"
serve_hub
log_in
join site
run_agent site
declare_stack 1h
await_healthy
stop "$AGENT"
i=0
while [ "$i" -lt "$runs" ]; do
    i=$((i + 1))
    measure "$WORK/once" wherry-agent run --once --data "$WORK/site"
done
cut -d' ' -f1 "$WORK/once" | stats "run --once, wall" ms
cut -d' ' -f2 "$WORK/once" | stats "run --once, user and system" ms
run_agent site
sleep "$seconds"
before=$(cpu_ms "$AGENT")
sleep "$seconds"
awk '/^VmRSS|^VmHWM/ { printf "daemon idle, %s %.1f MB\n", $1, $2 / 1000 }' "/proc/$AGENT/status"
awk '/^Pss:|^Pss_Anon|^Pss_File/ { printf "daemon idle, %s %.1f MB\n", $1, $2 / 1000 }' "/proc/$AGENT/smaps_rollup"
echo "daemon idle, CPU of $seconds s: $(($(cpu_ms "$AGENT") - before)) ms"
