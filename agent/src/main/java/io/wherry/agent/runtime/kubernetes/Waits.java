package io.wherry.agent.runtime.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** Waits for what the cluster does by itself, with an end. */
final class Waits {
    private static final Duration STEP = Duration.ofMillis(200);

    private final InstantSource clock;

    Waits(InstantSource clock) {
        this.clock = clock;
    }

    /** @return whether it came about within that time */
    boolean until(Duration limit, BooleanSupplier done) {
        Instant end = clock.instant().plus(limit);
        while (!done.getAsBoolean()) {
            if (clock.instant().isAfter(end)) {
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
