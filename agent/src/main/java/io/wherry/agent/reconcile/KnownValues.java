package io.wherry.agent.reconcile;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A model of Kubernetes whose Secrets of sealed values have only those values that are here: for who plans, and brings none. Pure. */
final class KnownValues {
    private static final String SECRETS = "secrets";

    private KnownValues() {}

    /** @param known names of the sealed secrets that are here */
    static Json.Obj in(Json.Obj model, Collection<String> known) {
        if (!(model.find(SECRETS).orElse(null) instanceof Json.Arr)) {
            return model;
        }
        List<Json> kept = new ArrayList<>();
        for (Json.Obj secret : model.objects(SECRETS)) {
            Map<String, String> data = new LinkedHashMap<>(secret.stringMap("data"));
            data.values().retainAll(known);
            List<String> logins =
                    secret.strings("logins").stream().filter(known::contains).toList();
            if (!data.isEmpty() || !logins.isEmpty()) {
                SequencedMap<String, Json> fields = new LinkedHashMap<>(secret.fields());
                fields.put(
                        "data",
                        Json.object().put("data", data).build().find("data").orElseThrow());
                fields.put("logins", Json.Arr.ofStrings(logins));
                kept.add(new Json.Obj(fields));
            }
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>(model.fields());
        fields.put(SECRETS, new Json.Arr(kept));
        return new Json.Obj(fields);
    }
}
