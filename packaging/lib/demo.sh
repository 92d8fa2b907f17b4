#!/bin/sh
# ./wherry demo: sets up what is missing, builds, runs the tour, and leaves nothing of it behind.
set -eu
WHERRY_HOME=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
ROOT=$(readlink -f "$WHERRY_HOME/..")
export WHERRY_HOME
. "$WHERRY_HOME/lib/build.sh"

case " $* " in
*" --help "* | *" -h "*)
    build_programs
    exec "$WHERRY_HOME/bin/wherry-hub" demo --help
    ;;
esac

say "the demo needs: JDK 25, Maven 3.9, a Docker engine, git, busybox-static (for an image that need not be pulled)"
require_jdk
require_maven
install_packages git busybox-static
# Ctrl-C reaches the tour itself, which cleans up and ends; the script waits for that and then stops what it started. The tour runs in the
# foreground for that reason: a shell lets background commands ignore Ctrl-C.
INTERRUPTED=
trap 'INTERRUPTED=1' INT TERM HUP
trap stop_engine EXIT
require_engine
build_programs
[ -z "$INTERRUPTED" ] || exit 130 # while building: nothing of the demo is there yet
status=0
"$WHERRY_HOME/bin/wherry-hub" demo "$@" || status=$?
if [ -n "$INSTALLED" ]; then
    say "these packages were installed and stay:$INSTALLED"
fi
exit "$status"
