package io.wherry.hub.source;

import java.util.List;
import java.util.Optional;

/** Where a tree's entries and bytes come from: Git's object database, or a folder on disk. Knows single names, never paths. */
interface TreeStore {

    TreeEntry.Folder root();

    /**
     * The entry of exactly this name in the folder.
     *
     * @param path of the folder, for messages
     */
    Optional<TreeEntry> find(TreeEntry.Folder folder, String path, String name);

    /**
     * All names in the folder, in no order.
     *
     * @param path of the folder, for messages
     */
    List<String> names(TreeEntry.Folder folder, String path);

    /**
     * All its bytes.
     *
     * @param path for messages
     * @throws TreeException if it is larger than {@link TreeFile#MAX_BYTES}
     */
    byte[] content(TreeEntry.File file, String path);

    /** The same text for the same bytes and mode, in this and in any later state of the tree. */
    String fingerprint(TreeEntry.File file, String path);
}
