package io.wherry.base;

import java.io.InputStream;

/** Is told what long work is at, by the thread that does it: large files take minutes. */
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

        /** @param all of the step; 0: not known */
        public Bytes(Progress progress, String what, long all) {
            this.progress = progress;
            this.what = what;
            this.all = all;
            add(0);
        }

        public void add(long bytes) {
            done += bytes;
            progress.at(what, done, all);
        }

        /** So far. */
        public long done() {
            return done;
        }

        /** The same stream; what is read of it counts. */
        public InputStream counted(InputStream in) {
            return new CountedInput(in, this::add);
        }
    }
}
