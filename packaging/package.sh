#!/bin/sh
# Builds what is installed at sites and on the hub's machine:
#   packaging/package.sh agent|hub [--without-runtime] [--deb]
#   packaging/package.sh agent --image
# makes target/packages/wherry-PROGRAM-VERSION-linux-ARCH.tar.gz, with a Java runtime of only the modules needed. --without-runtime: for
# any machine that has a Java 25 (…-any.tar.gz). --deb: a Debian package instead of the archive. --image: a container image, as an OCI
# archive (….oci.tar); the C library is this machine's. Equal sources give equal bytes.
set -eu
ROOT=$(dirname "$(dirname "$(readlink -f "$0")")")
WHERRY_HOME=$ROOT/packaging
. "$WHERRY_HOME/lib/build.sh"
. "$WHERRY_HOME/lib/image.sh"

usage() {
    sed -n '2,7s/^# \{0,3\}//p' "$0" >&2
    exit 2
}

PROGRAM=
RUNTIME=yes
FORM=tar
for argument in "$@"; do
    case $argument in
    agent | hub) [ -z "$PROGRAM" ] || usage; PROGRAM=$argument ;;
    --without-runtime) RUNTIME= ;;
    --deb) FORM=deb ;;
    --image) FORM=image ;;
    *) usage ;;
    esac
done
[ -n "$PROGRAM" ] || usage
if [ "$FORM" = image ] && [ "$PROGRAM$RUNTIME" != agentyes ]; then
    echo "package.sh: an image is made of the agent, with its runtime (expected: agent --image)" >&2
    exit 2
fi

require_jdk
build_programs
NAME=wherry-$PROGRAM
for jar in "$ROOT/$PROGRAM/target/$NAME"-*.jar; do
    VERSION=${jar##*/"$NAME"-}
    VERSION=${VERSION%.jar}
done
case $(uname -m) in
x86_64) JAR_ARCH=x86_64 DEB_ARCH=amd64 ;;
aarch64) JAR_ARCH=aarch_64 DEB_ARCH=arm64 ;;
*)
    [ -z "$RUNTIME" ] || {
        echo "package.sh: no runtime is made for $(uname -m); use --without-runtime" >&2
        exit 1
    }
    JAR_ARCH=none
    ;;
esac
if [ -n "$RUNTIME" ]; then
    PLATFORM=linux-$(uname -m)
else
    PLATFORM=any
    DEB_ARCH=all
fi
# Time of what is packed: given, else that of the last commit, else of the build's own fixed time.
EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || echo 1767225600)}
OUT=$ROOT/target/packages
mkdir -p "$OUT"
WORK=$(mktemp -d "$OUT/.work.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM HUP
export LC_ALL=C

# Jars of a program, without native libraries for systems that this package is not for.
copy_jars() {
    mkdir -p "$2/lib/$1"
    for jar in "$ROOT/$1/target/wherry-$1"-*.jar "$ROOT/$1/target/lib"/*.jar; do
        case ${jar##*/} in
        *-osx-*.jar | *-windows-*.jar) continue ;;
        *-linux-"$JAR_ARCH".jar) ;;
        *-linux-*.jar) [ -z "$RUNTIME" ] || continue ;;
        esac
        cp "$jar" "$2/lib/$1/"
    done
}

