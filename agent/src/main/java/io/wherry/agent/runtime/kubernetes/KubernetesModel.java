package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.SecretFile;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A stack's model as the bundle brings it (docs/reference/bundle-format.md).
 *
 * @param namespace         of objects that name none
 * @param objects           in rendered order; texts of Secrets turned into data, so that a key that is gone from one goes from the other, and the account of pods
 *                          under both of its names, for the same reason
 * @param hooks             in the order in which they run
 * @param serviceAccount    to act as, in that namespace; empty: as the agent itself
 * @param ignoreDifferences rules of fields that others may set
 * @param healthRules       what healthy means for kinds of one's own
 * @param takeBack          further field managers whose additions are taken back, {@code *} for any characters
 */
record KubernetesModel(
        String namespace,
        List<Json.Obj> objects,
        List<Hook> hooks,
        Optional<String> serviceAccount,
        List<Json.Obj> ignoreDifferences,
        List<Json.Obj> healthRules,
        List<String> takeBack) {

    /**
     * @param project the namespace of a model that names none
     * @param brought values that came sealed, opened
     * @throws ModelException if it is none that this runtime carries out
     */
    static KubernetesModel of(Json.Obj model, String project, List<SecretFile> brought) {
        try {
            if (model.find("services").isPresent() && model.find("objects").isEmpty()) {
                return new KubernetesModel(
                        project, List.of(), List.of(), Optional.empty(), List.of(), List.of(), List.of());
            }
            String namespace = model.findString("namespace").orElse(project);
            List<Json.Obj> objects = model.objects("objects").stream()
                    .map(KubernetesModel::whole)
                    .toList();
            return new KubernetesModel(
                    namespace,
                    BroughtSecrets.of(model, namespace, brought).with(objects),
                    Hook.of(model),
                    model.findString("serviceAccount"),
                    model.objects("ignoreDifferences"),
                    model.objects("healthRules"),
                    model.strings("takeBack"));
        } catch (JsonException e) {
            throw ModelException.invalid("model: " + e.getMessage());
        }
    }

    private static Json.Obj whole(Json.Obj object) {
        String name = Fields.text(object, "kind") + " " + Fields.text(object, "metadata", "name");
        for (String field : new String[] {"apiVersion", "kind"}) {
            if (Fields.text(object, field).isEmpty()) {
                throw ModelException.invalid(name + ": " + field + ": missing (expected: a text)");
            }
        }
        if (Fields.text(object, "metadata", "name").isEmpty()) {
            throw ModelException.invalid(name + ": metadata.name: missing (expected: a name)");
        }
        boolean texts = object.string("kind").equals("Secret")
                && object.find("stringData").isPresent();
        return texts ? withData(object) : PodAccount.twice(object);
    }

    private static Json.Obj withData(Json.Obj secret) {
        SequencedMap<String, Json> data =
                new LinkedHashMap<>(Fields.object(secret, "data").fields());
        for (Map.Entry<String, String> text : secret.stringMap("stringData").entrySet()) {
            data.put(
                    text.getKey(),
                    new Json.Str(
                            Base64.getEncoder().encodeToString(text.getValue().getBytes(UTF_8))));
        }
        return Fields.with(Fields.without(secret, "stringData"), new Json.Obj(data), "data");
    }

    /** Those of the given kind. */
    List<Json.Obj> ofKind(String kind) {
        List<Json.Obj> found = new ArrayList<>();
        for (Json.Obj object : objects) {
            if (Fields.text(object, "kind").equals(kind)) {
                found.add(object);
            }
        }
        return found;
    }
}
