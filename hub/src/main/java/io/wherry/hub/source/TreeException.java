package io.wherry.hub.source;

/** Something in the tree cannot be read as a file or a folder: a submodule, an LFS pointer, a link out of the tree, a file too large. */
public final class TreeException extends RuntimeException {
    private final String path;

    public TreeException(String path, String message) {
        super(message);
        this.path = path;
    }

    /** The path in the tree, for the position of the problem. */
    public String path() {
        return path;
    }
}
