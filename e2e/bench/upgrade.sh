#!/bin/sh
# How long an upgrade by install.sh takes, and how long hub and agent stand still in it: e2e/bench/upgrade.sh [RUNS] [FOLDER]
# On a machine with systemd in a container. FOLDER holds the archives of another build, to compare with. The newer version is the same but for a file of
# its documentation, so that start-up caches are made anew.
set -eu
. "$(dirname "$0")/lib.sh"
runs=${1:-3}
packages=${2:-}
begin upgrade
require_engine
mkdir "$WORK/shared"
for program in hub agent; do
    if [ -n "$packages" ]; then
        cp "$packages/wherry-$program-"*.tar.gz "$WORK/shared/$program.tar.gz"
    else
        cp "$("$ROOT/packaging/package.sh" "$program" | tail -1)" "$WORK/shared/$program.tar.gz"
    fi
done
MACHINE=wherry-bench-upgrade-$$
"$ROOT/e2e/parts/systemd-machine" up "$MACHINE" "$WORK/shared"

# does LINE: in the machine, as root.
does() {
    docker exec -e HOME=/root "$MACHINE" sh -c "$1" >"$WORK/said.log" 2>&1 || { cat "$WORK/said.log" >&2; exit 1; }
}

# In microseconds since the machine's start.
stamp() {
    docker exec "$MACHINE" systemctl show -P "$2" "wherry-$1"
}

does 'for p in hub agent; do mkdir /opt/$p && tar -xzf /shared/$p.tar.gz -C /opt/$p --strip-components=1; done'
does '/opt/hub/install.sh --hostname localhost'
does 'wherry login https://localhost:8443 --token-file /var/lib/wherry-hub/admin-token --ca-file /var/lib/wherry-hub/ca.crt'
does 'wherry token create >/root/token && /opt/agent/install.sh --token-file /root/token --name bench'
i=0
while [ "$i" -lt "$runs" ]; do
    i=$((i + 1))
    for program in hub agent; do
        does "cd /opt/$program && echo $i >>doc/LICENSE && find . -type f ! -name SHA256SUMS | xargs -d '\\n' sha256sum >/root/sums && mv /root/sums SHA256SUMS"
        from=$(now_ms)
        does "/opt/$program/install.sh"
        echo $(($(now_ms) - from)) >>"$WORK/$program.takes"
        echo $((($(stamp "$program" ActiveEnterTimestampMonotonic) - $(stamp "$program" InactiveEnterTimestampMonotonic)) / 1000)) >>"$WORK/$program.still"
    done
done
for program in hub agent; do
    stats "install.sh of the $program, a newer version" ms <"$WORK/$program.takes"
    stats "the $program stands still" ms <"$WORK/$program.still"
done
