package io.wherry.hub.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Paths inside of a tree. */
public final class TreePath {
    private TreePath() {}

    /**
     * Resolves a path as written in a file of the given folder. Empty if it would leave the tree, is absolute, begins with {@code ~}, or
     * holds a NUL or a backslash.
     */
    public static Optional<String> resolve(String folder, String written) {
        if (written.startsWith("/")
                || written.startsWith("~")
                || written.indexOf('\0') >= 0
                || written.indexOf('\\') >= 0) {
            return Optional.empty();
        }
        Deque<String> names = new ArrayDeque<>();
        for (String name : (folder + "/" + written).split("/", -1)) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (!name.equals("..")) {
                names.addLast(name);
            } else if (names.pollLast() == null) {
                return Optional.empty();
            }
        }
        return Optional.of(String.join("/", names));
    }

    /** The folder that holds the path; the empty path for a name at the root. */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
