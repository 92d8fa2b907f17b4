package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.SecretMask;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** The values of Secrets, as they may be quoted by an API server that refuses one, an admission webhook, or a pod that cannot use it. */
final class SecretWords {
    private SecretWords() {}

    /** Over the values of those Secrets among the objects. */
    static SecretMask of(List<Json.Obj> objects) {
        List<byte[]> words = new ArrayList<>();
        for (Json.Obj object : objects) {
            if (Fields.text(object, "kind").equals("Secret")
                    && Fields.text(object, "apiVersion").equals("v1")) {
                texts(Fields.object(object, "data")).forEach(text -> encoded(text, words));
                texts(Fields.object(object, "stringData")).forEach(text -> plain(text, words));
            }
        }
        return SecretMask.of(words);
    }

    private static void encoded(String text, List<byte[]> words) {
        plain(text, words);
        try {
            plain(new String(Base64.getDecoder().decode(text.strip()), UTF_8), words);
        } catch (IllegalArgumentException e) {
            return; // no base64: it stands in the clear, and that is among the words already
        }
    }

    /** As it is, and as it is between quotes. */
    private static void plain(String text, List<byte[]> words) {
        words.add(text.getBytes(UTF_8));
        String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"");
        if (!quoted.equals(text)) {
            words.add(quoted.getBytes(UTF_8));
        }
    }

    /** However deep: who refuses a list in the place of a text quotes what is in it. */
    private static Stream<String> texts(Json value) {
        return switch (value) {
            case Json.Str(String text) -> Stream.of(text);
            case Json.Arr(List<Json> items) -> items.stream().flatMap(SecretWords::texts);
            case Json.Obj(SequencedMap<String, Json> fields) ->
                fields.values().stream().flatMap(SecretWords::texts);
            case Json.Null _ -> Stream.empty();
            case Json.Bool _, Json.Int _, Json.Dec _ -> Stream.of(JsonWriter.compact(value));
        };
    }
}
