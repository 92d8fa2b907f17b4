package io.wherry.agent.reconcile;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that double up to a cap, with jitter: for surroundings, as long as it takes. Not for several threads. */
final class Backoff {
    /** The first retry: a registry or engine that hiccuped is back by then. */
    static final Duration FIRST = Duration.ofSeconds(5);
    /** Trouble that lasts is asked after every five minutes: soon enough for people, seldom enough for a struggling registry. */
    static final Duration MOST = Duration.ofMinutes(5);

    private static final int MAX_EXPONENT = 10;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The wait after one more failure. */
    Duration next() {
        Duration mean = FIRST.multipliedBy(1L << Math.min(failures, MAX_EXPONENT));
        failures++;
        Duration capped = mean.compareTo(MOST) > 0 ? MOST : mean;
        return capped.multipliedBy(3).dividedBy(4).plusMillis(random.nextLong(capped.toMillis() / 2 + 1));
    }

    void reset() {
        failures = 0;
    }
}
