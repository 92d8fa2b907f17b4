package io.wherry.agent.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SequencedMap;

/** Values of the Secrets that a stack for a cluster declares itself. */
final class DeclaredSecrets {
    private DeclaredSecrets() {}

    /** @param model of whatever format; one of Compose has none */
    static List<byte[]> of(Json.Obj model) {
        List<byte[]> values = new ArrayList<>();
        List<Json.Obj> objects = new ArrayList<>(model.objects("objects"));
        model.objects("hooks").forEach(hook -> objects.add(hook.object("object")));
        for (Json.Obj object : objects) {
            if (object.findString("kind").filter("Secret"::equals).isPresent()) {
                texts(object, "data").forEach(text -> decoded(text, values));
                texts(object, "stringData").forEach(text -> values.add(text.getBytes(UTF_8)));
            }
        }
        return values;
    }

    private static List<String> texts(Json.Obj secret, String field) {
        List<String> texts = new ArrayList<>();
        if (secret.find(field).orElse(null) instanceof Json.Obj(SequencedMap<String, Json> data)) {
            for (Json value : data.values()) {
                if (value instanceof Json.Str(String text)) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static void decoded(String text, List<byte[]> values) {
        try {
            values.add(Base64.getMimeDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            values.add(text.getBytes(UTF_8)); // no base64: the cluster refuses it, and it may be the value itself
        }
    }
}
