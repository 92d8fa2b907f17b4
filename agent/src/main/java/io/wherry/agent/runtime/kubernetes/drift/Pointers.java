package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonPointer;
import io.wherry.contract.json.JsonWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is left of the ignored pointers at one place of an object, on the way down.
 *
 * @param rests the tokens still to come; one without any covers this place and all below
 */
record Pointers(List<List<String>> rests) {
    static final Pointers NONE = new Pointers(List.of());

    static Pointers of(List<JsonPointer> pointers) {
        return new Pointers(pointers.stream().map(JsonPointer::tokens).toList());
    }

    Pointers plus(Pointers other) {
        return new Pointers(Stream.concat(rests.stream(), other.rests.stream()).toList());
    }

    boolean coverThis() {
        return rests.stream().anyMatch(List::isEmpty);
    }

    boolean isEmpty() {
        return rests.isEmpty();
    }

    /** @param parent the list or object that is left, so that a place in a list can be told */
    Pointers below(PathElement element, Json parent) {
        return rests.isEmpty()
                ? this
                : new Pointers(rests.stream()
                        .filter(rest -> !rest.isEmpty() && leads(rest.getFirst(), element, parent))
                        .map(rest -> rest.subList(1, rest.size()))
                        .toList());
    }

    private static boolean leads(String token, PathElement element, Json parent) {
        return switch (element) {
            case PathElement.Field(String name) -> token.equals(name);
            case PathElement.Key(var key) ->
                inList(token, element, parent) || tells(token, fields(element, key, parent));
            case PathElement.Value(Json value) -> inList(token, element, parent) || token.equals(plain(value));
            case PathElement.Index _ -> inList(token, element, parent);
        };
    }

    private static boolean inList(String token, PathElement element, Json parent) {
        return token.equals("*") || token.equals(String.valueOf(element.indexIn(parent)));
    }

    /** An item is told by its key fields, and by any other that it has: the name of a port. */
    private static Map<String, Json> fields(PathElement element, Map<String, Json> key, Json parent) {
        return element.in(parent)
                .map(item -> item instanceof Json.Obj(var all) ? (Map<String, Json>) all : key)
                .orElse(key);
    }

    private static boolean tells(String token, Map<String, Json> fields) {
        return Arrays.stream(token.split(",")).allMatch(part -> {
            int equals = part.indexOf('=');
            Json value = equals > 0 ? fields.get(part.substring(0, equals)) : null;
            return value != null && plain(value).equals(part.substring(equals + 1));
        });
    }

    private static String plain(Json value) {
        return value instanceof Json.Str(String text) ? text : JsonWriter.compact(value);
    }
}
