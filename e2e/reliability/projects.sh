#!/bin/sh
# Compose projects made up by their seeds, on two real engines. Usage: e2e/reliability/projects.sh [COUNT [FIRST_SEED]]
# Builds what it needs. COUNT projects (200 if not given): each is brought up by "docker compose up -d" and by the agent, changed, applied once more, and then released
# broken. One that differs names its seed and shows its files; to see it again: e2e/reliability/projects.sh 1 SEED.
set -eu
cd "$(dirname "$0")/../.."
e2e/reliability/it.sh RandomProjectsIT -Dprojects.count="${1:-200}" -Dprojects.first="${2:-1}"
