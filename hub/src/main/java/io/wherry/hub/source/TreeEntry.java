package io.wherry.hub.source;

/** What stands under one name in a folder of a tree. */
sealed interface TreeEntry {

    /** @param id how the store finds its bytes again: an object id, or a path on disk */
    record File(String id, boolean executable) implements TreeEntry {}

    /** @param id how the store finds its entries again: an object id, or a path on disk */
    record Folder(String id) implements TreeEntry {}

    /**
     * A symbolic link.
     *
     * @param target as written in the link, not yet resolved
     */
    record Link(String target) implements TreeEntry {}

    /** @param commit of the other repository, for the message */
    record Submodule(String commit) implements TreeEntry {}

    /**
     * Something that is no content: a device, a pipe, an entry of an unknown mode.
     *
     * @param what for the message
     */
    record Unreadable(String what) implements TreeEntry {}
}
