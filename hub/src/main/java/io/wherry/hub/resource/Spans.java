package io.wherry.hub.resource;

import io.wherry.base.Durations;
import java.time.Duration;

/** Durations within limits. */
final class Spans {
    private Spans() {}

    static Duration require(String what, Duration span, Duration least, Duration most) {
        if (span.compareTo(least) < 0 || span.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + ": " + Durations.format(span) + " (expected: "
                    + Durations.format(least) + " to " + Durations.format(most) + ")");
        }
        return span;
    }
}
