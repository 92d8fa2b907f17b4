package io.wherry.hub.agentapi;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Sheds before it works: when more calls are being worked on than the hub can carry, polls are sent away with a delay, later also reports;
 * enrolments and renewals never. Held polls do not count: they cost nothing.
 */
final class Overload {
    /** Calls that wait for the database, about 0.3 ms each: with so many of them the polls can wait. */
    static final int POLLS = 256;

    /** Reports write to the database, about 0.3 ms each: a second's worth of work. */
    static final int REPORTS = 1024;

    /** Spread, so that those sent away do not come back together. */
    private static final Duration LEAST_DELAY = Duration.ofSeconds(5);

    private static final Duration MOST_DELAY = Duration.ofSeconds(30);

    private final AtomicInteger working = new AtomicInteger();
    private final RandomGenerator random;

    Overload(RandomGenerator random) {
        this.random = random;
    }

    /** Counts a piece of work while it runs. */
    <T> T work(Supplier<T> task) {
        working.incrementAndGet();
        try {
            return task.get();
        } finally {
            working.decrementAndGet();
        }
    }

    /** {@link #work} for work without a result. */
    void run(Runnable task) {
        working.incrementAndGet();
        try {
            task.run();
        } finally {
            working.decrementAndGet();
        }
    }

    boolean shedsPolls() {
        return working.get() >= POLLS;
    }

    boolean shedsReports() {
        return working.get() >= REPORTS;
    }

    /** "Come back later", each time with another delay. */
    StatusRuntimeException refusal() {
        return Refusal.of(
                CallReason.OVERLOADED,
                Duration.ofMillis(random.nextLong(LEAST_DELAY.toMillis(), MOST_DELAY.toMillis())));
    }
}
