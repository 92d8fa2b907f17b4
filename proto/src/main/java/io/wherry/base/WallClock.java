package io.wherry.base;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** The machine's clock as every program of ours reads it. */
public final class WallClock {
    private WallClock() {}

    /** In whole milliseconds: no document, log or sentence says a time any finer (docs/adr/0011-spelling-of-times-ids-and-enums.md). */
    public static Clock system() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    /** Time that passes from now on, whatever the clock is set to meanwhile: for what is waited for. Of no use as a date. */
    public static InstantSource passing() {
        Instant start = system().instant();
        long began = System.nanoTime();
        return () -> start.plusNanos(System.nanoTime() - began);
    }
}
