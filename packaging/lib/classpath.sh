# Sourced by the launchers: sets CLASSPATH, CACHE_FOLDER and AOT for the jars given (hub or agent) and the program
# (default: wherry-hub or wherry-agent).

# For the recording of a cache. What was called in one run says nothing of a daemon, would keep its hashing from the second compiler, and has more compiled
# than a short command gains by.
# shellcheck disable=SC2034 # read by what trains
NO_PROFILES="-XX:+UnlockDiagnosticVMOptions -XX:+IgnoreUnrecognizedVMOptions -XX:-AOTRecordTraining"

# The jars of a folder, in the order of their names: a wildcard in the class path would leave the order to the file
# system, and a cache made in one order is refused in another.
jars() {
    list=
    for each in "$1"/*.jar; do
        list=$list${list:+:}$each
    done
    CLASSPATH=${CLASSPATH:+$CLASSPATH:}$list
}

classpath() {
    CLASSPATH=
    if [ -d "$WHERRY_HOME/lib/$1" ]; then
        CACHE_FOLDER="$WHERRY_HOME/lib/$1"
        jars "$CACHE_FOLDER"
    else
        CACHE_FOLDER="${WHERRY_HOME%/*}/$1/target"
        for CLASSPATH in "$CACHE_FOLDER"/wherry-"$1"-*.jar; do
            break
        done
        if [ ! -f "$CLASSPATH" ]; then
            echo "wherry: not built yet (no wherry-$1 jar in $CACHE_FOLDER)" >&2
            echo "  fix: run ./wherry version in the checkout; it builds what is missing" >&2
            exit 1
        fi
        jars "$CACHE_FOLDER/lib"
    fi
    # The cache holds classes loaded and linked ahead of time; a JVM that finds it stale runs without it.
    AOT=
    if [ -z "${WHERRY_NO_AOT:-}" ] && [ -f "$CACHE_FOLDER/${2:-wherry-$1}.aot" ]; then
        AOT="-XX:AOTCache=$CACHE_FOLDER/${2:-wherry-$1}.aot"
    fi
}
