# Sourced by package.sh: packs the agent as a container image, with no other tool than tar. The archive is an OCI image layout, for skopeo, ctr and
# K3s, and what "docker load" takes, at once. Nothing is in it but the agent, its Java and the C library of this machine: no shell, no package
# manager. Equal sources, the same JDK and the same C library give equal bytes.

IMAGE_USER=65532 # nobody's on any distribution; not root

# Shared libraries that the runtime asks for and does not bring, a path a line.
needed_libraries() {
    find "$1" -type f \( -name '*.so' -o -path '*/bin/*' \) -exec ldd {} + >"$WORK/ldd"
    sed -n 's/^\t\([^ ]*\) => not found$/\1/p' "$WORK/ldd" | sort -u | while read -r missing; do
        # The JVM itself is loaded before what links to it.
        [ -n "$(find "$1" -name "$missing" -print -quit)" ] || {
            echo "package.sh: the Java runtime needs $missing, which is not on this machine" >&2
            exit 1
        }
    done
    sed -n 's/^\t[^ ]* => \(\/[^ ]*\) .*/\1/p; s/^\t\(\/[^ ]*\) (0x.*/\1/p' "$WORK/ldd" | grep -v "^$1/" | sort -u
}

# The package that a library came with, for its licence: its file is registered below /lib or below /usr/lib.
owner_of() {
    real=$(readlink -f "$1")
    dpkg-query -S "$real" 2>/dev/null || dpkg-query -S "${real#/usr}" 2>/dev/null || {
        echo "package.sh: $1 belongs to no Debian package, so its licence is not known (the image is built on Debian)" >&2
        exit 1
    }
}

fill_base() {
    mkdir -p "$1/etc" "$1/usr/lib/$NAME"
    link_runtime "$WORK/image"
    mv "$WORK/image/runtime" "$1/usr/lib/$NAME/"
    # Commands of a JDK that no agent calls.
    find "$1/usr/lib/$NAME/runtime/bin" -type f ! -name java -delete
    needed_libraries "$1/usr/lib/$NAME/runtime" >"$WORK/libraries"
    while read -r library; do
        mkdir -p "$1$(dirname "$library")"
        cp -L "$library" "$1$library"
        owner=$(owner_of "$library")
        echo "${owner%%:*}"
    done <"$WORK/libraries" | sort -u >"$WORK/owners"
    [ -s "$WORK/owners" ] || exit 1
    while read -r owner; do
        mkdir -p "$1/usr/share/doc/$owner"
        cp -L "/usr/share/doc/$owner/copyright" "$1/usr/share/doc/$owner/"
        dpkg-query -W -f '${source:Package} ${source:Version}\n' "$owner" | sort -u >"$1/usr/share/doc/$owner/source"
    done <"$WORK/owners"
    echo "$NAME:x:$IMAGE_USER:$IMAGE_USER::/var/lib/$NAME:/sbin/nologin" >"$1/etc/passwd"
    echo "$NAME:x:$IMAGE_USER:" >"$1/etc/group"
    echo "hosts: files dns" >"$1/etc/nsswitch.conf"
}

fill_program() {
    home=$1/usr/lib/$NAME
    mkdir -p "$home/doc"
    mv "$WORK/image/lib" "$home/"
    cp "$ROOT/LICENSE" "$ROOT/docs/reference/$NAME.md" "$home/doc/"
    echo "$NAME $VERSION $PLATFORM" >"$home/package"
    # What the launcher says elsewhere; here it is: java @agent COMMAND
    {
        grep '^-' "$ROOT/$PROGRAM/src/main/dist/jvm.options"
        printf '%s\n' -Xlog:disable -Xlog:all=off -cp
        (cd "$home" && find "lib/$PROGRAM" -name '*.jar' | LC_ALL=C sort | sed "s|^|/usr/lib/$NAME/|" | paste -sd :)
        echo io.wherry.agent.AgentMain
    } >"$home/agent"
}

