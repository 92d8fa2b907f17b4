package io.wherry.hub.source;

import java.time.Duration;

/**
 * The moment at which a check ends, whatever the other side does. Each wait of the check is bounded by what is left, so a server that sends
 * one byte a minute cannot prolong it.
 */
final class Deadline {
    private final Duration allowed;
    private final long endNanos;

    private Deadline(Duration allowed) {
        this.allowed = allowed;
        this.endNanos =
                System.nanoTime() + allowed.toNanos(); // elapsed time, not the time of day: a clock step ends nothing
    }

    static Deadline after(Duration allowed) {
        return new Deadline(allowed);
    }

    /** The earlier of this one and that much from now. */
    Deadline atMost(Duration duration) {
        return leftNanos() < duration.toNanos() ? this : after(duration);
    }

    /** Zero or less when over. */
    long leftNanos() {
        return endNanos - System.nanoTime();
    }

    boolean over() {
        return leftNanos() <= 0;
    }

    Duration allowed() {
        return allowed;
    }
}
