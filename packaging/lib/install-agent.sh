# Sourced by install.sh of the agent's package.

MODE=
TOKEN=
REMOVE=
PURGE=
REMOVE_WORKLOADS=

usage() {
    cat <<'END'
Installs the Wherry agent as a service, upgrades it, or removes it. Run as root.

  ./install.sh [--mode daemon|timer] [--token-file FILE | --token -] [--name N] [--environment E] [--policy P]
               [--runtime kubernetes [--kubeconfig FILE]]
  ./install.sh --remove [--purge] [--remove-workloads]

  --mode daemon       runs all the time and hears of news at once (default; an upgrade keeps the mode)
  --mode timer        runs for a moment every five minutes
  --token-file FILE   joins the hub with the token in this file
  --token -           joins with the token on standard input; never as an argument, where others could read it
  --name N            name to ask for (default: the host's name)
  --environment E     environment of this site; cannot be changed later
  --policy P          what stacks may ask of this host: compose or baseline
  --runtime R         what applies the stacks: docker (default) or kubernetes
  --kubeconfig FILE   how the cluster is reached: copied to /etc/wherry/kubeconfig, for the agent's user alone
  --remove            stops and removes the programs; state folder and workloads stay
  --purge             with --remove: leaves the hub and deletes the state folder too
  --remove-workloads  with --remove: first removes what the agent runs (volumes stay), and leaves the hub
END
}

parse() {
    JOIN_FLAGS=
    NAME_FLAG=
    ENVIRONMENT_FLAG=
    POLICY_FLAG=
    RUNTIME_FLAG=
    KUBECONFIG_FLAG=
    while [ $# -gt 0 ]; do
        option=$1
        case $option in
        -h | --help) usage; exit 0 ;;
        --remove) REMOVE=yes ;;
        --purge) PURGE=yes ;;
        --remove-workloads) REMOVE_WORKLOADS=yes ;;
        --mode | --token | --token-file | --name | --environment | --policy | --runtime | --kubeconfig)
            [ $# -ge 2 ] || usage_error "$option needs a value"
            shift
            case $option in
            --mode) MODE=$1 ;;
            --token)
                [ "$1" = - ] || usage_error "--token takes only \"-\": an argument can be read by everybody on this machine"
                [ -z "$TOKEN" ] || usage_error "give the token once"
                TOKEN=-
                ;;
            --token-file)
                [ -z "$TOKEN" ] || usage_error "give the token once"
                TOKEN=$1
                ;;
            --name) NAME_FLAG=$1 JOIN_FLAGS=yes ;;
            --environment) ENVIRONMENT_FLAG=$1 JOIN_FLAGS=yes ;;
            --policy) POLICY_FLAG=$1 JOIN_FLAGS=yes ;;
            --runtime) RUNTIME_FLAG=$1 JOIN_FLAGS=yes ;;
            --kubeconfig) KUBECONFIG_FLAG=$1 JOIN_FLAGS=yes ;;
            esac
            ;;
        *) usage_error "unknown option: $option" ;;
        esac
        shift
    done
    case $MODE in
    "" | daemon | timer) ;;
    *) usage_error "--mode $MODE (expected: daemon or timer)" ;;
    esac
    case $RUNTIME_FLAG in
    "" | docker | kubernetes) ;;
    *) usage_error "--runtime $RUNTIME_FLAG (expected: docker or kubernetes)" ;;
    esac
    [ -z "$KUBECONFIG_FLAG" ] || [ "$RUNTIME_FLAG" = kubernetes ] || usage_error "--kubeconfig goes with --runtime kubernetes"
    if [ -n "$REMOVE" ]; then
        [ -z "$MODE$TOKEN$JOIN_FLAGS" ] || usage_error "--remove goes with --purge and --remove-workloads only"
    else
        [ -z "$PURGE$REMOVE_WORKLOADS" ] || usage_error "--purge and --remove-workloads go with --remove only"
        [ -z "$JOIN_FLAGS" ] || [ -n "$TOKEN" ] || usage_error "--name, --environment, --policy, --runtime and --kubeconfig go with a token"
    fi
}

joined() {
    [ -f "$STATE/agent.json" ]
}

# Whether the stacks are objects of a cluster: said now, or at an earlier installation.
on_kubernetes() {
    [ "$RUNTIME_FLAG" = kubernetes ] || {
        settings=$STATE/agent.yaml
        [ -f "$settings" ] || settings=/etc/wherry/agent.yaml
        [ -z "$RUNTIME_FLAG" ] && grep -qsE '^runtime: *"?kubernetes"? *(#.*)?$' "$settings"
    }
}

is_filled() {
    [ -f "$1" ] && [ -s "$1" ]
}

check_program() {
    if on_kubernetes; then
        [ -z "$KUBECONFIG_FLAG" ] || is_filled "$KUBECONFIG_FLAG" || fail "kubeconfig $KUBECONFIG_FLAG: not there, empty, or no file"
    else
        getent group docker >/dev/null || fail "there is no group \"docker\" on this machine: install the Docker engine first
(Debian: apt-get install docker.io), then run this again. For a cluster: --runtime kubernetes"
    fi
    case $TOKEN in
    "" | -) ;;
    *) is_filled "$TOKEN" || fail "token file $TOKEN: not there, empty, or no file" ;;
    esac
    if [ -z "$MODE" ]; then
        MODE=daemon
        ! systemctl is-enabled --quiet wherry-agent.timer 2>/dev/null || MODE=timer
    fi
}

