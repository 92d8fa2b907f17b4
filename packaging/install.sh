#!/bin/sh
# Installs, upgrades or removes a Wherry program on a machine with systemd; --help says how. Running it again with a newer package upgrades.
set -eu
PACKAGE=$(dirname "$(readlink -f "$0")")
export LC_ALL=C
umask 022 # what is installed is for everybody to read; what is secret says so itself

. "$PACKAGE/lib/check-state.sh"
. "$PACKAGE/lib/install-common.sh"
. "$PACKAGE/lib/install.sh"

read -r NAME VERSION PLATFORM <"$PACKAGE/package"
HOME_FOLDER=/usr/lib/$NAME
# shellcheck disable=SC2034 # read by what is sourced
STATE=/var/lib/$NAME
STOPPED=/run/$NAME.stopped
# shellcheck disable=SC2034
STAGING=
# shellcheck disable=SC2034
MAKE_USER="systemd-sysusers $PACKAGE/sysusers.d/$NAME.conf"

parse "$@"
[ "$(id -u)" = 0 ] || fail "must run as root: sudo $0 $*"
[ -d /run/systemd/system ] || fail "systemd is not this machine's service manager; the programs run without it: $NAME --help"
if command -v dpkg-query >/dev/null 2>&1 && dpkg-query -S "/usr/bin/$NAME" >/dev/null 2>&1; then
    fail "$NAME is installed as a Debian package here; upgrade or remove it with apt"
fi
alone

if [ -n "$REMOVE" ]; then
    remove
    exit 0
fi

# Everything that can be wrong is looked at first: until "installing" nothing on the machine has changed.
check_digests
check_platform
check_state_owner
check_writable
check_program
trap ended EXIT
trap 'exit 130' INT TERM HUP
stage
check_state_format
announce
say "installing $NAME $VERSION ($PLATFORM) into $HOME_FOLDER"
# shellcheck disable=SC2034
STAGING=preparing
systemd-sysusers "$PACKAGE/sysusers.d/$NAME.conf"
join_groups
systemd-tmpfiles --create "$PACKAGE/tmpfiles.d/$NAME.conf"
train
switch_programs
install_units
set_up
rm -f "$STOPPED"
