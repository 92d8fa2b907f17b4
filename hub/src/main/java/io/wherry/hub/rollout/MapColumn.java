package io.wherry.hub.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.SortedMap;
import java.util.TreeMap;

/** Variables in a column: a JSON object of texts. */
final class MapColumn {
    private static final String FIELD = "v";

    private MapColumn() {}

    static String write(SortedMap<String, String> map) {
        return JsonWriter.compact(Json.object().put(FIELD, map).build());
    }

    static SortedMap<String, String> read(String column) {
        return new TreeMap<>(JsonReader.object(column.getBytes(UTF_8)).stringMap(FIELD));
    }
}
