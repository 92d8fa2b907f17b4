package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.drift.DriftRules;
import io.wherry.agent.runtime.kubernetes.drift.TakeBack;
import io.wherry.contract.json.Json;
import java.util.Optional;

/**
 * Room for what is declared, where the API server refuses it because of what people did: a person who gives a Service's port another number leaves an item that
 * holds the name of the declared one, and both together are not valid.
 *
 * @param patch takes back what people added, and brings the declared items that are missing
 * @param after the object as it would be then, tried
 */
record Room(Json.Arr patch, Json.Obj after) {
    private static final int INVALID = 422;

    /**
     * @param refused what the API server said to a dry run of the apply
     * @return empty where that has another cause, or is refused all the same
     */
    static Optional<Room> find(
            ClusterApi api, Declared declared, Json.Obj live, DriftRules rules, ApiException refused) {
        if (refused.status() != INVALID || refused.immutable()) {
            return Optional.empty();
        }
        Optional<Json.Arr> patch = TakeBack.makingRoom(declared.object(), live, rules);
        try {
            return patch.map(room -> new Room(room, api.tryPatch(declared.kind(), declared.key(), room)));
        } catch (ApiException e) {
            if (e.status() != INVALID) {
                throw e;
            }
            refused.addSuppressed(e); // it is not what people did
            return Optional.empty();
        }
    }
}
