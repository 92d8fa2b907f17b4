package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import java.util.Optional;

/** A schema may point at others by address, and helm would fetch or read those. Pure. */
final class ChartSchema {
    private ChartSchema() {}

    static void check(Position at, byte[] content, Problems problems) {
        try {
            pointsOutside(JsonReader.document(content))
                    .ifPresent(address -> problems.add(
                            at, "the schema points at " + address, "write it into the schema: only #… is followed"));
        } catch (JsonException e) {
            problems.add(at, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> pointsOutside(Json json) {
        return switch (json) {
            case Json.Obj(var fields) -> {
                for (String key : List.of("$ref", "$dynamicRef", "$recursiveRef", "$schema", "$id", "id")) {
                    if (fields.get(key) instanceof Json.Str(String address) && isOutside(key, address)) {
                        yield Optional.of(address);
                    }
                }
                yield fields.values().stream()
                        .flatMap(value -> pointsOutside(value).stream())
                        .findFirst();
            }
            case Json.Arr(var items) ->
                items.stream().flatMap(item -> pointsOutside(item).stream()).findFirst();
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> Optional.empty();
        };
    }

    /** Drafts of the standard are known to helm without asking anybody; an id names the schema itself. */
    private static boolean isOutside(String key, String address) {
        return switch (key) {
            case "$schema" -> !address.matches("https?://json-schema\\.org/.*");
            case "$id", "id" -> address.startsWith("file:");
            default -> !address.startsWith("#");
        };
    }
}
