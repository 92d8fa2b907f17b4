package io.wherry.agent.runtime.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** Waits for what the cluster does by itself, with an end. */
final class Waits {
    private static final Duration STEP = Duration.ofMillis(200);

    private final InstantSource passing;

    /** @param passing time that passes, whatever the site's clock is set to */
    Waits(InstantSource passing) {
        this.passing = passing;
    }

    /** @return whether it came about within that time */
    boolean until(Duration limit, BooleanSupplier done) {
        Instant end = passing.instant().plus(limit);
        while (!done.getAsBoolean()) {
            if (passing.instant().isAfter(end)) {
                return false;
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
