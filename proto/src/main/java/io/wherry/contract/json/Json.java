package io.wherry.contract.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A JSON value. Objects keep the order they were read or built in; {@link JsonWriter} sorts where bytes must be canonical. */
public sealed interface Json {

    /** A text. */
    record Str(String value) implements Json {}

    /** A whole number. */
    record Int(long value) implements Json {}

    /** A number with a fraction: never in a signed statement, but a Compose model may hold one ({@code cpus: 0.5}). */
    record Dec(BigDecimal value) implements Json {}

    record Bool(boolean value) implements Json {}

    record Null() implements Json {}

    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }

        public static Arr ofStrings(Iterable<String> texts) {
            List<Json> items = new ArrayList<>();
            texts.forEach(text -> items.add(new Str(text)));
            return new Arr(items);
        }
    }

    /** An object; the accessors serve the codecs of the contract: a missing or mistyped field is named in the error. */
    record Obj(SequencedMap<String, Json> fields) implements Json {
        public Obj {
            fields = FewFields.copyOf(fields);
        }

        public static Obj of(Map<String, Json> fields) {
            return new Obj(new LinkedHashMap<>(fields));
        }

        /** The same with this field, in its place where there was one, else as the last. */
        public Obj with(String key, Json value) {
            SequencedMap<String, Json> changed = new LinkedHashMap<>(fields);
            changed.put(key, value);
            return new Obj(changed);
        }

        public Optional<Json> find(String key) {
            return Optional.ofNullable(fields.get(key));
        }

        /** @throws JsonException if the field is missing or not a text */
        public String string(String key) {
            return find(key)
                    .map(v -> v instanceof Str(String s) ? s : fail(key, "a text", v))
                    .orElseThrow(() -> missing(key));
        }

        public Optional<String> findString(String key) {
            return find(key)
                    .filter(v -> !(v instanceof Null))
                    .map(v -> v instanceof Str(String s) ? s : fail(key, "a text", v));
        }

        /** @throws JsonException if the field is missing or not a whole number */
        public long integer(String key) {
            return find(key)
                    .map(v -> v instanceof Int(long n) ? n : JsonException.<Long>raise(wrong(key, "a whole number", v)))
                    .orElseThrow(() -> missing(key));
        }

        /** The whole number, or the given one where the field is absent. */
        public long integerOr(String key, long absent) {
            return fields.containsKey(key) ? integer(key) : absent;
        }

        public boolean bool(String key) {
            return find(key)
                    .map(v -> v instanceof Bool(boolean b)
                            ? b
                            : JsonException.<Boolean>raise(wrong(key, "true or false", v)))
                    .orElseThrow(() -> missing(key));
        }

        public boolean boolOr(String key, boolean absent) {
            return fields.containsKey(key) ? bool(key) : absent;
        }

        public Obj object(String key) {
            return find(key)
                    .map(v -> v instanceof Obj o ? o : JsonException.<Obj>raise(wrong(key, "an object", v)))
                    .orElseThrow(() -> missing(key));
        }

        public Optional<Obj> findObject(String key) {
            return fields.containsKey(key) ? Optional.of(object(key)) : Optional.empty();
        }

        /** The items, or none where the field is absent. */
        public List<Json> array(String key) {
            return find(key)
                    .map(v -> v instanceof Arr(List<Json> items)
                            ? items
                            : JsonException.<List<Json>>raise(wrong(key, "a list", v)))
                    .orElse(List.of());
        }

        public List<Obj> objects(String key) {
            return array(key).stream()
                    .map(v -> v instanceof Obj o ? o : JsonException.<Obj>raise(wrong(key, "a list of objects", v)))
                    .toList();
        }

        public List<String> strings(String key) {
            return array(key).stream()
                    .map(v -> v instanceof Str(String s) ? s : fail(key, "a list of texts", v))
                    .toList();
        }

        /** Text to text; none where the field is absent. */
        public Map<String, String> stringMap(String key) {
            Map<String, String> map = new LinkedHashMap<>();
            findObject(key).ifPresent(o -> o.fields()
                    .forEach((k, v) -> map.put(k, v instanceof Str(String s) ? s : fail(key + "." + k, "a text", v))));
            return map;
        }

        private static String fail(String key, String wanted, Json got) {
            throw new JsonException(wrong(key, wanted, got));
        }

        private static String wrong(String key, String wanted, Json got) {
            return key + ": " + got.getClass().getSimpleName() + " (expected: " + wanted + ")";
        }

        private static JsonException missing(String key) {
            return new JsonException(key + ": missing (expected: a value)");
        }
    }

    /** Builds an object field by field, in order; an absent value leaves its field out. */
    static Builder object() {
        return new Builder();
    }

    static Json of(String text) {
        return new Str(text);
    }

    static Json of(long number) {
        return new Int(number);
    }

    static Json of(boolean value) {
        return new Bool(value);
    }

    /** Collects the fields of an {@link Obj}. */
    final class Builder {
        private final SequencedMap<String, Json> fields = new LinkedHashMap<>();

        private Builder() {}

        public Builder put(String key, Json value) {
            fields.put(key, value);
            return this;
        }

        public Builder put(String key, String value) {
            return put(key, new Str(value));
        }

        public Builder put(String key, long value) {
            return put(key, new Int(value));
        }

        public Builder put(String key, boolean value) {
            return put(key, new Bool(value));
        }

        public Builder put(String key, Iterable<String> values) {
            return put(key, Arr.ofStrings(values));
        }

        public Builder put(String key, Map<String, String> values) {
            Builder map = new Builder();
            values.forEach(map::put);
            return put(key, map.build());
        }

        public Builder putIf(String key, Optional<String> value) {
            value.ifPresent(v -> put(key, v));
            return this;
        }

        public Obj build() {
            return new Obj(fields);
        }
    }
}
