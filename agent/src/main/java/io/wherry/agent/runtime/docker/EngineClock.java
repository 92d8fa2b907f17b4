package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The engine's time: it may run on another machine, and a site's clock may be wrong or be set. An engine asked for events up to a moment that it has not
 * come to yet waits for it, and one asked for events since such a moment tells none. How long a container has been running is a matter of its time, too.
 *
 * <p>Measured by {@code SystemTime} of {@code /info}, which lies between the question and its answer; where the two clocks may be one, they are.
 */
final class EngineClock implements InstantSource {
    /** Two clocks that nobody sets run apart by less than a second in a day. */
    private static final Duration MEASURE_ANEW = Duration.ofMinutes(10);

    /** More than a clock is off that is being corrected little by little. */
    private static final Duration JUMP = Duration.ofMillis(500);

    /**
     * How far the engine's clock is ahead of ours.
     *
     * @param at    of our clock, when it was measured
     * @param nanos the same moment by the time that passes whatever the clock is set to
     */
    private record Distance(Duration least, Duration most, Instant at, long nanos) {}

    private final Supplier<Json.Obj> info;
    private final InstantSource clock;
    private final LongSupplier passing;
    private Distance distance;
    private boolean set;

    /**
     * @param info    asks the engine
     * @param passing nanoseconds, as {@link System#nanoTime} has them
     */
    EngineClock(Supplier<Json.Obj> info, InstantSource clock, LongSupplier passing) {
        this.info = info;
        this.clock = clock;
        this.passing = passing;
        this.distance = new Distance(Duration.ZERO, Duration.ZERO, Instant.MIN, 0);
    }

    /** Measures where that is due. @return whether our clock was set since the last time: what was noted by it means nothing any more */
    synchronized boolean wasSet() {
        measure();
        boolean told = set;
        set = false;
        return told;
    }

    /** The engine's time now, or somewhat before: what began there has not been going on for longer than this says. */
    @Override
    public synchronized Instant instant() {
        measure();
        return atLeast(clock.instant());
    }

    private void measure() {
        Instant now = clock.instant();
        boolean first = distance.at().equals(Instant.MIN);
        Duration passed = Duration.ofNanos(passing.getAsLong() - distance.nanos());
        boolean jumped = !first
                && Duration.between(distance.at().plus(passed), now).abs().compareTo(JUMP) > 0;
        if (first || jumped || passed.compareTo(MEASURE_ANEW) > 0) {
            distance = measured();
            set |= jumped;
        }
    }

    private Distance measured() {
        Instant before = clock.instant();
        Json.Obj answer = info.get();
        Instant after = clock.instant();
        Duration least = Duration.ZERO;
        Duration most = Duration.ZERO;
        String told = answer.findString("SystemTime").orElse("");
        try {
            Instant there = OffsetDateTime.parse(told).toInstant();
            if (there.isBefore(before) || there.isAfter(after)) {
                least = Duration.between(after, there);
                most = Duration.between(before, there);
            }
        } catch (DateTimeException e) {
            // an engine that does not tell: then its clock is taken for ours, as it is on one machine
        }
        return new Distance(least, most, after, passing.getAsLong());
    }

    /** The engine's time at a moment of ours, or somewhat before. */
    synchronized Instant atLeast(Instant ours) {
        return ours.plus(distance.least());
    }

    /** The engine's time at a moment of ours, or somewhat after: by as much as {@code /info} took. */
    synchronized Instant atMost(Instant ours) {
        return ours.plus(distance.most());
    }
}
