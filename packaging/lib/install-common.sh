# Sourced by install.sh: what the agent's and the hub's installation have in common. PACKAGE is the unpacked package, NAME the program,
# HOME_FOLDER where it is installed, STATE its state folder, STOPPED the list of units that an installation has stopped and not started again.

say() {
    echo "==> $*"
}

warn() {
    echo "install.sh: $*" >&2
}

fail() {
    warn "$*"
    exit 1
}

usage_error() {
    warn "$1"
    echo "Try: $0 --help" >&2
    exit 2
}

# Two at once would take each other's files away. The lock is on the folder itself, for it leaves nothing behind.
alone() {
    exec 9</usr/lib
    flock -n 9 || fail "another installation of a Wherry program is at work on this machine; wait until it has ended"
}

# However an installation ends. One that breaks off, with the connection of the person who began it for example, leaves nothing standing still: nobody
# else may reach this machine.
ended() {
    status=$?
    set +e # with the connection the place for messages may be gone
    [ -e "$HOME_FOLDER" ] || [ ! -e "$HOME_FOLDER.old" ] || mv "$HOME_FOLDER.old" "$HOME_FOLDER"
    rm -rf "$HOME_FOLDER.new" "$HOME_FOLDER.old"
    if [ -s "$STOPPED" ]; then
        systemctl daemon-reload
        xargs systemctl start --no-block <"$STOPPED" && rm -f "$STOPPED"
        warn "not finished; what ran before is started again. Run the same command again"
    elif [ "$status" != 0 ]; then
        case $STAGING in
        copying) warn "nothing was changed" ;;
        preparing) warn "not finished; the programs are as before, and what ran runs on. Run the same command again" ;;
        esac
    fi
    exit "$status"
}

# Every file of the package is the one that was packed, and there is no other; but for the caches, where the package is what is installed here.
check_digests() {
    say "checking the package"
    [ -f "$PACKAGE/SHA256SUMS" ] || fail "$PACKAGE/SHA256SUMS is missing: unpack the whole package again"
    (cd "$PACKAGE" && sha256sum --quiet --strict -c SHA256SUMS) >&2 \
        || fail "the package is damaged: the files above are not what was packed; fetch it again"
    made=
    [ "$PACKAGE" != "$HOME_FOLDER" ] || made='./lib/*/*.aot'
    unlisted=$(cd "$PACKAGE" && {
        find . ! -type d ! -name SHA256SUMS ! -path "$made"
        sed 's/^[0-9a-f]\{64\} [ *]//' SHA256SUMS
    } | sort | uniq -u)
    [ -z "$unlisted" ] || fail "the package holds what SHA256SUMS does not list, or lists what it does not hold: $(echo "$unlisted" | head -3)"
}

# What there is instead of the Java that is needed, a line each.
other_javas() {
    for release in /usr/lib/jvm/*/release; do
        if [ -f "$release" ] && [ ! -L "${release%/release}" ]; then
            sed -n "s|^JAVA_VERSION=\"\([^\"]*\)\".*|  ${release%/release} is Java \1|p" "$release"
        fi
    done
}

check_platform() {
    case $PLATFORM in
    any)
        # As the service will: without what this shell's environment says.
        # shellcheck disable=SC2034 # read by find_java
        (unset JAVA_HOME WHERRY_JAVA_HOME; WHERRY_HOME=$PACKAGE; . "$PACKAGE/lib/find-java.sh"; find_java) || {
            other_javas >&2
            fail "this package has no Java of its own, and there is no Java 25 below /usr/lib/jvm; install one, or take the package linux-$(uname -m)"
        }
        ;;
    linux-"$(uname -m)") ;;
    *) fail "this package is for $PLATFORM, and this machine is linux-$(uname -m)" ;;
    esac
}

check_writable() {
    for folder in /usr/bin /usr/lib /etc /var/lib; do
        [ -w "$folder" ] || fail "$folder cannot be written: is its file system mounted read-only? Nothing was changed"
    done
}

# A copy beside the installed programs, on the disk: what can fail, the disk above all, fails here, and after a power cut there are whole programs.
stage() {
    STAGING=copying
    rm -rf "$HOME_FOLDER.new"
    mkdir "$HOME_FOLDER.new"
    for part in bin lib doc package runtime install.sh SHA256SUMS systemd sysusers.d tmpfiles.d; do
        # With their times: a start-up cache is one for jars of these.
        [ ! -e "$PACKAGE/$part" ] || cp -Rp "$PACKAGE/$part" "$HOME_FOLDER.new/"
    done
    chown -R root:root "$HOME_FOLDER.new"
    chmod -R u=rwX,go=rX "$HOME_FOLDER.new"
    sync -f "$HOME_FOLDER.new"
    STAGING=
}

# Runs a staged program as the owner of the state folder, who need not have a name yet.
staged_as_owner() {
    setpriv --reuid="$(stat -c %u "$STATE")" --regid="$(stat -c %g "$STATE")" --clear-groups --no-new-privs -- \
        env WHERRY_NO_AOT=1 "$HOME_FOLDER.new/bin/$NAME" "$@"
}

# Makes the start-up caches of the copy, while what ran before runs on. Without them the programs work, and start a little slower.
train() {
    if take_caches_over; then
        return
    fi
    say "making the start-up caches"
    # Not with the lock: what it starts may outlive this script if that is killed.
    sh "$HOME_FOLDER.new/lib/train.sh" 9>&- || warn "going on without them"
}

# Those of the very same programs, if the JVM takes them still: its own version may be another.
take_caches_over() {
    cmp -s "$HOME_FOLDER/SHA256SUMS" "$HOME_FOLDER.new/SHA256SUMS" || return 1
    jars=lib/${NAME#wherry-}
    cp -p "$HOME_FOLDER/$jars"/*.aot "$HOME_FOLDER.new/$jars/" 2>/dev/null && sh "$HOME_FOLDER.new/lib/train.sh" --check 9>&- && return 0
    rm -f "$HOME_FOLDER.new/$jars"/*.aot
    return 1
}

switch_programs() {
    sync -f "$HOME_FOLDER.new" # the caches
    STAGING=
    # With what an installation before this one has stopped, if that was killed.
    WAS_ACTIVE=$({
        systemctl list-units --plain --no-legend --state=active,activating,reloading "$NAME.service" "$NAME@*.service" "$NAME-once.service" "$NAME.timer" | awk '{ print $1 }'
        cat "$STOPPED" 2>/dev/null
    } | sort -u)
    if [ -n "$WAS_ACTIVE" ]; then
        echo "$WAS_ACTIVE" >"$STOPPED"
        xargs systemctl stop <"$STOPPED"
    fi
    rm -rf "$HOME_FOLDER.old"
    [ ! -e "$HOME_FOLDER" ] || mv "$HOME_FOLDER" "$HOME_FOLDER.old"
    mv "$HOME_FOLDER.new" "$HOME_FOLDER"
    rm -rf "$HOME_FOLDER.old"
    for launcher in "$HOME_FOLDER/bin"/*; do
        ln -sfn "../lib/$NAME/bin/${launcher##*/}" "/usr/bin/${launcher##*/}"
    done
}

