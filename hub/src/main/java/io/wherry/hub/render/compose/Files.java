package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import io.wherry.hub.source.TreePath;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Looks files up in the tree; what cannot be read becomes a problem at the place that named it. */
final class Files {
    /** What Compose fetches: a URL, and the ways to write a Git repository without one. */
    private static final Pattern REMOTE =
            Pattern.compile("^[a-zA-Z][a-zA-Z0-9+.-]*://|^[a-zA-Z0-9_.-]+@[^/]+:|^github\\.com/");

    private final SourceTree tree;
    private final Problems problems;

    Files(SourceTree tree, Problems problems) {
        this.tree = tree;
        this.problems = problems;
    }

    /** The file, its path written relative to a folder; empty if it is not there or, with a problem, cannot be read. */
    Optional<TreeFile> find(String folder, String written, Position at) {
        return path(folder, written, at).flatMap(path -> {
            try {
                return tree.file(path);
            } catch (TreeException e) {
                problems.add(at, String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        });
    }

    /**
     * A file that another one is made of; empty, with a problem, if it is not there, leaves the tree, or lies on another machine.
     *
     * @param use the attribute that names it
     */
    Optional<TreeFile> component(String use, String folder, String written, Position at) {
        if (REMOTE.matcher(written).find()) {
            problems.add(
                    at,
                    use + ": \"" + written + "\" is on another machine",
                    "commit a copy: a commit must say all that it deploys");
            return Optional.empty();
        }
        Optional<TreeFile> file = find(folder, written, at);
        if (file.isEmpty() && !problems.isKnown(at)) {
            problems.add(
                    at,
                    use + ": file \"" + written + "\" is not there",
                    "its path is relative to " + (folder.isEmpty() ? "the root of the repository" : folder));
        }
        return file;
    }

    /** The names in a folder of the tree; empty if there is none. */
    Optional<List<String>> list(String path, Position at) {
        try {
            return tree.list(path);
        } catch (TreeException e) {
            problems.add(at, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The path in the tree; empty, with a problem, if it leaves the tree. */
    Optional<String> path(String folder, String written, Position at) {
        Optional<String> path = TreePath.resolve(folder, written);
        if (path.isEmpty()) {
            problems.add(
                    at,
                    "path \"" + written + "\" leaves the repository",
                    "name a file of the repository, by a relative path");
        }
        return path;
    }
}
