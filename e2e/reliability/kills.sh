#!/bin/sh
# Kills agents in the middle of releases. Usage: e2e/reliability/kills.sh [HISTORIES [PROCESSES [ROUNDS]]]
# Builds what it needs. HISTORIES hundreds of random histories of releases, kills and power cuts on a simulated engine (10 if not given); PROCESSES kills of an
# agent's process at a random moment of a release (100); ROUNDS times a kill after every single call of an apply, a rollback and a commit to a real engine (1).
set -eu
cd "$(dirname "$0")/../.."
. e2e/tools.sh
maven=$WHERRY_MAVEN
"$maven" -q -B -Pfast -pl agent -am test -Dtest=CrashPropertyTest -Dsurefire.failIfNoSpecifiedTests=false -Dcrash.rounds="${1:-10}"
echo "histories on a simulated engine: ${1:-10} hundred"
e2e/reliability/it.sh 'OfflineIT#anAgentThatIsKilledAtAnyMoment*' -Dagent.kills="${2:-100}"
echo "kills of a process: ${2:-100}"
round=0
while [ "$round" -lt "${3:-1}" ]; do
    e2e/reliability/it.sh KillSafetyIT
    round=$((round + 1))
    echo "rounds on a real engine: $round"
done
