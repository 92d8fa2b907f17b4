package io.wherry.contract;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** The checks that the records of the contract share. Each names the field, what it got and what it expected. */
final class Check {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9./-]{0,63}");

    private Check() {}

    static void range(String field, long value, long from, long to) {
        if (value < from || value > to) {
            throw wrong(field, value, from + " to " + to);
        }
    }

    static void count(String field, Collection<?> values, int most) {
        if (values.size() > most) {
            throw wrong(field, values.size() + " of them", "at most " + most);
        }
    }

    /** At most so many characters, none of them a control character. */
    static void text(String field, String value, int mostChars) {
        if (value.length() > mostChars) {
            throw wrong(field, value.length() + " characters", "at most " + mostChars);
        }
        if (value.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw wrong(field, "a control character", "text on one line");
        }
    }

    static void filled(String field, String value, int mostChars) {
        if (value.isEmpty()) {
            throw wrong(field, "empty", "a text");
        }
        text(field, value, mostChars);
    }

    /** A DNS label: the form of names of stacks, agents, environments and sources. */
    static void name(String field, String value) {
        if (!NAME.matcher(value).matches()) {
            throw wrong(field, value, "1 to 63 of a-z, 0-9 and -, no - at either end");
        }
    }

    static void matches(String field, String value, Pattern form, String expected) {
        if (!form.matcher(value).matches()) {
            throw wrong(field, value, expected);
        }
    }

    static List<String> features(String field, List<String> names) {
        count(field, names, Limits.FEATURES);
        names.forEach(name -> matches(field, name, FEATURE, "up to 64 of A-Z, a-z, 0-9, . / -"));
        distinct(field, names);
        return List.copyOf(names);
    }

    static void distinct(String field, Collection<?> values) {
        if (new HashSet<>(values).size() != values.size()) {
            throw wrong(field, "one of them twice", "each once");
        }
    }

    static void that(boolean holds, String field, Object value, String expected) {
        if (!holds) {
            throw wrong(field, value, expected);
        }
    }

    /** Documents carry milliseconds; a finer instant would not equal itself after a round trip. */
    static Instant millis(String field, Instant time) {
        Instant rounded = time.truncatedTo(ChronoUnit.MILLIS);
        if (rounded.isBefore(Codec.FIRST) || rounded.isAfter(Codec.LAST)) {
            throw wrong(field, time, "a time in the years 0001 to 9999");
        }
        return rounded;
    }

    static IllegalArgumentException wrong(String field, Object value, String expected) {
        return new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
    }
}
