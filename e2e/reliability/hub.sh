#!/bin/sh
# Kills a hub while it is written to. Usage: e2e/reliability/hub.sh [COUNT]
# Builds what it needs. The hub is killed COUNT times (100 if not given) under two writers and an agent; nothing that it answered may be gone. Says how long
# it was away. Needs a Docker engine for the agent's workload.
set -eu
cd "$(dirname "$0")/../.."
e2e/reliability/it.sh HubKillIT -Dhub.kills="${1:-100}"
