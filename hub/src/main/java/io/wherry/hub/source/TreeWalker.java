package io.wherry.hub.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds a path in a tree name by name, following symbolic links inside of it: the one place that decides what is inside.
 *
 * <p>A link's target is resolved as text against the folder that holds the link and looked up again from the root, so no path ever names
 * something above the root, whatever a link says.
 */
final class TreeWalker {

    /** Links followed in one look-up: more is a loop, or nobody can follow it either. */
    static final int MAX_LINKS = 8;

    private final TreeStore store;

    TreeWalker(TreeStore store) {
        this.store = store;
    }

    /** @param path where it really stands, after all links */
    record Found(TreeEntry entry, String path) {}

    /**
     * A file or a folder; empty if nothing is there.
     *
     * @throws TreeException if it must not be read
     */
    Optional<Found> find(String path) {
        Optional<String> normal = TreePath.resolve("", path);
        if (normal.isEmpty()) {
            throw new TreeException(
                    path,
                    "\"" + path
                            + "\" is no path inside of the repository: it leaves it, is absolute, or holds a backslash");
        }
        Deque<String> rest = names(normal.get());
        List<String> at = new ArrayList<>();
        TreeEntry.Folder folder = store.root();
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.removeFirst();
            String here = String.join("/", at);
            Optional<TreeEntry> entry = store.find(folder, here, name);
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            at.add(name);
            String there = String.join("/", at);
            switch (entry.get()) {
                case TreeEntry.Folder next -> folder = next;
                case TreeEntry.File file -> {
                    return rest.isEmpty() ? Optional.of(new Found(file, there)) : Optional.empty();
                }
                case TreeEntry.Link link -> {
                    if (++links > MAX_LINKS) {
                        throw new TreeException(
                                path, "\"" + path + "\" goes through more than " + MAX_LINKS + " symbolic links");
                    }
                    Deque<String> target = names(inside(there, here, link.target()));
                    target.addAll(rest);
                    rest = target;
                    at.clear();
                    folder = store.root();
                }
                case TreeEntry.Submodule submodule ->
                    throw new TreeException(there, refusedSubmodule(there, submodule));
                case TreeEntry.Unreadable unreadable ->
                    throw new TreeException(there, "\"" + there + "\" is " + unreadable.what() + ", not a file");
            }
        }
        return Optional.of(new Found(folder, String.join("/", at)));
    }

    private static String inside(String link, String folder, String target) {
        return TreePath.resolve(folder, target)
                .orElseThrow(() -> new TreeException(
                        link,
                        "symbolic link \"" + link + "\" points to \"" + target
                                + "\", outside of the repository (put the file into the repository)"));
    }

    private static String refusedSubmodule(String path, TreeEntry.Submodule submodule) {
        return "\"" + path + "\" is a Git submodule (at " + submodule.commit()
                + "), and submodules are not read in this version (put the files into the repository itself)";
    }

    private static Deque<String> names(String path) {
        return path.isEmpty() ? new ArrayDeque<>() : new ArrayDeque<>(List.of(path.split("/")));
    }
}
