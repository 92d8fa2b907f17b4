#!/bin/sh
# Stacks of Kubernetes objects made up by their seeds, on a real cluster. Usage: e2e/reliability/objects.sh [COUNT [FIRST_SEED]]
# Builds what it needs, and starts the cluster of the tests, or takes the one of WHERRY_TEST_KUBECONFIG. COUNT stacks (100 if not given): each goes through a few generations,
# each of which is compared with what "kubectl apply --server-side" makes of it in a namespace without a history; then people change it, a release of it is broken, and it
# is removed. One that differs names its seed and shows its objects; to see it again: e2e/reliability/objects.sh 1 SEED.
set -eu
cd "$(dirname "$0")/../.."
e2e/reliability/it.sh RandomObjectsIT -Dobjects.count="${1:-100}" -Dobjects.first="${2:-1}"
