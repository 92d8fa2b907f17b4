package io.wherry.hub.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.SealedSecret;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;

/** Sealed secrets in a column, in the form that an assignment has. */
final class SecretsColumn {
    private static final String FIELD = "v";

    private SecretsColumn() {}

    static String write(List<SealedSecret> secrets) {
        Json.Arr all = new Json.Arr(secrets.stream().map(SealedSecret::toJson).toList());
        return JsonWriter.compact(Json.object().put(FIELD, all).build());
    }

    static List<SealedSecret> read(String column) {
        return JsonReader.object(column.getBytes(UTF_8)).objects(FIELD).stream()
                .map(SealedSecret::parse)
                .toList();
    }
}
