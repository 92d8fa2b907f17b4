package io.wherry.hub.source;

import java.util.List;
import java.util.Optional;

/**
 * All files of one commit, read from Git's object database: nothing is ever checked out.
 *
 * <p>Cheap to make and to keep: it holds ids, and shares the parsed folders with every other tree of the same mirror. Usable by several
 * threads; a rendering takes its own by {@link #fresh()}, so that it gets a read set of its own.
 */
public final class GitTree implements SourceTree {
    private final GitStore store;
    private final TreeReader reader;

    GitTree(GitStore store) {
        this.store = store;
        this.reader = new TreeReader(store);
    }

    /** The same commit with an empty read set. */
    public GitTree fresh() {
        return new GitTree(store);
    }

    @Override
    public Optional<TreeFile> file(String path) {
        return reader.file(path);
    }

    @Override
    public Optional<List<String>> list(String path) {
        return reader.list(path);
    }

    @Override
    public ReadSet readSet() {
        return reader.readSet();
    }

    /**
     * Whether a rendering with this read set would come out the same from this commit: compares object ids, reads no file.
     *
     * @param readSet of a rendering from any other commit of the same repository
     */
    public boolean stillMatches(ReadSet readSet) {
        return reader.stillMatches(readSet);
    }
}
