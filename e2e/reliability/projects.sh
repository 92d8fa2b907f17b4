#!/bin/sh
# Compose projects made up by their seeds, on two real engines. Usage: e2e/reliability/projects.sh [COUNT [FIRST_SEED]]
# Builds what it needs, and takes docker compose and the newest engine from where ./verify has put them. COUNT projects (200 if not given): each is brought up by
# "docker compose up -d" and by the agent, changed, applied once more, and then released broken. One that differs names its seed and shows its files; to see it again:
# e2e/reliability/projects.sh 1 SEED.
set -eu
cd "$(dirname "$0")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/wherry
compose=$cache/docker-compose/usr/libexec/docker/cli-plugins/docker-compose
engine=$cache/docker-engine
for part in "$compose" "$engine/usr/sbin/dockerd"; do
    [ -x "$part" ] || { echo "$part: missing. Fetch it first: ./verify --only RandomProjectsIT" >&2; exit 1; }
done
e2e/reliability/it.sh RandomProjectsIT -Dprojects.count="${1:-200}" -Dprojects.first="${2:-1}" \
    -Dwherry.test.compose="$compose" -Dwherry.test.engine="$engine"
