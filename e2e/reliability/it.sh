#!/bin/sh
# One test with real parts, with what it needs built; shows what it printed. Usage: e2e/reliability/it.sh TEST [-DKEY=VALUE...]
set -eu
cd "$(dirname "$0")/../.."
. e2e/tools.sh
test=$1
shift
export TESTCONTAINERS_RYUK_DISABLED=true # its image cannot be pulled everywhere; the tests clean up themselves
export WHERRY_HUB_JAVA_OPTIONS= # figures are of a hub as it is packaged
"$WHERRY_MAVEN" -q -B -ntp -Pfast verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test="$test" \
    -Dfailsafe.failIfNoSpecifiedTests=false "$@"
grep -h '^figures: ' "e2e/target/failsafe-reports"/*."${test%%#*}"-output.txt | sed 's/^figures: //'
