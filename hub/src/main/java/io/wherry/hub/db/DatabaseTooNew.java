package io.wherry.hub.db;

import java.nio.file.Path;

/** The file was written by a newer Wherry. It is refused before a byte of it is changed, so that the newer program can still open it. */
public final class DatabaseTooNew extends DatabaseException {
    private final int found;
    private final int known;

    DatabaseTooNew(Path file, int found, int known) {
        super(
                file + ": database version " + found + " is newer than version " + known
                        + ", the newest this program knows; start the newer wherry-hub again, or restore a backup made by this one");
        this.found = found;
        this.known = known;
    }

    /** The newest migration the file has. */
    public int found() {
        return found;
    }

    /** The newest migration this program has. */
    public int known() {
        return known;
    }
}
