#!/bin/sh
# Kills a Docker engine in the middle of releases and starts it again. Usage: e2e/reliability/engine.sh [COUNT [SEED]]
# Builds what it needs. COUNT releases (100 if not given) meet the death of their engine at a random request; each must come about by itself. The engine is one
# of its own, in a network namespace: needs root, and dockerd. The machine's engine is not touched.
set -eu
cd "$(dirname "$0")/../.."
e2e/reliability/it.sh EngineRestartIT -Dengine.kills="${1:-100}" -Dengine.seed="${2:-1}"
