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
TOUR=
# Ctrl-C reaches the tour itself, which cleans up and ends; the script waits for that and then stops what it started.
trap ':' INT
trap '[ -z "$TOUR" ] || kill -TERM "$TOUR" 2>/dev/null || true' TERM HUP
trap stop_engine EXIT
require_engine
build_programs
status=0
"$WHERRY_HOME/bin/wherry-hub" demo "$@" <&0 &
TOUR=$!
while :; do
    status=0
    wait "$TOUR" || status=$?
    kill -0 "$TOUR" 2>/dev/null || break # a signal ends the wait, not the tour
done
if [ -n "$INSTALLED" ]; then
    say "these packages were installed and stay:$INSTALLED"
fi
exit "$status"
