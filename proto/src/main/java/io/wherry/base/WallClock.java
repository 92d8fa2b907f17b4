package io.wherry.base;

import java.time.Clock;
import java.time.ZoneOffset;

/** The machine's clock as every program of ours reads it. */
public final class WallClock {
    private WallClock() {}

    /** In whole milliseconds: no document, log or sentence says a time any finer (docs/adr/0011-spelling-of-times-ids-and-enums.md). */
    public static Clock system() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }
}
