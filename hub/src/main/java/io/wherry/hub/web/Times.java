package io.wherry.hub.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times as people read them: to the second, in UTC, and said to be. Not by how long ago: a page that stands still would lie. */
final class Times {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "d MMM uuuu HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Times() {}

    /** @param time as the REST gives it; what is no time stays as it is */
    static String shown(String time) {
        try {
            return FORM.format(Instant.parse(time));
        } catch (DateTimeParseException e) {
            return time;
        }
    }

    /** For {@code <time datetime>}. */
    static String exact(String time) {
        try {
            return Instant.parse(time).truncatedTo(ChronoUnit.SECONDS).toString();
        } catch (DateTimeParseException e) {
            return "";
        }
    }
}
