# Sourced by the launchers and scripts: sets JAVA to the java of a JDK 25, or says what to install and exits with 1.
# Looks at WHERRY_JAVA_HOME, a runtime shipped beside the programs (whose start-up caches fit no other), JAVA_HOME, then below the usual
# JVM folder.

is_java_25() {
    # The release file answers in no time; starting a JVM to ask for its version takes 40 ms.
    [ -x "$1/bin/java" ] && grep -qs '^JAVA_VERSION="25' "$1/release"
}

find_java() {
    for home in "${WHERRY_JAVA_HOME:-}" "$WHERRY_HOME/runtime" "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
        if [ -n "$home" ] && is_java_25 "$home"; then
            JAVA="$home/bin/java"
            export JAVA_HOME="$home"
            return 0
        fi
    done
    return 1
}

require_java() {
    find_java && return 0
    . /etc/os-release 2>/dev/null || true
    echo "wherry: no JDK 25 found (looked at JAVA_HOME and below /usr/lib/jvm)" >&2
    if [ "${ID:-}" = debian ] && [ "${VERSION_ID:-0}" -ge 13 ] 2>/dev/null; then
        echo "  fix: apt-get install openjdk-25-jdk-headless" >&2
    else
        echo "  fix: install Temurin 25 from https://adoptium.net (this Debian has no JDK 25 of its own)," >&2
        echo "       unpack it below /usr/lib/jvm, or set JAVA_HOME to it" >&2
    fi
    exit 1
}