# Asked of the new program, as it knows what it reads; the old one may still run.
check_state_format() {
    for folder in "$STATE" "$STATE"/*; do
        [ -f "$folder/agent.json" ] || continue
        staged_as_owner doctor --state --data "$folder" >&2 \
            || fail "version $VERSION cannot go on with the state in $folder; nothing was changed"
    done
}

announce() {
    group=" in the group docker (which is as good as root on this machine)"
    ! on_kubernetes || group=" in no other group"
    say "will do: user wherry-agent$group, programs in $HOME_FOLDER and
    /usr/bin/wherry-agent, units in /usr/lib/systemd/system, state in $STATE, mode $MODE"
    if joined; then
        [ -z "$TOKEN" ] || say "this agent has joined already: the token is not used"
    elif [ -n "$TOKEN" ]; then
        say "will join with the token"
    fi
}

join_groups() {
    on_kubernetes || usermod -a -G docker wherry-agent
    if [ -n "$KUBECONFIG_FLAG" ] && ! joined; then
        # A copy, since what a cluster writes for root (K3s: /etc/rancher/k3s/k3s.yaml) is for root alone.
        mkdir -p /etc/wherry
        install -m 640 -o root -g wherry-agent "$KUBECONFIG_FLAG" /etc/wherry/kubeconfig
    fi
}

# As the agent's user: the keys are made by the one who owns them. The token goes through standard input, out of everybody's sight.
join() {
    set -- wherry-agent join -
    [ -z "$NAME_FLAG" ] || set -- "$@" --name "$NAME_FLAG"
    [ -z "$ENVIRONMENT_FLAG" ] || set -- "$@" --environment "$ENVIRONMENT_FLAG"
    [ -z "$POLICY_FLAG" ] || set -- "$@" --policy "$POLICY_FLAG"
    [ -z "$RUNTIME_FLAG" ] || set -- "$@" --runtime "$RUNTIME_FLAG"
    [ -z "$KUBECONFIG_FLAG" ] || set -- "$@" --kubeconfig /etc/wherry/kubeconfig
    status=0
    if [ "$TOKEN" = - ]; then
        (cd / && runuser -u wherry-agent -- "$@" 9>&-) || status=$?
    else
        (cd / && runuser -u wherry-agent -- "$@" 9>&-) <"$TOKEN" || status=$?
    fi
    if [ "$status" != 0 ]; then
        warn "the agent is installed but has not joined (exit code $status, see above); run the same command again when that is mended"
        exit "$status"
    fi
}

set_up() {
    if [ -n "$TOKEN" ] && ! joined; then
        join
    fi
    systemctl enable --quiet wherry-agent-secrets.service # from the next start of the machine on; until then the agent does its work
    case $MODE in
    daemon)
        systemctl disable --quiet --now wherry-agent.timer 2>/dev/null || true
        systemctl enable --quiet wherry-agent.service
        ! joined || systemctl restart wherry-agent.service
        ;;
    timer)
        systemctl disable --quiet --now wherry-agent.service 2>/dev/null || true
        systemctl enable --quiet --now wherry-agent.timer
        ! joined || systemctl start --no-block wherry-agent-once.service # the first cycle now, not at the timer's time
        ;;
    esac
    restart_others
    if joined; then
        say "wherry-agent $VERSION runs ($MODE); look at it: sudo wherry-agent status"
    else
        say "wherry-agent $VERSION is installed, and starts when it has joined:
    sudo $HOME_FOLDER/install.sh --token -   (paste the token of \"wherry token create\", then Ctrl-D)"
    fi
}

# Every state folder with which an agent joined: the first agent's, and those of wherry-agent@NAME.
memberships() {
    for folder in "$STATE" "$STATE"/*; do
        [ ! -f "$folder/agent.json" ] || echo "$folder"
    done
}

can_run() {
    [ -x "$HOME_FOLDER/bin/wherry-agent" ] && id wherry-agent >/dev/null 2>&1
}

remove() {
    require_installed
    if [ -n "$REMOVE_WORKLOADS" ] && [ -n "$(memberships)" ] && ! can_run; then
        fail "the programs or the user of wherry-agent are missing, and nothing else knows what it runs. Install it again, then run this again"
    fi
    say "will stop and remove wherry-agent; state folder: $([ -n "$PURGE" ] && echo "deleted" || echo "stays"); workloads: $(
        [ -n "$REMOVE_WORKLOADS" ] && echo "removed, volumes stay" || echo "go on running")"
    stop_and_disable
    if [ -n "$PURGE$REMOVE_WORKLOADS" ] && can_run; then
        memberships | while read -r folder; do
            # shellcheck disable=SC2086 # one word or none
            (cd / && runuser -u wherry-agent -- "$HOME_FOLDER/bin/wherry-agent" leave --data "$folder" ${REMOVE_WORKLOADS:+--remove-workloads} </dev/null) \
                || fail "the agent in $folder could not leave (see above). It is stopped, nothing was removed; run this again when that is mended,
or start it again: systemctl start wherry-agent"
        done
    fi
    remove_programs
    if [ -n "$PURGE" ]; then
        remove_settings
        if [ -z "$REMOVE_WORKLOADS" ] && [ -n "$(find "$STATE" -path '*/stacks/*' -type f 2>/dev/null | head -1)" ]; then
            find "$STATE" -depth -mindepth 1 ! -path '*/stacks' ! -path '*/stacks/*' \( ! -type d -o -empty \) -delete
            say "$STATE keeps the files of stacks: workloads that go on running may have them mounted"
        else
            rm -rf "$STATE"
        fi
    fi
    say "wherry-agent is removed"
}
