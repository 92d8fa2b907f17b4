#!/bin/sh
# What a command costs a person: e2e/bench/cli.sh [RUNS [AGENTS]]
# `wherry version` needs no hub; `wherry get agents` asks a running one, with so many agents, over TLS.
set -eu
. "$(dirname "$0")/lib.sh"
runs=${1:-10}
agents=${2:-10}
begin cli
init_hub
serve_hub
log_in
i=0
while [ "$i" -lt "$agents" ]; do
    i=$((i + 1))
    join "site-$i"
done
report() {
    cut -d' ' -f1 "$2" | stats "$1, wall" ms
    cut -d' ' -f2 "$2" | stats "$1, user and system" ms
}
i=0
while [ "$i" -lt "$runs" ]; do
    i=$((i + 1))
    measure "$WORK/version" wherry version
    measure "$WORK/agents" wherry get agents
done
[ "$(wherry get agents -o name | wc -l)" = "$agents" ] || { echo "not all $agents agents are there" >&2; exit 1; }
report "wherry version" "$WORK/version"
report "wherry get agents ($agents)" "$WORK/agents"
