#!/bin/sh
# Hub and agents as processes under mixed faults. Usage: e2e/reliability/soak.sh [MINUTES [SEED]]
# Builds what it needs. Releases good and broken, containers removed by hand, links cut, an agent and the hub killed, for MINUTES (60 if not given); then
# heap (after a collection, by jcmd) and file descriptors are compared with those at the beginning. Prints a line for a table. Needs a Docker engine.
set -eu
cd "$(dirname "$0")/../.."
e2e/reliability/it.sh Soak -Dsoak.minutes="${1:-60}" -Dsoak.seed="${2:-1}"
