package io.wherry.hub.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The threads by which JGit serves a repository in a folder. What fails there is told at the other end of the pipe, by us; its stack trace would stand before that.
 */
final class JGitThreads {
    private static final String PREFIX = "JGit-";

    /** The stream is the process's own. */
    private static final AtomicBoolean SILENT = new AtomicBoolean();

    private JGitThreads() {}

    /** From now on they print nothing, whether they catch it themselves or nobody does. */
    static void silence() {
        if (SILENT.compareAndSet(false, true)) {
            System.setErr(new PrintStream(new WithoutThem(System.err), true, System.err.charset()));
        }
    }

    private static final class WithoutThem extends FilterOutputStream {
        WithoutThem(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            if (!speaks()) {
                out.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (!speaks()) {
                out.write(bytes, from, length);
            }
        }

        private static boolean speaks() {
            return Thread.currentThread().getName().startsWith(PREFIX);
        }
    }
}
