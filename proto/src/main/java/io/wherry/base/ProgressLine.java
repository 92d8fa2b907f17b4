package io.wherry.base;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** One line that says what a command is at, on a terminal alone: in a pipe or a job's log it would be noise. Closed before data is printed. */
public final class ProgressLine implements Progress, AutoCloseable {
    /** Five a second: more nobody reads, and a terminal behind a slow link would hold up the work. */
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private static final long MIB = 1 << 20;

    private final Supplier<Optional<TerminalLine>> detection;
    private Optional<TerminalLine> line = Optional.empty();
    private boolean asked;
    private String shown = "";
    private long shownAt;

    /** @param line asked once, and only if there is something to say; empty where nobody looks */
    public ProgressLine(Supplier<Optional<TerminalLine>> line) {
        this.detection = line;
    }

    /** @param messages writes to standard error */
    public static ProgressLine to(PrintWriter messages, Supplier<Terminal> terminal) {
        return new ProgressLine(() -> Optional.of(terminal.get())
                .filter(Terminal::interactive)
                .map(found -> new TerminalLine(found, text -> {
                    messages.print(text);
                    messages.flush();
                })));
    }

    @Override
    public void at(String what, long doneBytes, long allBytes) {
        if (!asked) {
            asked = true;
            line = detection.get();
        }
        if (line.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        if (what.equals(shown) && now - shownAt < PAUSE_NANOS) {
            return;
        }
        shown = what;
        shownAt = now;
        line.get()
                .show(what
                        + (allBytes > 0
                                ? ": " + size(doneBytes) + " of " + size(allBytes)
                                : doneBytes > 0 ? ": " + size(doneBytes) : ""));
    }

    private static String size(long bytes) {
        return bytes < MIB ? (bytes + 1023) / 1024 + " KiB" : bytes / MIB + " MiB";
    }

    @Override
    public void close() {
        line.ifPresent(TerminalLine::clear);
    }
}
