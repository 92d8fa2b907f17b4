package io.wherry.contract.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Puts one flaw into a good statement, so that nothing else about it is wrong. */
final class Flaw {
    private Flaw() {}

    /** With another value at a path like {@code predicate.entries.0.state}; null takes the field away. */
    static byte[] at(byte[] statement, String path, @org.jspecify.annotations.Nullable Json value) {
        Json.Obj parsed = JsonReader.object(statement);
        return JsonWriter.canonical(set(parsed, Arrays.asList(path.split("\\.")), value));
    }

    static byte[] at(byte[] statement, String path, String value) {
        return at(statement, path, Json.of(value));
    }

    static byte[] at(byte[] statement, String path, long value) {
        return at(statement, path, Json.of(value));
    }

    private static Json set(Json json, List<String> path, @org.jspecify.annotations.Nullable Json value) {
        if (path.isEmpty() && value != null) {
            return value;
        }
        List<String> rest = path.subList(1, path.size());
        if (json instanceof Json.Arr(List<Json> items)) {
            int wanted = Integer.parseInt(path.getFirst());
            return new Json.Arr(IntStream.range(0, items.size())
                    .mapToObj(i -> i == wanted ? set(items.get(i), rest, value) : items.get(i))
                    .toList());
        }
        var fields = new LinkedHashMap<>(((Json.Obj) json).fields());
        String key = path.getFirst();
        Json inner = fields.get(key);
        if (rest.isEmpty() && value != null) {
            fields.put(key, value);
        } else if (inner == null) {
            throw new IllegalArgumentException("no field " + path);
        } else if (rest.isEmpty()) {
            fields.remove(key);
        } else {
            fields.put(key, set(inner, rest, value));
        }
        return new Json.Obj(fields);
    }

    /** With its text changed: for what the writer would never write. */
    static byte[] text(byte[] statement, UnaryOperator<String> change) {
        String before = new String(statement, UTF_8);
        String after = change.apply(before);
        if (after.equals(before)) {
            throw new IllegalArgumentException("the flaw changed nothing");
        }
        return after.getBytes(UTF_8);
    }

    static byte[] replace(byte[] statement, String from, String to) {
        return text(statement, s -> s.replace(from, to));
    }

    /** A statement with a field of this depth beside the good ones; 16 is the deepest that is read. */
    static byte[] nested(byte[] statement, int depth) {
        int brackets = depth - 1;
        return text(statement, s -> "{\"a\":" + "[".repeat(brackets) + "]".repeat(brackets) + "," + s.substring(1));
    }
}
