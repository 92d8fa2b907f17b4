package io.wherry.hub.source;

import java.util.List;
import java.util.Optional;

/**
 * All files of a repository at one commit, and a record of what was read of them.
 *
 * <p>Paths are relative to the repository's root, with {@code /} between names, without {@code .}, {@code ..} or a leading slash: whoever
 * resolves a path from a file normalises it first ({@link TreePath}) and so cannot leave the tree. Two implementations: Git's object database
 * (the hub never checks anything out) and a folder on disk ({@code wherry render DIR}).
 */
public interface SourceTree {

    /**
     * The regular file at the path, or empty when nothing is there; the look-up is part of the read set either way. A symbolic link inside
     * of the tree is followed, at most 8 deep.
     *
     * @throws TreeException if a folder, a submodule, an LFS pointer, or a link that leaves the tree is there, or the file is too large
     */
    Optional<TreeFile> file(String path);

    /**
     * The names in the folder, sorted; names of folders end with {@code /}. Empty optional when no such folder is there. Part of the read set.
     * The root is the empty path.
     *
     * @throws TreeException if a submodule is there, or a link that leaves the tree
     */
    Optional<List<String>> list(String path);

    /** What was read so far: every file, every listing, every look-up that found nothing. */
    ReadSet readSet();
}
