#!/bin/sh
# What an operator of a large fleet waits for: e2e/bench/large-fleet.sh [AGENTS [RUNS]]
# So many agents join with a token each, one stack goes to all of them; then `wherry get agents`, `wherry get stacks` and `wherry status`, by the clock and by the hub's CPU.
# No agent is heard afterwards: each of them needs a look, which is the most there is to tell. Joining takes some 40 ms each.
set -eu
. "$(dirname "$0")/lib.sh"
agents=${1:-2000}
runs=${2:-5}
begin large-fleet
compile_benches
git init -q -b main "$WORK/repository"
echo 'services: {web: {image: "wherry-bench/web:1"}}' >"$WORK/repository/compose.yaml"
git -C "$WORK/repository" add compose.yaml
git -C "$WORK/repository" -c user.name=bench -c user.email=bench@localhost commit -q -m 'version 0'
init_hub "sources.localDirectories=$WORK"
serve_hub
log_in
bench_java JoinBench "https://localhost:$OPERATORS" "$WORK/hub" "$AGENTS" "$agents"
declare_stack 1h
deadline=$(($(date +%s) + LIMIT_S))
until wherry get stack bench -o json | grep -q "\"targets\": $agents,"; do
    [ "$(date +%s)" -le "$deadline" ] || { echo "the stack does not go to all $agents agents" >&2; exit 1; }
    sleep 1
done

# look NAME COMMAND...: appends to WORK/NAME as measure does, and to WORK/NAME.hub
look() {
    name=$1
    shift
    before=$(cpu_ms "$HUB")
    measure "$WORK/$name" "$@"
    echo $(($(cpu_ms "$HUB") - before)) >>"$WORK/$name.hub"
}

i=0
while [ "$i" -lt "$runs" ]; do
    i=$((i + 1))
    look agents wherry get agents
    look stacks wherry get stacks
    look status wherry status
done
for name in agents stacks status; do
    cut -d' ' -f1 "$WORK/$name" | stats "$name of $agents agents, wall" ms
    stats "$name of $agents agents, CPU of the hub" ms <"$WORK/$name.hub"
done
