package io.wherry.base;

import java.util.List;

/** Tells a full disk from a disk that fails: it mends itself when there is room, and whoever makes that room should be told in so many words. */
public final class FullDisk {
    /** What the kernel, and SQLite, say of it. */
    private static final List<String> WORDS =
            List.of("No space left on device", "Disk quota exceeded", "SQLITE_FULL", "database or disk is full");

    /** Deep enough for any chain of causes of ours; one that is a circle ends. */
    private static final int DEPTH = 16;

    private FullDisk() {}

    /** Whether this failed for want of space. */
    public static boolean isCauseOf(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEPTH; depth++) {
            String message = String.valueOf(cause.getMessage());
            if (WORDS.stream().anyMatch(message::contains)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
