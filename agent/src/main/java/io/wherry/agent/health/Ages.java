package io.wherry.agent.health;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How long something has been going on whose beginning a runtime tells: by the runtime's time at the first look, by the time that passes from then on. Whatever a clock is set to
 * meanwhile, nothing becomes years old by it, or has yet to begin. For several threads.
 */
public final class Ages {
    /** Beginnings that are remembered: many times the containers of a site. One that is forgotten is looked at for the first time again. */
    private static final int MOST = 4096;

    private record Beginning(String object, Instant at) {}

    /**
     * @param age   by the runtime's time
     * @param nanos by the time that passes
     */
    private record FirstLook(Duration age, long nanos) {}

    private final InstantSource runtimeTime;
    private final LongSupplier passing;
    private final Map<Beginning, FirstLook> firstLooks = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Beginning, FirstLook> eldest) {
            return size() > MOST;
        }
    };

    /**
     * @param runtimeTime by which the beginnings are told
     * @param passing     nanoseconds, as {@link System#nanoTime} has them
     */
    public Ages(InstantSource runtimeTime, LongSupplier passing) {
        this.runtimeTime = runtimeTime;
        this.passing = passing;
    }

    /** How old it is: what it was at the first look, and what has passed since. */
    Duration of(String object, Instant began) {
        Instant now = runtimeTime.instant(); // may ask an engine: not while others wait
        FirstLook first = look(object, began, now);
        return first.age().plus(watched(first));
    }

    /** How long it has been looked at: what is sure whatever the clocks were before. */
    Duration watched(String object, Instant began) {
        return watched(look(object, began, runtimeTime.instant()));
    }

    private Duration watched(FirstLook first) {
        return Duration.ofNanos(passing.getAsLong() - first.nanos());
    }

    private synchronized FirstLook look(String object, Instant began, Instant now) {
        Duration age = Duration.between(began, now);
        return firstLooks.computeIfAbsent(
                new Beginning(object, began),
                _ -> new FirstLook(age.isNegative() ? Duration.ZERO : age, passing.getAsLong()));
    }
}
