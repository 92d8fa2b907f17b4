package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The forms that several documents share: digests, times, enums, base64. */
final class Codec {
    static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    /** One spelling only, so that equal times give equal bytes: UTC, seconds or milliseconds, capital T and Z. */
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z");

    private Codec() {}

    static Digest digest(Json.Obj object, String key) {
        return named(key, () -> Digest.parse(object.string(key)));
    }

    static Optional<Digest> findDigest(Json.Obj object, String key) {
        return object.find(key).isPresent() ? Optional.of(digest(object, key)) : Optional.empty();
    }

    static List<Digest> digests(Json.Obj object, String key) {
        return object.strings(key).stream()
                .map(text -> named(key, () -> Digest.parse(text)))
                .toList();
    }

    static String time(Instant time) {
        return time.toString();
    }

    static Instant time(Json.Obj object, String key) {
        String text = object.string(key);
        if (TIME.matcher(text).matches()) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new JsonException(key + ": " + text + " (expected: a time that exists)", e);
            }
        }
        throw new JsonException(key + ": " + text + " (expected: a form like 2026-01-31T12:00:00Z or …:00.250Z)");
    }

    static Optional<Instant> findTime(Json.Obj object, String key) {
        return object.find(key).isPresent() ? Optional.of(time(object, key)) : Optional.empty();
    }

    /** {@code present} for {@code PRESENT}: words of documents. */
    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E>> E lower(Class<E> type, Json.Obj object, String key) {
        return constant(type, Codec::lower, object.string(key), key);
    }

    /** {@code RolledBack} for {@code ROLLED_BACK}: outcomes and phases. */
    static String camel(Enum<?> constant) {
        return Reason.camelCase(constant.name());
    }

    static <E extends Enum<E>> E camel(Class<E> type, Json.Obj object, String key) {
        return constant(type, Codec::camel, object.string(key), key);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, Function<E, String> form, String text, String key) {
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> form.apply(c).equals(text))
                .findFirst()
                .orElseThrow(() -> new JsonException(key + ": " + text + " (expected: one of "
                        + Arrays.stream(type.getEnumConstants()).map(form).toList() + ")"));
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Standard or URL-safe alphabet, never both in one text, always padded, no stray bits: one text for given bytes per alphabet. */
    static byte[] base64(String field, String text) {
        boolean plain = text.indexOf('-') < 0 && text.indexOf('_') < 0;
        byte[] bytes;
        try {
            bytes = (plain ? Base64.getDecoder() : Base64.getUrlDecoder()).decode(text);
        } catch (IllegalArgumentException e) {
            throw new JsonException(field + ": not base64 (expected: base64 with padding, no blanks)", e);
        }
        Base64.Encoder encoder = plain ? Base64.getEncoder() : Base64.getUrlEncoder();
        if (!encoder.encodeToString(bytes).equals(text)) {
            throw new JsonException(field + ": base64 with stray bits or padding (expected: its only spelling)");
        }
        return bytes;
    }

    private static <T> T named(String key, java.util.function.Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new JsonException(key + ": " + e.getMessage(), e);
        }
    }
}
