package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.drift.Claim;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workload that is to be updated in another way than by rolling. Its {@code rollingUpdate}, which nobody declared, was filled in by the API server, stays beside the new
 * {@code type} and is refused there: kubectl's apply by the server ends there too.
 *
 * @param patch notes it as declared by the agent, so that the apply takes it away
 * @param after the object as it would be then, tried
 */
record OtherStrategy(Json.Arr patch, Json.Obj after) {
    private static final int INVALID = 422;
    private static final String FILLED_IN = "rollingUpdate";

    /** What a way to be updated is called; a DaemonSet is let have what it does not use. */
    private static final Map<String, String> FIELDS =
            Map.of("Deployment.apps", "strategy", "StatefulSet.apps", "updateStrategy");

    /**
     * @param sent    what was to be applied
     * @param refused what the API server said to a dry run of it
     * @return empty where that has another cause, or is refused all the same
     */
    static Optional<OtherStrategy> find(
            ClusterApi api, Declared declared, Json.Obj sent, Json.Obj live, ApiException refused) {
        String field = FIELDS.getOrDefault(declared.kind().groupKind(), "");
        Json.Obj wanted = Fields.object(sent, "spec", field);
        Json.Obj found = Fields.object(live, "spec", field);
        if (refused.status() != INVALID
                || wanted.find(FILLED_IN).isPresent()
                || found.find(FILLED_IN).isEmpty()
                || Fields.text(wanted, "type").equals(Fields.text(found, "type"))) {
            return Optional.empty();
        }
        try {
            // No dry run knows of another: this one of all else, the patch of the field alone.
            Json.Obj others = api.apply(
                    declared.kind(),
                    declared.key(),
                    Fields.with(sent, found, "spec", field),
                    ClusterApi.Force.YES,
                    true);
            Json.Obj alone = api.tryPatch(
                    declared.kind(),
                    declared.key(),
                    new Json.Arr(List.of(Json.object()
                            .put("op", "replace")
                            .put("path", "/spec/" + field)
                            .put("value", wanted)
                            .build())));
            Json.Obj after = Fields.with(others, Fields.object(alone, "spec", field), "spec", field);
            return Claim.patch(live, List.of("spec", field, FILLED_IN)).map(patch -> new OtherStrategy(patch, after));
        } catch (ApiException e) {
            if (e.status() != INVALID) {
                throw e;
            }
            refused.addSuppressed(e); // it is not that
            return Optional.empty();
        }
    }
}