# Only the modules that the jars name, and those that are found by name at run time alone: elliptic curves, the charsets and host names of TLS, and
# for those who approve, PKCS#11.
# Kept for the other form of the same package: the same jars, JDK and script make the same runtime.
link_runtime() {
    kept=$OUT/.runtime-$PROGRAM
    key=$(cat "$1/lib/$PROGRAM"/*.jar "$JAVA_HOME/release" "$0" | sha256sum)
    (
        flock 9
        if [ "$(cat "$kept/key" 2>/dev/null)" != "$key" ]; then
            rm -rf "$kept"
            make_runtime "$1/lib/$PROGRAM" "$WORK/kept/runtime"
            echo "$key" >"$WORK/kept/key"
            mv "$WORK/kept" "$kept"
        fi
        cp -R "$kept/runtime" "$1/"
    ) 9>"$kept.lock"
}

# They live for seconds: the better compiler and the collector for many cores would take three times as long.
JDK_TOOL="-J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC"

make_runtime() {
    by_name=java.logging,java.naming,jdk.crypto.ec
    [ "$PROGRAM" = agent ] || by_name=$by_name,jdk.crypto.cryptoki
    # shellcheck disable=SC2086 # options
    modules=$("$JAVA_HOME/bin/jdeps" $JDK_TOOL --ignore-missing-deps --multi-release 25 --print-module-deps -cp "$1/*" \
        "$1"/*.jar 2>/dev/null | tail -1)
    case $modules in
    java.base*) ;;
    *)
        echo "package.sh: jdeps named no modules (said: $modules)" >&2
        exit 1
        ;;
    esac
    # Of java.desktop, Jackson alone asks for two annotations, and does without them: a quarter of the runtime, and in an image it would bring X11 along.
    [ "$PROGRAM" != agent ] || modules=$(echo "$modules" | tr , '\n' | grep -vx java.desktop | paste -sd ,)
    mkdir -p "$(dirname "$2")"
    # shellcheck disable=SC2086 # options
    "$JAVA_HOME/bin/jlink" $JDK_TOOL --add-modules "$modules,$by_name" --strip-java-debug-attributes \
        --no-header-files --no-man-pages --output "$2"
    # Debian's JDK brings what its debugger reads: ten times the rest.
    find "$2" -name '*.debuginfo' -delete
    # Licences that are the same are links between modules; a package holds plain files only.
    find "$2" -type l | while read -r link; do
        cp --remove-destination "$(readlink -f "$link")" "$link"
    done
}

# The programs as they are installed below /usr/lib.
fill_programs() {
    mkdir -p "$1/bin" "$1/lib" "$1/doc"
    copy_jars "$PROGRAM" "$1"
    cp "$WHERRY_HOME/bin/$NAME" "$1/bin/"
    cp "$WHERRY_HOME/lib/find-java.sh" "$WHERRY_HOME/lib/classpath.sh" "$1/lib/"
    cp "$ROOT/$PROGRAM/src/main/dist/jvm.options" "$1/lib/$NAME.options"
    cp "$ROOT/LICENSE" "$ROOT/docs/reference/$NAME.md" "$1/doc/"
    if [ "$PROGRAM" = hub ]; then
        cp "$WHERRY_HOME/bin/wherry" "$1/bin/"
        cp "$WHERRY_HOME/lib/train.sh" "$1/lib/"
        cp "$ROOT/docs/reference/wherry.md" "$ROOT/docs/reference/hub-configuration.md" "$1/doc/"
    else
        cp "$WHERRY_HOME/lib/train-agent.sh" "$1/lib/train.sh"
        cp "$ROOT/docs/reference/agent-configuration.md" "$1/doc/"
    fi
    [ -z "$RUNTIME" ] || link_runtime "$1"
    echo "$NAME $VERSION $PLATFORM" >"$1/package"
}

plain_modes() {
    find "$1" -type d -exec chmod 755 {} +
    find "$1" -type f -perm /111 -exec chmod 755 {} +
    find "$1" -type f ! -perm /111 -exec chmod 644 {} +
}

# Service manager's files, as below /usr/lib.
fill_units() {
    mkdir -p "$1/systemd/system" "$1/sysusers.d" "$1/tmpfiles.d"
    cp "$ROOT/systemd/$NAME"*.service "$1/systemd/system/"
    [ "$PROGRAM" = hub ] || cp "$ROOT/systemd/$NAME.timer" "$1/systemd/system/"
    cp "$ROOT/systemd/sysusers.d/$NAME.conf" "$1/sysusers.d/"
    cp "$ROOT/systemd/tmpfiles.d/$NAME.conf" "$1/tmpfiles.d/"
}

make_tar() {
    folder=$NAME-$VERSION-$PLATFORM
    fill_programs "$WORK/$folder"
    fill_units "$WORK/$folder"
    cp "$WHERRY_HOME/install.sh" "$WORK/$folder/"
    cp "$WHERRY_HOME/lib/install-common.sh" "$WHERRY_HOME/lib/check-state.sh" "$WORK/$folder/lib/"
    cp "$WHERRY_HOME/lib/install-$PROGRAM.sh" "$WORK/$folder/lib/install.sh"
    plain_modes "$WORK/$folder"
    (cd "$WORK/$folder" && find . -type f ! -name SHA256SUMS | sort | xargs -d '\n' sha256sum >"$WORK/sums" && mv "$WORK/sums" SHA256SUMS \
        && chmod 644 SHA256SUMS)
    tar -C "$WORK" --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$EPOCH" -cf "$WORK/tar" "$folder"
    gzip -n <"$WORK/tar" >"$WORK/gz"
    mv "$WORK/gz" "$OUT/$folder.tar.gz"
    echo "$OUT/$folder.tar.gz"
}

# What of a state folder this version reads: files and the newest version, a line each.
reads() {
    case $PROGRAM in
    agent) WHERRY_NO_AOT=1 "$1/bin/wherry-agent" version --state ;;
    hub) sed -n '$s/^V\([0-9]*\)__.*/hub.db \1/p' "$ROOT/hub/src/main/resources/db/migration/list.txt" ;;
    esac
}

make_deb() {
    command -v dpkg-deb >/dev/null 2>&1 || install_packages dpkg
    tree=$WORK/tree
    fill_programs "$tree/usr/lib/$NAME"
    fill_units "$tree/usr/lib"
    mkdir -p "$tree/usr/bin" "$tree/DEBIAN"
    for launcher in "$tree/usr/lib/$NAME/bin"/*; do
        ln -s "../lib/$NAME/bin/${launcher##*/}" "$tree/usr/bin/${launcher##*/}"
    done
    plain_modes "$tree"
    size=$(du -sk --apparent-size "$tree/usr" | cut -f1)
    sed "s/@VERSION@/$VERSION/; s/@ARCHITECTURE@/$DEB_ARCH/; s/@SIZE@/$size/" "$WHERRY_HOME/deb/control-$PROGRAM" >"$tree/DEBIAN/control"
    if [ -z "$RUNTIME" ]; then
        sed -i 's/^Depends: libc6.*, zlib1g/Depends: openjdk-25-jre-headless | java25-runtime-headless/' "$tree/DEBIAN/control"
    fi
    reads "$tree/usr/lib/$NAME" >"$WORK/reads"
    grep -qE '^[^ ]+ [0-9]+$' "$WORK/reads" || {
        echo "package.sh: which state $NAME reads is not known (said: $(cat "$WORK/reads"))" >&2
        exit 1
    }
    for script in preinst postinst prerm postrm; do
        sed -e "s/@PROGRAM@/$PROGRAM/; s/@VERSION@/$VERSION/" -e "/^@READS@\$/{r $WORK/reads" -e 'd}' \
            -e "/^@CHECK_STATE@\$/{r $WHERRY_HOME/lib/check-state.sh" -e 'd}' "$WHERRY_HOME/deb/$script" >"$tree/DEBIAN/$script"
        chmod 755 "$tree/DEBIAN/$script"
    done
    chmod 644 "$tree/DEBIAN/control"
    find "$tree" -exec touch -h -d "@$EPOCH" {} +
    SOURCE_DATE_EPOCH=$EPOCH dpkg-deb --root-owner-group -Zgzip -z6 --build "$tree" "$WORK/deb" >/dev/null
    mv "$WORK/deb" "$OUT/${NAME}_${VERSION}_$DEB_ARCH.deb"
    echo "$OUT/${NAME}_${VERSION}_$DEB_ARCH.deb"
}

"make_$FORM"
