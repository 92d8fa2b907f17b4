#!/bin/sh
# Rendering for Kubernetes by a warm hub's renderers against `kustomize build` and `helm template`: e2e/bench/kubernetes-render.sh [COUNT]
# COUNT overlays of one base, and COUNT releases of the chart that `helm create` makes. Theirs is a new process for each, one after the other; ours one
# process that starts theirs for what it has not rendered lately. Needs the kubectl and the helm that ./verify builds. Overlays are built by the program that
# KUSTOMIZE names, by the kustomize of the PATH, or, where there is none, by that kubectl, which takes six times as long to start.
set -eu
. "$(dirname "$0")/lib.sh"
begin kubernetes-render
compile_benches
mkdir "$WORK/trees"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/wherry
bench_java KubernetesRenderBench "$WORK/trees" "${KUSTOMIZE:-$(command -v kustomize || echo "$cache/kube-1.34.4/kubectl")}" "$cache/helm-3.21.4/helm" "${1:-100}"
