package io.wherry.hub.cli;

import io.wherry.hub.transfer.Progress;
import java.time.Duration;

/** One line that says what a command is at, on a terminal alone: in a pipe or a job's log it would be noise. Closed before data is printed. */
final class ProgressLine implements Progress, AutoCloseable {
    /** Five a second: more nobody reads, and a terminal behind a slow link would hold up the work. */
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private static final long MIB = 1 << 20;

    private final Out out;
    private String shown = "";
    private long shownAt;

    ProgressLine(Out out) {
        this.out = out;
    }

    /** For a step that has no parts. */
    static ProgressLine saying(Out out, String what) {
        ProgressLine line = new ProgressLine(out);
        line.at(what);
        return line;
    }

    @Override
    public void at(String what, long doneBytes, long allBytes) {
        if (!out.terminal().interactive()) {
            return;
        }
        long now = System.nanoTime();
        if (what.equals(shown) && now - shownAt < PAUSE_NANOS) {
            return;
        }
        shown = what;
        shownAt = now;
        out.progress(what
                + (allBytes > 0
                        ? ": " + size(doneBytes) + " of " + size(allBytes)
                        : doneBytes > 0 ? ": " + size(doneBytes) : ""));
    }

    private static String size(long bytes) {
        return bytes < MIB ? (bytes + 1023) / 1024 + " KiB" : bytes / MIB + " MiB";
    }

    @Override
    public void close() {
        out.progressDone();
    }
}
