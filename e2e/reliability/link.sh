#!/bin/sh
# Cuts and damages the link between an agent and its hub, over TLS, at random bytes. Usage: e2e/reliability/link.sh [COUNT [SEED]]
# Builds what it needs. COUNT connections are struck (200 if not given) while releases are polled for, fetched and reported; every blob must come home
# whole and every receipt be counted once, and a cut may cost one chunk. Loopback only, no Docker.
set -eu
cd "$(dirname "$0")/../.."
. e2e/tools.sh
"$WHERRY_MAVEN" -q -B -Pfast -pl e2e -am test -Dtest=CutLinkTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dlink.cuts="${1:-200}" -Dlink.seed="${2:-1}"
sed -n 's/^figures: //p' e2e/target/surefire-reports/*.CutLinkTest-output.txt
