package io.wherry.hub.render.kubernetes;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * What a stack says to the cluster beside its objects: goes into the model as it is (docs/reference/bundle-format.md#kubernetes-model).
 *
 * @param namespace         where objects go that name none
 * @param serviceAccount    of that namespace, to act as; empty: the agent acts as itself
 * @param ignoreDifferences fields that are no drift
 * @param healthRules       what healthy means for kinds of one's own
 * @param takeBack          further field managers whose additions are drift
 * @param values            variables that objects may name; empty: a dollar sign means nothing
 */
public record ClusterOptions(
        String namespace,
        Optional<String> serviceAccount,
        List<Json.Obj> ignoreDifferences,
        List<Json.Obj> healthRules,
        List<String> takeBack,
        Optional<ObjectValues> values) {
    /** Without variables. */
    public ClusterOptions(
            String namespace,
            Optional<String> serviceAccount,
            List<Json.Obj> ignoreDifferences,
            List<Json.Obj> healthRules,
            List<String> takeBack) {
        this(namespace, serviceAccount, ignoreDifferences, healthRules, takeBack, Optional.empty());
    }

    public ClusterOptions {
        ignoreDifferences = List.copyOf(ignoreDifferences);
        healthRules = List.copyOf(healthRules);
        takeBack = List.copyOf(takeBack);
    }

    /** Nothing but a namespace. */
    public static ClusterOptions of(String namespace) {
        return new ClusterOptions(namespace, Optional.empty(), List.of(), List.of(), List.of());
    }

    /** The same, with variables. */
    public ClusterOptions with(ObjectValues named) {
        return new ClusterOptions(
                namespace, serviceAccount, ignoreDifferences, healthRules, takeBack, Optional.of(named));
    }

    Json.Obj model(List<Json.Obj> objects, List<Json.Obj> hooks) {
        Json.Builder model =
                Json.object().put("namespace", namespace).put("objects", new Json.Arr(List.copyOf(objects)));
        put(model, "hooks", hooks);
        model.putIf("serviceAccount", serviceAccount);
        put(model, "ignoreDifferences", ignoreDifferences);
        put(model, "healthRules", healthRules);
        if (!takeBack.isEmpty()) {
            model.put("takeBack", takeBack);
        }
        return model.build();
    }

    private static void put(Json.Builder model, String key, List<Json.Obj> rules) {
        if (!rules.isEmpty()) {
            model.put(key, new Json.Arr(List.copyOf(rules)));
        }
    }
}
