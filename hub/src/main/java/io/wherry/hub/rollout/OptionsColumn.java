package io.wherry.hub.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.EntryOptions;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;

/** Options in a column: the same JSON as in an assignment. */
final class OptionsColumn {
    private OptionsColumn() {}

    static String write(EntryOptions options) {
        return JsonWriter.compact(options.toJson());
    }

    static EntryOptions read(String column) {
        return EntryOptions.parse(JsonReader.object(column.getBytes(UTF_8)));
    }
}