# layer TREE NAME [OWNED...]: folders OWNED, which are not in the tree, belong to the agent's user.
layer() {
    tree=$1
    tar=$WORK/$2.tar
    shift 2
    plain_modes "$tree"
    layer_tar "$tree" 0 -cf "$tar" .
    if [ $# != 0 ]; then
        for folder in "$@"; do
            mkdir -p "$WORK/owned/$folder"
        done
        chmod 700 "$WORK/owned/"*/* "$WORK/owned/"*/*/*
        (cd "$WORK/owned" && layer_tar . "$IMAGE_USER" -rf "$tar" "$@")
    fi
}

layer_tar() {
    folder=$1
    owner=$2
    shift 2
    tar -C "$folder" --format=gnu --sort=name --owner="$owner" --group="$owner" --numeric-owner --mtime="@$EPOCH" "$@"
}

digest() {
    sum=$(sha256sum "$1")
    echo "${sum%% *}"
}

# blob FILE: puts it among the blobs; prints digest and size as JSON.
blob() {
    sum=$(digest "$1")
    printf '"digest":"sha256:%s","size":%s' "$sum" "$(stat -c %s "$1")"
    mv "$1" "$LAYOUT/blobs/sha256/$sum"
}

make_image() {
    LAYOUT=$WORK/layout
    mkdir -p "$LAYOUT/blobs/sha256" "$WORK/image"
    copy_jars "$PROGRAM" "$WORK/image"
    fill_base "$WORK/base"
    fill_program "$WORK/program"
    layer "$WORK/base" base "var/lib/$NAME" "run/$NAME"
    layer "$WORK/program" program
    diffs=
    layers=
    files=
    for part in base program; do
        diffs=$diffs${diffs:+,}'"sha256:'$(digest "$WORK/$part.tar")'"'
        gzip -n <"$WORK/$part.tar" >"$WORK/$part.gz"
        files=$files${files:+,}'"blobs/sha256/'$(digest "$WORK/$part.gz")'"'
        layers=$layers${layers:+,}'{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",'$(blob "$WORK/$part.gz")'}'
    done
    reference=localhost/$NAME:$VERSION
    created=$(date -u -d "@$EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    cat >"$WORK/config" <<END
{"architecture":"$DEB_ARCH","config":{"Cmd":["--help"],"Entrypoint":["/usr/lib/$NAME/runtime/bin/java","@/usr/lib/$NAME/agent"],"Env":["PATH=/usr/lib/$NAME/runtime/bin","MALLOC_ARENA_MAX=2","WHERRY_AGENT_DATA=/var/lib/$NAME/state"],"Labels":{"org.opencontainers.image.licenses":"Apache-2.0","org.opencontainers.image.title":"$NAME","org.opencontainers.image.version":"$VERSION"},"User":"$IMAGE_USER:$IMAGE_USER","WorkingDir":"/usr/lib/$NAME"},"created":"$created","history":[{"created":"$created","created_by":"package.sh: runtime"},{"created":"$created","created_by":"package.sh: $NAME"}],"os":"linux","rootfs":{"diff_ids":[$diffs],"type":"layers"}}
END
    config_file=blobs/sha256/$(digest "$WORK/config")
    config=$(blob "$WORK/config")
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",%s},"layers":[%s]}' \
        "$config" "$layers" >"$WORK/manifest"
    manifest=$(blob "$WORK/manifest")
    printf '{"imageLayoutVersion":"1.0.0"}' >"$LAYOUT/oci-layout"
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",%s,"platform":{"architecture":"%s","os":"linux"},"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}]}' \
        "$manifest" "$DEB_ARCH" "$reference" "$VERSION" >"$LAYOUT/index.json"
    printf '[{"Config":"%s","RepoTags":["%s"],"Layers":[%s]}]' "$config_file" "$reference" "$files" >"$LAYOUT/manifest.json"
    find "$LAYOUT" -type f -exec chmod 644 {} +
    (cd "$LAYOUT" && layer_tar . 0 -cf "$WORK/archive" oci-layout index.json manifest.json blobs)
    archive=$OUT/$NAME-$VERSION-$PLATFORM.oci.tar
    mv "$WORK/archive" "$archive"
    echo "$reference for linux/$DEB_ARCH: $(($(stat -c %s "$archive") >> 20)) MiB packed" >&2
    echo "$archive"
}
