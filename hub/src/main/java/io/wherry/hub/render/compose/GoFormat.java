package io.wherry.hub.render.compose;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, sizes and durations as Compose (a Go program) reads and writes them. */
final class GoFormat {
    private static final Pattern SIZE =
            Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+) ?(?:([kKmMgGtTpP])?[iI]?[bB]?)?");
    private static final Pattern DURATION_PART =
            Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w)");

    private GoFormat() {}

    /** A floating-point number as Go's {@code %v} prints it: {@code 1.5}, {@code 1000}, {@code 1e+06}. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal decimal = BigDecimal.valueOf(value).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + fraction
                + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    /** A size in bytes: {@code 64m}, {@code 1.5 GiB}, {@code 100}; units count by 1024. */
    static Optional<Long> bytes(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = matcher.group(2) == null ? "" : matcher.group(2).toLowerCase(Locale.ROOT);
        BigDecimal size = new BigDecimal(matcher.group(1).endsWith(".") ? matcher.group(1) + "0" : matcher.group(1))
                .multiply(BigDecimal.valueOf(1L << (10 * " kmgtp".indexOf(unit.isEmpty() ? " " : unit))));
        return size.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Optional.empty()
                : Optional.of(size.longValue());
    }

    /** A duration: {@code 1m30s}, {@code 1.5h}, {@code 2d}, {@code 0}. */
    static Optional<Duration> duration(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher part = DURATION_PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos = nanos.add(new BigDecimal(part.group(1).endsWith(".") ? part.group(1) + "0" : part.group(1))
                    .multiply(BigDecimal.valueOf(nanosOf(part.group(2)))));
            end = part.end();
        }
        return end == 0 || end != text.length() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nanos.longValue()));
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 24 * 3_600_000_000_000L;
            default -> 7 * 24 * 3_600_000_000_000L;
        };
    }

    /** As Go prints it: {@code 1m30s}, {@code 1h0m0s}, {@code 500ms}, {@code 0s}. */
    static String duration(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        if (nanos < 1_000_000_000L) {
            return nanos < 1_000 ? nanos + "ns" : nanos < 1_000_000 ? scaled(nanos, 3) + "µs" : scaled(nanos, 6) + "ms";
        }
        long minutes = duration.toMinutes();
        String seconds = scaled(nanos - minutes * 60_000_000_000L, 9) + "s";
        return minutes == 0
                ? seconds
                : minutes < 60 ? minutes + "m" + seconds : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }

    private static String scaled(long nanos, int digits) {
        BigDecimal value = BigDecimal.valueOf(nanos, digits).stripTrailingZeros();
        return value.signum() == 0 ? "0" : value.toPlainString();
    }
}
