#!/bin/sh
# How long a commit takes to be healthy at the site, as the hub shows it: e2e/bench/commit-to-healthy.sh [COMMITS [COMMITS_WITHOUT_NUDGE]]
# Hub and agent are processes of their own, the agent polls held, the image is there, the health check runs each second. First with a nudge after
# each commit (the call of `wherry source sync`), then without, the source being asked every 10 s.
set -eu
. "$(dirname "$0")/lib.sh"
commits=${1:-50}
unnudged=${2:-20}
begin commit-to-healthy
compile_benches
make_repository
init_hub "sources.localDirectories=$WORK"
serve_hub
log_in
join site
run_agent site
declare_stack 1h
await_healthy
bench_java CommitBench "https://localhost:$OPERATORS" "$WORK/hub" "$WORK/repository" "$commits" nudge
declare_stack 10s
bench_java CommitBench "https://localhost:$OPERATORS" "$WORK/hub" "$WORK/repository" "$unnudged" interval
