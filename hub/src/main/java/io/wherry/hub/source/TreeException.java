package io.wherry.hub.source;

/** Something in the tree cannot be read as a file or a folder: a submodule, an LFS pointer, a link out of the tree, a file too large. */
public final class TreeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    public TreeException(String path, String message) {
        super(message);
        this.path = path;
    }

    public TreeException(String path, String message, Throwable cause) {
        super(message, cause);
        this.path = path;
    }

    static TreeException tooLarge(String path, long sizeBytes) {
        return new TreeException(
                path,
                "\"" + path + "\" has " + sizeBytes + " bytes, above the limit of " + TreeFile.MAX_BYTES
                        + " (large files belong into an image)");
    }

    /** The path in the tree, for the position of the problem. */
    public String path() {
        return path;
    }
}
