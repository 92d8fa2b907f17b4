package io.wherry.hub.transfer;

import java.io.InputStream;

/** Is told what a transfer is at, by the thread that works: large files take minutes. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (_, _, _) -> {};

    /**
     * @param what      step, in a few words
     * @param doneBytes of it
     * @param allBytes  of it; 0: its length is not known
     */
    void at(String what, long doneBytes, long allBytes);

    default void at(String what) {
        at(what, 0, 0);
    }

    /** One step whose bytes come from several streams. */
    final class Bytes {
        private final Progress progress;
        private final String what;
        private final long all;
        private long done;

        Bytes(Progress progress, String what, long all) {
            this.progress = progress;
            this.what = what;
            this.all = all;
            add(0);
        }

        void add(long bytes) {
            done += bytes;
            progress.at(what, done, all);
        }

        InputStream counted(InputStream in) {
            return new io.wherry.base.CountedInput(in, this::add);
        }
    }
}
