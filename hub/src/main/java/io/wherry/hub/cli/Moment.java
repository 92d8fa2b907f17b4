package io.wherry.hub.cli;

import io.wherry.base.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** A time as people type it. */
final class Moment {
    private Moment() {}

    /**
     * @param text so long ago ({@code 24h}), a day in UTC from its beginning ({@code 2026-11-28}), or a time ({@code 2026-11-28T22:00:00Z})
     * @param flag for the message
     */
    static Instant parse(String flag, String text, Instant now) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : text.contains("-")
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : now.minus(Durations.parse(text));
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            throw CliException.usage(flag + ": " + text
                    + " (expected: 24h, a day like 2026-11-28, or a time like 2026-11-28T22:00:00Z)");
        }
    }
}
