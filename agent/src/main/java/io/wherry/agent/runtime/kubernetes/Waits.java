package io.wherry.agent.runtime.kubernetes;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what the cluster does by itself, with an end. */
final class Waits {
    private static final Duration STEP = Duration.ofMillis(200);

    /** @return whether it came about within that time, whatever the site's clock is set to meanwhile */
    boolean until(Duration limit, BooleanSupplier done) {
        long end = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
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
