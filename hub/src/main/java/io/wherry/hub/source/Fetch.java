package io.wherry.hub.source;

/** What one check of one reference gave. A source that fails is expected, so it is a value; the last good state stays. */
public sealed interface Fetch {

    /**
     * The reference stands where it stood at the last check. Whether a stack is at it, is the caller's to know.
     *
     * @param revision where that is
     */
    record Unchanged(Revision revision) implements Fetch {}

    /**
     * The reference moved, or was seen for the first time.
     *
     * @param tree of the new commit; take {@link GitTree#fresh()} for each rendering, so that each has a read set of its own
     */
    record Fetched(Revision revision, GitTree tree) implements Fetch {}

    /**
     * Nothing new could be had.
     *
     * @param detail one sentence: the thing and the cause; never a credential
     * @param hint   what to do about it
     */
    record Failed(SourceReason reason, String detail, String hint) implements Fetch {}
}
