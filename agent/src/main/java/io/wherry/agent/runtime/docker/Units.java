package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The units of a normalised model: durations as Go writes them, sizes in bytes, shares of a processor. */
public final class Units {
    private static final Pattern PART = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(h|ms|us|µs|ns|m|s)");
    private static final Pattern BYTES = Pattern.compile("-?\\d{1,18}");
    private static final BigDecimal NANO = BigDecimal.valueOf(1_000_000_000L);

    private Units() {}

    public static Duration duration(String path, String text) {
        Matcher part = PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (part.find() && part.start() == at) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanosOf(part.group(2)))));
            at = part.end();
        }
        if (at != text.length() || at == 0 || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            if (text.equals("0")) {
                return Duration.ZERO;
            }
            throw ModelException.invalid(path + ": " + text + " (expected: a duration like 30s or 1m30s)");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "h" -> 3_600_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "s" -> 1_000_000_000L;
            case "ms" -> 1_000_000L;
            case "ns" -> 1L;
            default -> 1_000L;
        };
    }

    public static long bytes(String path, Json value) {
        return switch (value) {
            case Json.Int(long number) -> number;
            case Json.Str(String text) when BYTES.matcher(text).matches() -> Long.parseLong(text);
            case Json.Str _, Json.Dec _, Json.Bool _, Json.Null _, Json.Arr _, Json.Obj _ ->
                throw ModelException.invalid(
                        path + ": not a number of bytes (expected: digits, as docker compose config writes it)");
        };
    }

    /** Of {@code cpus}: 0.5 is half a processor. */
    public static long nanoCpus(String path, Json value) {
        return decimal(path, value).multiply(NANO).longValue();
    }

    private static BigDecimal decimal(String path, Json value) {
        try {
            return switch (value) {
                case Json.Int(long number) -> BigDecimal.valueOf(number);
                case Json.Dec(BigDecimal number) -> number;
                case Json.Str(String text) -> new BigDecimal(text);
                case Json.Bool _, Json.Null _, Json.Arr _, Json.Obj _ ->
                    throw ModelException.invalid(path + ": not a number (expected: a number like 0.5)");
            };
        } catch (NumberFormatException e) {
            throw ModelException.invalid(path + ": not a number (expected: a number like 0.5)");
        }
    }

    /** A whole number, also where the model holds it as a text. */
    public static long whole(String path, Json value) {
        return bytes(path, value);
    }

    /** A single value as text, as environment variables, labels and options take it. */
    public static String text(String path, Json value) {
        return switch (value) {
            case Json.Str(String text) -> text;
            case Json.Int(long number) -> Long.toString(number);
            case Json.Dec(BigDecimal number) -> number.toPlainString();
            case Json.Bool(boolean bool) -> Boolean.toString(bool);
            case Json.Null _ -> "";
            case Json.Arr _, Json.Obj _ ->
                throw ModelException.invalid(path + ": not a single value (expected: a text)");
        };
    }
}
