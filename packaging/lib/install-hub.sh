# Sourced by install.sh of the hub's package.

HOSTNAMES=
REMOVE=
PURGE=

usage() {
    cat <<'END'
Installs the Wherry hub as a service, with the operator's command line "wherry"; upgrades it, or removes it. Run as root.

  ./install.sh [--hostname HOST]...
  ./install.sh --remove [--purge]

  --hostname HOST  makes the hub's data folder: the name or address under which agents and operators reach it; repeatable
  --remove         stops and removes the programs; the data folder stays
  --purge          with --remove: deletes the data folder too, with keys and database
END
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
        -h | --help) usage; exit 0 ;;
        --remove) REMOVE=yes ;;
        --purge) PURGE=yes ;;
        --hostname)
            [ $# -ge 2 ] || usage_error "--hostname needs a value"
            shift
            case $1 in
            "" | -* | *[!A-Za-z0-9.:-]*) usage_error "--hostname $1 (expected: a host's name or address)" ;;
            esac
            HOSTNAMES="$HOSTNAMES --hostname $1"
            ;;
        *) usage_error "unknown option: $1" ;;
        esac
        shift
    done
    if [ -n "$REMOVE" ]; then
        [ -z "$HOSTNAMES" ] || usage_error "--remove goes with --purge only"
    else
        [ -z "$PURGE" ] || usage_error "--purge goes with --remove only"
    fi
}

initialised() {
    [ -f "$STATE/hub.yaml" ]
}

check_program() {
    :
}

# The new program looks at the database of the old one, which may still run. Only that finding counts here: it says whether this version
# can go on with it; a full disk is not the package's business.
check_state_format() {
    [ -f "$STATE/hub.db" ] || return 0
    findings=$(staged_as_owner doctor --data "$STATE" 2>&1 || true)
    echo "$findings" | grep -q '^✔ .*database: ' && return 0
    echo "$findings" | grep 'database: ' >&2 || echo "$findings" >&2
    fail "version $VERSION cannot go on with the database in $STATE; nothing was changed"
}

announce() {
    say "will do: user wherry-hub, programs in $HOME_FOLDER, /usr/bin/wherry-hub and /usr/bin/wherry, unit in /usr/lib/systemd/system,
    data in $STATE"
    if initialised; then
        [ -z "$HOSTNAMES" ] || say "the hub is initialised already: --hostname is not used; its names stand in $STATE/hub.yaml"
    elif [ -n "$HOSTNAMES" ]; then
        say "will initialise the hub:$HOSTNAMES"
    fi
}

join_groups() {
    :
}

set_up() {
    if ! initialised && [ -n "$HOSTNAMES" ]; then
        # shellcheck disable=SC2086 # checked words
        (cd / && runuser -u wherry-hub -- wherry-hub init --data "$STATE" $HOSTNAMES) || fail "the hub is installed but not initialised (see above)"
    fi
    systemctl enable --quiet wherry-hub.service
    if initialised; then
        systemctl restart wherry-hub.service
        say "wherry-hub $VERSION runs"
        # Nobody else takes it away: a key without an end, and of the highest role.
        [ ! -f "$STATE/admin-token" ] || say "the administrator's key is in $STATE/admin-token; when you have logged in with it, delete that file"
    else
        say "wherry-hub $VERSION is installed, and starts when it is initialised: sudo $HOME_FOLDER/install.sh --hostname HOST"
    fi
}

remove() {
    require_installed
    say "will stop and remove wherry-hub; data folder: $([ -n "$PURGE" ] && echo "deleted, with keys and database" || echo "stays")"
    stop_and_disable
    remove_programs
    if [ -n "$PURGE" ]; then
        remove_settings
        rm -rf "$STATE"
    fi
    say "wherry-hub is removed"
}
