package io.wherry.hub.source;

import java.time.Duration;
import java.time.Instant;

/**
 * When a source is due: time is cut into windows as long as its interval, and each window has one check.
 *
 * <p>Where the windows begin depends on the mirror alone. So sources of one repository with the same interval are due at the same moment and
 * share one listing, while those of different repositories are spread evenly: this is the jitter, and it needs no dice.
 *
 * @param start of the present window: a listing made since then is fresh enough
 * @param next  start of the next one
 */
record CheckWindow(Instant start, Instant next) {

    /** @param mirror its key: hexadecimal digits, evenly spread */
    static CheckWindow at(Instant now, String mirror, Duration interval) {
        long length = interval.toMillis();
        double share =
                Integer.toUnsignedLong(Integer.parseUnsignedInt(mirror.substring(0, 8), 16)) / (double) (1L << 32);
        long offset = (long) (length * share);
        long start = Math.floorDiv(now.toEpochMilli() - offset, length) * length + offset;
        return new CheckWindow(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + length));
    }
}
