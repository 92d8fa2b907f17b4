package io.wherry.base;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Runs one task over and over on one thread: at start, when nudged, and at least once per interval.
 *
 * <p>The task never overlaps itself, so what only it touches needs no lock. Nudges that arrive while it runs cause one more run, not many.
 * A run that throws is logged and the next one happens as usual.
 */
public final class Loop implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Loop.class.getName());

    /** How long {@link #close} lets a run finish: longer than any single write, shorter than a service manager's patience (90 s). */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Semaphore nudges = new Semaphore(1); // one permit: the first run starts at once
    private final String name;
    private final Supplier<Duration> interval;
    private final Runnable task;
    private final Thread thread;
    private volatile boolean open = true;

    private Loop(String name, Supplier<Duration> interval, Runnable task) {
        this.name = name;
        this.interval = interval;
        this.task = task;
        this.thread = Threads.named(name).unstarted(this::run);
    }

    /** Starts the loop; the first run begins at once. */
    public static Loop start(String name, Duration interval, Runnable task) {
        return start(name, () -> interval, task);
    }

    /** As above with an interval asked for anew before each wait: for jitter, backoff, and tasks that know when they are due. */
    public static Loop start(String name, Supplier<Duration> interval, Runnable task) {
        Loop loop = new Loop(name, interval, task);
        loop.thread.start();
        return loop;
    }

    /** Asks for a run soon. Never blocks. */
    public void nudge() {
        nudges.release();
    }

    private void run() {
        while (open) {
            try {
                boolean nudged = nudges.tryAcquire(interval.get().toNanos(), NANOSECONDS);
                if (nudged) {
                    nudges.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
            if (open) {
                runOnce();
            }
        }
    }

    private void runOnce() {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> name + ": this run failed; the next one happens as usual", e);
        }
    }

    /** Lets the current run finish for up to ten seconds, then interrupts it: an interrupt closes an open file channel. */
    @Override
    public void close() {
        open = false;
        nudge();
        try {
            if (!thread.join(GRACE)) {
                thread.interrupt();
                thread.join(GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
