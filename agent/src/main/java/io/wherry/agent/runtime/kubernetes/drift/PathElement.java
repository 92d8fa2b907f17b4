package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One step of a managed field's path, as {@code fieldsV1} writes it: {@code f:spec}, {@code k:{"name":"web"}}, {@code v:"a"}, {@code i:0}. */
sealed interface PathElement {

    /** The field of an object. */
    record Field(String name) implements PathElement {}

    /** The item of a list whose key fields are these: a container by its name, a port by number and protocol. */
    record Key(SequencedMap<String, Json> fields) implements PathElement {}

    /** A value of a list that is a set: a finalizer. */
    record Value(Json value) implements PathElement {}

    /** An item by its place. */
    record Index(int index) implements PathElement {}

    /** Where it leads from a value; empty where there is nothing. */
    default Optional<Json> in(Json parent) {
        return switch (this) {
            case Field(String name) -> parent instanceof Json.Obj object ? object.find(name) : Optional.empty();
            case Key _, Value _, Index _ -> {
                int index = indexIn(parent);
                yield index < 0
                        ? Optional.empty()
                        : Optional.of(((Json.Arr) parent).items().get(index));
            }
        };
    }

    /** The place in a list that it leads to; -1 where it leads nowhere, or not into a list. */
    default int indexIn(Json parent) {
        List<Json> items = parent instanceof Json.Arr(List<Json> all) ? all : List.of();
        return switch (this) {
            case Field _ -> -1;
            case Index(int index) -> index < items.size() ? index : -1;
            case Value(Json value) -> first(items, item -> Same.values(item, value));
            case Key(SequencedMap<String, Json> fields) -> first(items, item -> has(item, fields));
        };
    }

    private static int first(List<Json> items, Predicate<Json> wanted) {
        for (int i = 0; i < items.size(); i++) {
            if (wanted.test(items.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean has(Json item, Map<String, Json> fields) {
        return item instanceof Json.Obj object
                && fields.entrySet().stream().allMatch(key -> object.find(key.getKey())
                        .filter(value -> Same.values(value, key.getValue()))
                        .isPresent());
    }

    /** As people read it behind the path so far: {@code .spec}, {@code ["example.org/x"]}, {@code [name=web]}. */
    default String shown() {
        return switch (this) {
            case Field(String name) ->
                name.matches("[A-Za-z_$][A-Za-z0-9_$-]*") ? "." + name : "[" + JsonWriter.compact(Json.of(name)) + "]";
            case Key(SequencedMap<String, Json> fields) ->
                fields.entrySet().stream()
                        .map(key -> key.getKey() + "=" + plain(key.getValue()))
                        .collect(Collectors.joining(",", "[", "]"));
            case Value(Json value) -> "[" + JsonWriter.compact(value) + "]";
            case Index(int index) -> "[" + index + "]";
        };
    }

    private static String plain(Json value) {
        return value instanceof Json.Str(String text) ? text : JsonWriter.compact(value);
    }
}
