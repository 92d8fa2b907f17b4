package io.wherry.hub.sync;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** A model of Kubernetes for people: whoever may see a stack need not be able to read its repository, where values of Secrets may stand. Pure. */
final class MaskedSecrets {
    private static final Json MASK = Json.of("***");
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private MaskedSecrets() {}

    /** The model with every value of its Secrets replaced; any other as it is. */
    static Json.Obj in(Json.Obj model) {
        if (!(model.find("objects").orElse(MASK) instanceof Json.Arr)) {
            return model;
        }
        Json.Obj objects = each(model, "objects", MaskedSecrets::secret);
        return objects.find("hooks").isEmpty()
                ? objects
                : each(objects, "hooks", hook -> with(hook, "object", secret(hook.object("object"))));
    }

    private static Json.Obj each(Json.Obj model, String section, UnaryOperator<Json.Obj> change) {
        List<Json> changed = new ArrayList<>();
        model.objects(section).forEach(object -> changed.add(change.apply(object)));
        return with(model, section, new Json.Arr(changed));
    }

    private static Json.Obj secret(Json.Obj object) {
        if (!object.string("kind").equals("Secret")
                || !object.string("apiVersion").equals("v1")) {
            return object;
        }
        Json.Obj masked = object;
        for (String values : List.of("data", "stringData")) {
            masked = values(masked, values);
        }
        return masked.find("metadata").orElse(MASK) instanceof Json.Obj metadata
                        && metadata.find("annotations").orElse(MASK) instanceof Json.Obj annotations
                        && annotations.find(LAST_APPLIED).isPresent()
                ? with(masked, "metadata", with(metadata, "annotations", with(annotations, LAST_APPLIED, MASK)))
                : masked;
    }

    private static Json.Obj values(Json.Obj object, String key) {
        if (object.find(key).isEmpty()) {
            return object;
        }
        SequencedMap<String, Json> masked = new LinkedHashMap<>();
        if (object.find(key).get() instanceof Json.Obj values) {
            values.fields().keySet().forEach(name -> masked.put(name, MASK));
        }
        return with(object, key, new Json.Obj(masked));
    }

    private static Json.Obj with(Json.Obj object, String key, Json value) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        fields.put(key, value);
        return new Json.Obj(fields);
    }
}
