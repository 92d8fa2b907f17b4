package io.wherry.contract.policy;

import io.wherry.contract.json.Json;
import java.util.List;

/** Judges a model by a site's policy, whatever runtime it is for. */
public final class ModelPolicy {
    private ModelPolicy() {}

    /**
     * Everything in the model that the policy does not allow.
     *
     * @param model a Compose model, or the objects of a Kubernetes stack
     */
    public static List<Violation> violations(WorkloadPolicy policy, Json.Obj model, ComposePolicy.Site site) {
        return model.find("objects").isPresent()
                ? KubernetesPolicy.violations(policy, model, site)
                : ComposePolicy.violations(policy, model, site);
    }
}
