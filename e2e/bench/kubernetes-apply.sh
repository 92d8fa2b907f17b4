#!/bin/bash
# Apply of a stack by a warm agent's runtime against `kubectl apply --server-side`, on a cluster of its own; then hub and agent as they are shipped, and
# what stays resident of the agent: e2e/bench/kubernetes-apply.sh [OBJECTS [ROUNDS]]
# ROUNDS 0: ours alone, once, for numbers that kubectl takes too long for. Needs what e2e/parts/kubernetes/cluster needs, as root.
set -eu
. "$(dirname "$0")/lib.sh"
objects=${1:-1000}
rounds=${2:-2}
seconds=75 # native memory that was freed goes back once a minute
cluster=$ROOT/e2e/parts/kubernetes/cluster

begin kubernetes-apply
trap 'status=$?; KUBE_PORT=$KUBE_PORT "$cluster" down "$WORK/cluster" >/dev/null 2>&1 || true; (exit $status); end' EXIT
KUBE_PORT=$(free_port 25400)
export KUBE_PORT
compile_benches
WHERRY_TEST_KUBECONFIG=$("$cluster" up "$WORK/cluster")
export WHERRY_TEST_KUBECONFIG

# The agent's own settings: figures of a bigger heap would not be an agent's.
# shellcheck disable=SC2046 # one option a line, none with a blank
"$JAVA_HOME/bin/java" $(grep '^-' "$ROOT/agent/src/main/dist/jvm.options") -Dslf4j.internal.verbosity=ERROR -Dwherry.checkout="$ROOT" \
    -cp "$ROOT/e2e/target/test-classes:$(cat "$WORK/classpath")" io.wherry.e2e.kubernetes.KubernetesApplyBench "$objects" "$rounds"
[ "$rounds" -gt 0 ] || exit 0

resident() {
    awk -v when="$1" '/^VmRSS|^VmHWM/ { printf "agent, %s, %s %.1f MB\n", when, $1, $2 / 1000 }' "/proc/$AGENT/status"
}

mkdir "$WORK/repository"
git init -q -b main "$WORK/repository"
git -C "$WORK/repository" config user.name bench
git -C "$WORK/repository" config user.email bench@localhost
i=0
while [ "$i" -lt "$objects" ]; do
    printf -- '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: o%s}, data: {value: "1"}}\n' "$i"
    i=$((i + 1))
done >"$WORK/repository/objects.yaml"
git -C "$WORK/repository" add objects.yaml
git -C "$WORK/repository" commit -q -m 'all of them'
init_hub "sources.localDirectories=$WORK"
serve_hub
log_in
export WHERRY_AGENT_RUNTIME=kubernetes WHERRY_AGENT_KUBERNETES_KUBECONFIG="$WHERRY_TEST_KUBECONFIG"
wherry token create --labels bench=yes >"$WORK/token" 2>/dev/null
wherry-agent join --token-file "$WORK/token" --name site --data "$WORK/site" >/dev/null 2>&1
run_agent site
sleep "$seconds"
resident "idle, no stack"
cat >"$WORK/fleet.yaml" <<EOF
apiVersion: wherry.io/v1alpha1
kind: Source
metadata: {name: bench}
spec: {type: git, url: $WORK/repository, interval: 1h}
---
apiVersion: wherry.io/v1alpha1
kind: Stack
metadata: {name: bench}
spec:
  sourceRef: bench
  format: kubernetes
  observe: 3s
  kubernetes: {namespace: default}
  targets: [{agentSelector: bench=yes}]
EOF
wherry apply -f "$WORK/fleet.yaml" >/dev/null
await_healthy
resident "$objects objects healthy"
sleep "$seconds"
resident "idle, $objects objects"
