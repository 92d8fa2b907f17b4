package io.wherry.hub.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/** Decides when to log what strangers can cause as often as they like: the first time, then once a minute at most, with how many were left out. */
final class Sparingly {
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private Instant next = Instant.MIN;
    private long leftOut;

    Sparingly(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts one. Empty: say nothing now; otherwise say it, and how many were left out since the last time. */
    synchronized OptionalLong now() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            leftOut++;
            return OptionalLong.empty();
        }
        long before = leftOut;
        leftOut = 0;
        next = now.plus(PAUSE);
        return OptionalLong.of(before);
    }
}
