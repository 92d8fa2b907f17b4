# Sourced by ./wherry and ./verify in a checkout: finds or installs JDK 25, Maven 3.9 and a Docker engine, and builds.
# WHERRY_HOME is packaging/, ROOT the checkout. Says what it will do before it does it.

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/wherry
MAVEN_VERSION=3.9.11
INSTALLED=
STARTED_ENGINE=

say() {
    echo "==> $*" >&2
}

services_enabled() {
    find /etc/systemd/system -type l 2>/dev/null || true
}

# install_packages PACKAGE...: installs Debian packages, or prints the command and stops where it may not.
install_packages() {
    missing=
    for package in "$@"; do
        dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "wherry: these Debian packages are missing and there is no apt-get here:$missing" >&2
        exit 1
    fi
    if [ "$(id -u)" != 0 ]; then
        echo "wherry: these packages are missing:$missing" >&2
        echo "  fix: sudo apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    say "installing Debian packages:$missing"
    DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
    # A package's service must not start: nothing listens that nobody asked for.
    policy=/usr/sbin/policy-rc.d
    made_policy=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        made_policy=yes
    fi
    enabled=$(services_enabled)
    status=0
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $missing >&2 || status=$?
    [ -z "$made_policy" ] || rm -f "$policy"
    # Nor at the machine's next start.
    services_enabled | while read -r link; do
        printf '%s\n' "$enabled" | grep -qxF "$link" && continue
        case $(dpkg -S "$(readlink "$link")" 2>/dev/null) in
        openssh-server:* | nginx* | fcgiwrap:* | docker-registry:* | etcd* | podman:*) rm -f "$link" ;;
        esac
    done
    [ "$status" = 0 ] || { echo "wherry: apt-get could not install:$missing" >&2; exit 1; }
    INSTALLED="$INSTALLED$missing"
}

require_jdk() {
    . "$WHERRY_HOME/lib/find-java.sh"
    if ! find_java || [ ! -x "$JAVA_HOME/bin/javac" ]; then
        . /etc/os-release 2>/dev/null || true
        if [ "${ID:-}" = debian ] && [ "${VERSION_ID:-0}" -ge 13 ] 2>/dev/null; then
            install_packages openjdk-25-jdk-headless
        fi
        require_java
    fi
}

# Maven 3.9: the one on the PATH, the one in the cache, or fetched by its coordinate with the older Maven that is there.
require_maven() {
    MVN="$CACHE/apache-maven-$MAVEN_VERSION/bin/mvn"
    [ -x "$MVN" ] && return 0
    if command -v mvn >/dev/null 2>&1 && mvn -v 2>/dev/null | grep -qE '^(.\[1m)?Apache Maven (3\.9|[4-9])'; then
        MVN=mvn
        return 0
    fi
    command -v mvn >/dev/null 2>&1 || install_packages maven
    command -v unzip >/dev/null 2>&1 || install_packages unzip
    say "fetching Maven $MAVEN_VERSION into $CACHE"
    mkdir -p "$CACHE"
    fetched=$(mktemp -d "$CACHE/maven.XXXXXX")
    # The older Maven runs on the machine's own Java; the project's JVM options are meant for JDK 25.
    (cd / && env -u JAVA_HOME mvn -q -B dependency:copy -Dartifact="org.apache.maven:apache-maven:$MAVEN_VERSION:zip:bin" \
        -DoutputDirectory="$fetched") >&2
    unzip -q "$fetched/apache-maven-$MAVEN_VERSION-bin.zip" -d "$fetched"
    mv "$fetched/apache-maven-$MAVEN_VERSION" "$CACHE/" 2>/dev/null || [ -x "$MVN" ]
    rm -rf "$fetched"
}

