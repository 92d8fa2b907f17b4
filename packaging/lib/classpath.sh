# Sourced by the launchers: sets CLASSPATH and AOT for the program given (hub or agent).

classpath() {
    if [ -d "$WHERRY_HOME/lib/$1" ]; then
        dir="$WHERRY_HOME/lib/$1"
        CLASSPATH="$dir/*"
        cache="$dir/wherry-$1.aot"
    else
        dir="$WHERRY_HOME/../$1/target"
        jar=$(echo "$dir"/wherry-"$1"-*.jar)
        if [ ! -f "$jar" ]; then
            echo "wherry: not built yet (no wherry-$1 jar in $dir)" >&2
            echo "  fix: run ./wherry version in the checkout; it builds what is missing" >&2
            exit 1
        fi
        CLASSPATH="$jar:$dir/lib/*"
        cache="$dir/wherry-$1.aot"
    fi
    # The cache holds classes loaded and linked ahead of time; a JVM that finds it stale runs without it.
    AOT=
    if [ -z "${WHERRY_NO_AOT:-}" ] && [ -f "$cache" ]; then
        AOT="-XX:AOTCache=$cache"
    fi
}
