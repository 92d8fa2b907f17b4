#!/bin/sh
# A bundle file with a large image, against the commands of the system: e2e/bench/bundle-file.sh [MEGABYTES [ROUNDS]]
# Export: `wherry bundle export --include-images`, from a registry and from the hub's own engine, against cp and sha256sum of the same file. Apply: until the agent
# says that it was adopted, with the image missing at the engine and with the image there, against sha256sum and docker load of the same image. Memory: resident
# while it lasts, above idle. Each round has an agent of its own. Needs docker-registry too (./verify installs it).
set -eu
. "$(dirname "$0")/lib.sh"
megabytes=${1:-500}
rounds=${2:-3}
begin bundle-file
make_repository
REGISTRY=127.0.0.1:$(free_port 18843)
LARGE=$REGISTRY/large:1
OWN=wherry-bench/own:1

# timed FILE COMMAND...: appends its milliseconds.
timed() {
    into=$1
    shift
    from=$(now_ms)
    "$@" >"$WORK/timed.log" 2>&1 || { echo "failed: $*" >&2; cat "$WORK/timed.log" >&2; exit 1; }
    echo $(($(now_ms) - from)) >>"$into"
}

resident_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

# watch PID FILE: the most that it has resident, until it is killed.
watch() {
    most=0
    while now=$(resident_kb "$1" 2>/dev/null); do
        [ "${now:-0}" -le "$most" ] || { most=$now; echo "$most" >"$2"; }
        sleep 0.05
    done
}

copy_and_hash() {
    cp "$1" "$WORK/copy"
    sha256sum "$WORK/copy"
    rm "$WORK/copy"
}

hash_and_load() {
    sha256sum "$1"
    docker load -q -i "$1"
}

forget_containers() {
    docker ps -aq --filter "label=com.docker.compose.project=$PROJECT" | xargs -r docker rm -f >/dev/null
}

dd if=/dev/urandom of="$WORK/image/random" bs=1M count="$megabytes" status=none
tar -C "$WORK/image" -c . | docker import - "$OWN" >/dev/null
mkdir "$WORK/registry"
printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "%s"}\n' "$WORK/registry" "$REGISTRY" >"$WORK/registry.yml"
docker-registry serve "$WORK/registry.yml" >"$WORK/registry.log" 2>&1 &
PIDS="$PIDS $!"
until busybox wget -q -O /dev/null "http://$REGISTRY/v2/" 2>/dev/null; do sleep 0.1; done
docker tag "$OWN" "$LARGE"
docker push -q "$LARGE" >/dev/null
docker save -o "$WORK/saved.tar" "$OWN"
docker rmi "$LARGE" >/dev/null

# One stack with the registry's image, for the sites; one with the engine's own, for an agent that only files are made for.
for stack in large own; do
    mkdir "$WORK/repository/$stack"
    image=$LARGE
    [ "$stack" = large ] || image=$OWN
    printf 'services: {web: {image: "%s", command: [busybox, sleep, infinity], stop_signal: SIGKILL}}\n' "$image" >"$WORK/repository/$stack/compose.yaml"
done
git -C "$WORK/repository" add .
git -C "$WORK/repository" commit -q -m 'large and own'

init_hub "sources.localDirectories=$WORK" images.engineSocket="${ENGINE#unix://}"
serve_hub
log_in
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    join "site$round"
done
wherry token create --labels own=yes >"$WORK/token" 2>/dev/null
wherry-agent join --token-file "$WORK/token" --name own --data "$WORK/own" >/dev/null 2>&1
cat >"$WORK/fleet.yaml" <<EOF
apiVersion: wherry.io/v1alpha1
kind: Source
metadata: {name: bench}
spec: {type: git, url: $WORK/repository, interval: 1h}
---
apiVersion: wherry.io/v1alpha1
kind: Stack
metadata: {name: large}
spec: {sourceRef: bench, path: large, compose: {projectName: $PROJECT}, targets: [{agentSelector: bench=yes}]}
---
apiVersion: wherry.io/v1alpha1
kind: Stack
metadata: {name: own}
spec: {sourceRef: bench, path: own, targets: [{agentSelector: own=yes}]}
EOF
wherry apply -f "$WORK/fleet.yaml" >/dev/null
for agent in "site$rounds" own; do
    deadline=$(($(date +%s) + LIMIT_S))
    until wherry bundle export --agent "$agent" -o "$WORK/first" >"$WORK/export.log" 2>&1; do
        [ "$(date +%s)" -lt "$deadline" ] || { cat "$WORK/export.log" >&2; exit 1; }
        sleep 0.2
    done
done

# export AGENT FILE FIGURES
export_file() {
    idle=$(resident_kb "$HUB")
    watch "$HUB" "$WORK/most" &
    watcher=$!
    timed "$3" wherry bundle export --agent "$1" --include-images -o "$2"
    kill "$watcher"
    wait "$watcher" 2>/dev/null || true
    echo $((($(cat "$WORK/most") - idle) / 1000)) >>"$3.memory"
}

export_file own "$WORK/own.wherry" "$WORK/export-saved" # the engine saves it now
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    export_file "site$round" "$WORK/site$round.wherry" "$WORK/export"
    export_file "site$round" "$WORK/site$round.again.wherry" "$WORK/export"
    export_file own "$WORK/own.wherry" "$WORK/export-own"
    timed "$WORK/copy-and-hash" copy_and_hash "$WORK/site$round.wherry"
done
stop "$HUB" # what it assigned last would come over the link
docker rmi "$OWN" >/dev/null

# apply_file AGENT FILE FIGURES
apply_file() {
    idle=$(resident_kb "$AGENT")
    watch "$AGENT" "$WORK/most" &
    watcher=$!
    timed "$3" wherry-agent bundle apply "$2" --data "$WORK/$1"
    kill "$watcher"
    wait "$watcher" 2>/dev/null || true
    echo $((($(cat "$WORK/most") - idle) / 1000)) >>"$3.memory"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    wherry-agent run --data "$WORK/site$round" >>"$WORK/agent.log" 2>&1 &
    AGENT=$!
    PIDS="$PIDS $AGENT"
    deadline=$(($(date +%s) + LIMIT_S))
    until wherry-agent status --data "$WORK/site$round" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$deadline" ] || exit 1
        sleep 0.2
    done
    sleep 3
    apply_file "site$round" "$WORK/site$round.wherry" "$WORK/apply"
    apply_file "site$round" "$WORK/site$round.again.wherry" "$WORK/apply-there"
    stop "$AGENT"
    forget_containers
    docker image ls -q "$REGISTRY/large" | xargs -r docker rmi -f >/dev/null
    timed "$WORK/hash-and-load" hash_and_load "$WORK/saved.tar"
    docker rmi "$OWN" >/dev/null
done
echo "the file: $(($(wc -c <"$WORK/site1.wherry") / 1000000)) MB"
stats "cp and sha256sum" ms <"$WORK/copy-and-hash"
stats "export, from a registry" ms <"$WORK/export"
stats "export, from the own engine, saved before" ms <"$WORK/export-own"
stats "export, from the own engine, the first time" ms <"$WORK/export-saved"
stats "export: hub above idle" MB <"$WORK/export.memory"
stats "sha256sum and docker load" ms <"$WORK/hash-and-load"
stats "apply, image missing" ms <"$WORK/apply"
stats "apply, image there" ms <"$WORK/apply-there"
stats "apply: agent above idle" MB <"$WORK/apply.memory"
