package io.wherry.hub.resource;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of targets, or a part of them: {@code 3}, {@code 5%}.
 *
 * @param value   1 to 10,000 targets, or 1 to 100 of a hundred
 * @param percent whether it is a part
 */
public record Share(int value, boolean percent) {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,4})(%?)");
    private static final int MAX = 10_000;
    private static final int HUNDRED = 100;

    public Share {
        if (value < 1 || value > (percent ? HUNDRED : MAX)) {
            throw new IllegalArgumentException(
                    value + (percent ? "%" : "") + " (expected: 1 to " + MAX + ", or 1% to 100%)");
        }
    }

    /** @throws IllegalArgumentException if it is neither a number nor a percentage */
    public static Share parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text + " (expected: a number like 3, or a part like 5%)");
        }
        return new Share(Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty());
    }

    /** How many that is of so many: rounded down, and at least one. */
    public int of(int all) {
        return percent ? Math.max(1, (int) ((long) all * value / HUNDRED)) : value;
    }

    @Override
    public String toString() {
        return value + (percent ? "%" : "");
    }
}