# A Docker engine that answers: the one that runs, or one started for as long as the script lives.
require_engine() {
    if docker_answers; then
        return 0
    fi
    if [ -n "${DOCKER_HOST:-}" ]; then
        echo "wherry: no Docker engine answers at DOCKER_HOST=$DOCKER_HOST" >&2
        echo "  fix: start that engine, or unset DOCKER_HOST" >&2
        exit 1
    fi
    if [ -S /var/run/docker.sock ] && [ "$(id -u)" != 0 ] && [ ! -w /var/run/docker.sock ]; then
        echo "wherry: no permission for the Docker socket /var/run/docker.sock" >&2
        echo "  fix: sudo usermod -aG docker $(id -un), then log in again" >&2
        exit 1
    fi
    command -v dockerd >/dev/null 2>&1 || install_packages docker.io
    command -v iptables >/dev/null 2>&1 || install_packages iptables
    if [ "$(id -u)" != 0 ]; then
        echo "wherry: the Docker engine does not run" >&2
        echo "  fix: sudo systemctl start docker" >&2
        exit 1
    fi
    say "starting a Docker engine; it is stopped again at the end"
    ENGINE_LOG=$(mktemp /tmp/wherry-dockerd.XXXXXX)
    setsid dockerd >"$ENGINE_LOG" 2>&1 &
    STARTED_ENGINE=$!
    waited=0
    until docker_answers; do
        waited=$((waited + 1))
        if [ "$waited" -gt 60 ] || ! kill -0 "$STARTED_ENGINE" 2>/dev/null; then
            echo "wherry: the Docker engine did not start; the last lines of its log:" >&2
            tail -5 "$ENGINE_LOG" >&2
            exit 1
        fi
        sleep 0.5
    done
}

docker_answers() {
    command -v docker >/dev/null 2>&1 && timeout 10 docker version >/dev/null 2>&1
}

stop_engine() {
    [ -n "$STARTED_ENGINE" ] || return 0
    say "stopping the Docker engine that was started"
    kill "$STARTED_ENGINE" 2>/dev/null || true
    waited=0
    while kill -0 "$STARTED_ENGINE" 2>/dev/null && [ "$waited" -lt 60 ]; do
        waited=$((waited + 1))
        sleep 0.5
    done
    rm -f "$ENGINE_LOG"
    STARTED_ENGINE=
}

# Builds hub and agent if a source is newer than the last build, and trains the caches that make the commands start quickly.
build_programs() {
    # Set by the tests, which run in the middle of a build that has made the programs already.
    [ -z "${WHERRY_NO_BUILD:-}" ] || return 0
    stamp="$ROOT/hub/target/.built"
    if [ -f "$stamp" ] && [ -z "$(find "$ROOT/pom.xml" "$ROOT/proto/pom.xml" "$ROOT/proto/src/main" "$ROOT/hub/pom.xml" \
        "$ROOT/hub/src/main" "$ROOT/agent/pom.xml" "$ROOT/agent/src/main" "$ROOT/packaging" -newer "$stamp" -print -quit)" ]; then
        return 0
    fi
    require_jdk
    require_maven
    mkdir -p "$CACHE"
    (
        flock 9 # two commands at once must not build into the same folder
        say "building hub and agent"
        rm -rf "$ROOT/hub/target/lib" "$ROOT/agent/target/lib" # a jar of an older version must not stay beside the newer one
        # The programs alone, by the compiler alone: the checks are ./verify's, and with the tests they would take eight times as long.
        (cd "$ROOT" && "$MVN" -q -B -T 2 package -Pfast -Dmaven.test.skip=true -pl proto,hub,agent) >&2 || {
            echo "wherry: the build failed; the messages above say why" >&2
            exit 1
        }
        train_caches
        touch "$stamp"
    ) 9>"$CACHE/build.lock"
}

# The cache belongs to these jars and this JVM; a JVM that finds it stale runs without it.
train_caches() {
    rm -f "$ROOT"/hub/target/*.aot "$ROOT"/agent/target/*.aot
    sh "$ROOT/packaging/lib/train.sh" >/dev/null 2>&1 || say "the start-up caches could not be made; commands start a little slower"
}
