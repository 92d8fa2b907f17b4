# Sourced by install.sh, and part of the Debian package's preinst: what must hold of a state folder that is there already. NAME is the program,
# STATE the folder, MAKE_USER the command that makes the program's user; fail says why nothing is done, and ends.

# It must belong to the program's user alone, for it holds keys. Changed by a person, never by the way.
check_state_owner() {
    [ -e "$STATE" ] || [ -L "$STATE" ] || return 0
    if [ ! -d "$STATE" ] || [ -L "$STATE" ]; then
        fail "$STATE is not a folder; move it away"
    fi
    owner=$(stat -c %u "$STATE")
    user=$(id -u "$NAME" 2>/dev/null || echo none)
    if [ "$owner" != "$user" ] && { [ "$user" != none ] || [ "$owner" = 0 ] || getent passwd "$owner" >/dev/null; }; then
        fail "state folder $STATE belongs to $(stat -c %U "$STATE") ($owner), and $NAME runs as the user $NAME. If its content is right:
  $MAKE_USER && chown -R $NAME: $STATE
then run this again"
    fi
    mode=$(stat -c %a "$STATE")
    case $mode in
    *00) ;;
    *) fail "state folder $STATE has the mode $mode, which lets others in, and it holds keys. Run: chmod 700 $STATE
then run this again" ;;
    esac
}
