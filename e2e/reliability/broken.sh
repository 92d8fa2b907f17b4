#!/bin/sh
# Broken releases in a row on a real engine. Usage: e2e/reliability/broken.sh [COUNT]
# Builds what it needs. COUNT releases (100 if not given), broken in seven ways in turn; after each the very same containers run, with the files as they were.
set -eu
cd "$(dirname "$0")/../.."
e2e/reliability/it.sh BrokenReleasesIT -Dbroken.rounds="${1:-100}"
