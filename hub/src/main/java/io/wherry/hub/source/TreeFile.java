package io.wherry.hub.source;

/**
 * A regular file of a tree.
 *
 * @param path       where it stands, relative to the root of the repository
 * @param content    its bytes, at most {@link #MAX_BYTES}; not copied: do not change it
 * @param executable Git knows two modes for files: 0644 and 0755
 */
public record TreeFile(String path, byte[] content, boolean executable) {

    /** 16 MiB: the limit of a stack's files in all, so no single file may be larger. */
    public static final int MAX_BYTES = 16 << 20;
}
