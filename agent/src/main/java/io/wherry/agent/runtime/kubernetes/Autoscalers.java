package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.drift.DriftRules;
import io.wherry.contract.json.Json;

/** Whether an autoscaler has the word on an object's replicas. Asked only where a person has set them by hand and nobody declares them. */
final class Autoscalers {
    private final ClusterApi api;

    Autoscalers(ClusterApi api) {
        this.api = api;
    }

    /** The rules for that object. */
    DriftRules rules(Declared declared, Json.Obj live, DriftRules rules) {
        return decide(declared, live, rules) && isTarget(declared) ? rules.whereAutoscaled() : rules;
    }

    /** Whether they decide what is drift of it. They come and go while the object stays as it is: what was found of it must not be remembered. */
    static boolean decide(Declared declared, Json.Obj live, DriftRules rules) {
        return rules.isScaledByHand(live)
                && Fields.find(declared.object(), "spec", "replicas").isEmpty();
    }

    private boolean isTarget(Declared declared) {
        String path = Kind.root("autoscaling/v2") + "/namespaces/"
                + Kind.segment(declared.key().namespace()) + "/horizontalpodautoscalers";
        try {
            return api.list(path, "", false, "list HorizontalPodAutoscalers").stream()
                    .map(autoscaler -> Fields.object(autoscaler, "spec", "scaleTargetRef"))
                    .anyMatch(target -> Fields.text(target, "kind")
                                    .equals(declared.key().kind())
                            && Fields.text(target, "name").equals(declared.key().name()));
        } catch (ApiException e) {
            if (e.status() == 403 || e.missing()) {
                return true; // who may not see autoscalers does not know that there is none
            }
            throw e;
        }
    }
}