install_units() {
    for folder in systemd/system sysusers.d tmpfiles.d; do
        mkdir -p "/usr/lib/$folder"
        cp "$PACKAGE/$folder"/* "/usr/lib/$folder/"
    done
    systemctl daemon-reload
}

# Starts again what ran before, but for what set_up starts itself.
restart_others() {
    for unit in $WAS_ACTIVE; do
        case $unit in
        "$NAME"@*) systemctl start "$unit" ;;
        esac
    done
}

# Fails where there is nothing of it, not even of an installation that broke off.
require_installed() {
    for place in "$HOME_FOLDER" "$HOME_FOLDER.new" "$HOME_FOLDER.old" "/usr/lib/systemd/system/$NAME.service" "$STATE"; do
        [ ! -e "$place" ] || return 0
    done
    fail "no $NAME is installed here"
}

# What is ours on the machine, but for the state folder.
remove_programs() {
    # By their names, not by what the programs' folder holds: an installation or a removal may have broken off.
    rm -f "/usr/lib/systemd/system/$NAME".* "/usr/lib/systemd/system/$NAME"[@-]* "/usr/lib/sysusers.d/$NAME.conf" "/usr/lib/tmpfiles.d/$NAME.conf"
    for link in /usr/bin/wherry*; do
        case $(readlink "$link") in
        "../lib/$NAME/bin/"*) rm -f "$link" ;;
        esac
    done
    rm -rf "$HOME_FOLDER" "$HOME_FOLDER.new" "$HOME_FOLDER.old" "/run/$NAME/control.sock" "$STOPPED"
    # Secrets that workloads have mounted stay in memory as long as the machine runs; removed workloads took theirs along.
    [ ! -d "/run/$NAME" ] || find "/run/$NAME" -depth -type d -empty -delete
    systemctl daemon-reload
    systemctl reset-failed "$NAME*" 2>/dev/null || true
    if id "$NAME" >/dev/null 2>&1; then
        userdel "$NAME"
    fi
    if getent group "$NAME" >/dev/null; then
        groupdel "$NAME"
    fi
}

# What a person has written for this program.
remove_settings() {
    rm -rf "/etc/systemd/system/$NAME.service.d" "/etc/systemd/system/$NAME@.service.d" "/etc/systemd/system/$NAME-once.service.d" \
        "/etc/systemd/system/$NAME-secrets.service.d" "/etc/systemd/system/$NAME.timer.d" "/etc/default/$NAME" "/etc/wherry/${NAME#wherry-}.yaml"
    [ "$NAME" != wherry-agent ] || rm -f /etc/wherry/kubeconfig
    [ ! -d /etc/wherry ] || rmdir --ignore-fail-on-non-empty /etc/wherry
    systemctl daemon-reload
}

stop_and_disable() {
    # First what could start another unit again.
    systemctl stop "$NAME.timer" 2>/dev/null || true
    for unit in $(systemctl list-units --all --plain --no-legend "$NAME.service" "$NAME@*.service" "$NAME-once.service" "$NAME-secrets.service" "$NAME.timer" | awk '{ print $1 }'); do
        systemctl stop "$unit"
        systemctl disable --quiet "$unit" 2>/dev/null || true
    done
    systemctl disable --quiet "$NAME.service" "$NAME.timer" 2>/dev/null || true
    systemctl disable --quiet "$NAME-secrets.service" 2>/dev/null || true
}
