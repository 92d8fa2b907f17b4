# Sourced by the benchmarks beside it: builds the programs, starts a hub and agents as processes of their own, and takes everything away again,
# whatever happens. All on the loopback interface; nothing is kept but what is printed.
# Needs, beyond the build: busybox-static and iproute2, and docker where a stack is deployed (./verify installs them).

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
WHERRY_HOME=$ROOT/packaging
. "$WHERRY_HOME/lib/build.sh"
export PATH="$WHERRY_HOME/bin:$PATH"

PROJECT=wherry-bench
IMAGE=wherry-bench/web:1
ENGINE=${DOCKER_HOST:-unix:///var/run/docker.sock}

# Nothing here takes longer than this; what does, is broken.
LIMIT_S=120

# begin NAME: builds, makes the folder WORK, says what machine this is.
begin() {
    require_jdk
    build_programs
    WORK=$(mktemp -d "/tmp/wherry-bench.XXXXXX")
    PIDS=
    DEPLOYED=
    MACHINE=
    export XDG_CONFIG_HOME="$WORK/config"
    trap end EXIT
    trap 'exit 130' INT TERM HUP
    echo "$1: $(date -u +%Y-%m-%d), $(nproc) cores, $(awk '/^MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), load at the start $(cut -d' ' -f1-3 /proc/loadavg)"
}

end() {
    status=$?
    trap - EXIT
    for pid in $PIDS; do
        stop "$pid"
    done
    [ -z "$MACHINE" ] || "$ROOT/e2e/parts/systemd-machine" down "$MACHINE" || true
    if [ -n "$DEPLOYED" ]; then
        docker ps -aq --filter "label=com.docker.compose.project=$PROJECT" | xargs -r docker rm -f >/dev/null
        docker network ls -q --filter "label=com.docker.compose.project=$PROJECT" | xargs -r docker network rm >/dev/null
        docker image rm "$IMAGE" >/dev/null
    fi
    [ "$status" = 0 ] || tail -n 5 "$WORK"/*.log >&2 2>/dev/null || true
    echo "load at the end $(cut -d' ' -f1-3 /proc/loadavg)"
    rm -rf "$WORK"
    exit "$status"
}

# stop PID: of a process that this script started.
stop() {
    kill "$1" 2>/dev/null || return 0
    wait "$1" 2>/dev/null || true
}

now_ms() {
    echo $(($(date +%s%N) / 1000000))
}

# The first port from the given one on at which nothing listens.
free_port() {
    port=$1
    while [ -n "$(ss -ltnH "sport = :$port")" ]; do
        port=$((port + 1))
    done
    echo "$port"
}

# init_hub [KEY=VALUE...]: a data folder with free ports.
init_hub() {
    OPERATORS=$(free_port 18543)
    AGENTS=$(free_port 18643)
    HEALTH=$(free_port 18743)
    more=
    for pair in "$@"; do
        more="$more --set $pair"
    done
    # shellcheck disable=SC2086 # no value holds a blank
    wherry-hub init --data "$WORK/hub" --hostname localhost --set listen.operators=127.0.0.1:"$OPERATORS" \
        --set listen.agents=127.0.0.1:"$AGENTS" --set listen.health=127.0.0.1:"$HEALTH" $more >"$WORK/init.log"
}

# serve_hub: starts it and waits until it is ready. HUB is its process: the launcher becomes the program.
serve_hub() {
    wherry-hub serve --data "$WORK/hub" >>"$WORK/hub.log" 2>&1 &
    HUB=$!
    PIDS="$PIDS $HUB"
    await_ready
}

await_ready() {
    deadline=$(($(date +%s) + LIMIT_S))
    until busybox wget -q -O /dev/null "http://127.0.0.1:$HEALTH/readyz" 2>/dev/null; do
        if ! kill -0 "$HUB" 2>/dev/null || [ "$(date +%s)" -gt "$deadline" ]; then
            echo "the hub did not become ready" >&2
            exit 1
        fi
        sleep 0.02
    done
}

log_in() {
    wherry login "https://localhost:$OPERATORS" --token-file "$WORK/hub/admin-token" --ca-file "$WORK/hub/ca.crt" >/dev/null 2>&1
}

# join NAME: an agent with its own folder WORK/NAME, on the engine of DOCKER_HOST.
join() {
    wherry token create --labels bench=yes >"$WORK/token" 2>/dev/null
    wherry-agent join --token-file "$WORK/token" --name "$1" --data "$WORK/$1" >/dev/null 2>&1
    printf 'docker:\n  host: "%s"\n' "$ENGINE" >>"$WORK/$1/agent.yaml"
}

# run_agent NAME: as a service. AGENT is its process.
run_agent() {
    wherry-agent run --data "$WORK/$1" >>"$WORK/agent.log" 2>&1 &
    AGENT=$!
    PIDS="$PIDS $AGENT"
    wherry wait agent "$1" --for connected --timeout "${LIMIT_S}s" >/dev/null 2>&1
}

# A repository with one service of busybox, checked each second, and its image, which need not be pulled.
make_repository() {
    require_engine
    [ -x /usr/bin/busybox ] || { echo "/usr/bin/busybox: missing (apt-get install busybox-static)" >&2; exit 1; }
    DEPLOYED=yes
    mkdir -p "$WORK/image/bin" "$WORK/image/www"
    cp /usr/bin/busybox "$WORK/image/bin/"
    ln -s busybox "$WORK/image/bin/httpd"
    ln -s busybox "$WORK/image/bin/wget"
    echo ok >"$WORK/image/www/index.html"
    tar -C "$WORK/image" -c . | docker import - "$IMAGE" >/dev/null
    git init -q -b main "$WORK/repository"
    git -C "$WORK/repository" config user.name bench
    git -C "$WORK/repository" config user.email bench@localhost
    cat >"$WORK/repository/compose.yaml" <<EOF
services:
  web:
    image: $IMAGE
    command: ["httpd", "-f", "-p", "8080", "-h", "/www"]
    environment: {VERSION: "0"}
    stop_signal: SIGKILL
    healthcheck: {test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"], interval: 1s, timeout: 1s}
EOF
    git -C "$WORK/repository" add compose.yaml
    git -C "$WORK/repository" commit -q -m 'version 0'
}

# declare_stack INTERVAL: the source, asked so often, and the stack for all agents that join here.
declare_stack() {
    cat >"$WORK/fleet.yaml" <<EOF
apiVersion: wherry.io/v1alpha1
kind: Source
metadata: {name: bench}
spec: {type: git, url: $WORK/repository, interval: $1}
---
apiVersion: wherry.io/v1alpha1
kind: Stack
metadata: {name: bench}
spec:
  sourceRef: bench
  compose: {projectName: $PROJECT}
  targets: [{agentSelector: bench=yes}]
EOF
    wherry apply -f "$WORK/fleet.yaml" >/dev/null
}

await_healthy() {
    wherry wait stack bench --for healthy --timeout "${LIMIT_S}s" >/dev/null 2>&1
}

# measure FILE COMMAND...: runs it and appends "WALL CPU" in milliseconds to the file. CPU is that of the children, by the shell's own clock.
measure() {
    into=$1
    shift
    from=$(date +%s%N)
    times >"$WORK/before"
    "$@" >"$WORK/measured.log" 2>&1 || { echo "failed: $*" >&2; exit 1; }
    times >"$WORK/after"
    echo "$((($(date +%s%N) - from) / 1000)) $(children "$WORK/before") $(children "$WORK/after")" |
        awk '{ printf "%.0f %.0f\n", $1 / 1000, $3 - $2 }' >>"$into"
}

# The second line of the shell's times is that of its children, user and system: 0m1.25s 0m0.10s.
children() {
    awk 'NR == 2 { gsub(/s/, ""); for (i = 1; i <= 2; i++) { split($i, t, "m"); ms += (t[1] * 60 + t[2]) * 1000 } print ms }' "$1"
}

# cpu_ms PID: the CPU that a process has used, in milliseconds.
cpu_ms() {
    awk -v ticks="$(getconf CLK_TCK)" '{ printf "%.0f\n", ($14 + $15) * 1000 / ticks }' "/proc/$1/stat"
}

# stats WHAT UNIT: of the numbers on standard input, one a line. p99 by nearest rank: below 100 numbers it is the largest.
stats() {
    sort -n | awk -v what="$1" -v unit="$2" '
        { v[NR] = $1 }
        END { printf "%-52s median %7.0f  p99 %7.0f  max %7.0f %s (%d)\n", what, v[int((NR + 1) / 2)], v[int(NR * 0.99 + 0.999)], v[NR], unit, NR }'
}

# Compiles the benchmarks' classes of e2e: before anything is started that is measured.
compile_benches() {
    require_maven
    (cd "$ROOT" && "$MVN" -q -Pfast -pl e2e -am test-compile dependency:build-classpath \
        -Dmdep.outputFile="$WORK/classpath" -Dmdep.includeScope=test >&2)
}

# bench_java CLASS ARGS... with options of the JVM in BENCH_OPTIONS
bench_java() {
    class=$1
    shift
    # shellcheck disable=SC2086 # none holds a blank
    "$JAVA_HOME/bin/java" ${BENCH_OPTIONS:-} -Xmx1g -Dslf4j.internal.verbosity=ERROR --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -cp "$ROOT/e2e/target/test-classes:$(cat "$WORK/classpath")" "io.wherry.e2e.bench.$class" "$@"
}
