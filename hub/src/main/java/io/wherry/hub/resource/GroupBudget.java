package io.wherry.hub.resource;

import static io.wherry.hub.resource.Names.LABEL_KEY_FORM;
import static io.wherry.hub.resource.Names.require;

import io.wherry.contract.json.Json;

/**
 * How many of the targets that belong together may be away at a time while a rollout goes on.
 *
 * @param label          whose value says which targets belong together; one without the label is by itself
 * @param maxUnavailable of each group, 1 to {@link RolloutPolicy#MAX_IN_FLIGHT}: one may always go, or nothing would ever move
 */
public record GroupBudget(String label, int maxUnavailable) {
    /** What {@code maxUnavailable} is where {@code groupBy} is said alone. */
    public static final int DEFAULT_MAX_UNAVAILABLE = 1;

    public GroupBudget {
        require(Names.isLabelKey(label), "groupBy", label, LABEL_KEY_FORM);
        if (maxUnavailable < 1 || maxUnavailable > RolloutPolicy.MAX_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "maxUnavailable: " + maxUnavailable + " (expected: 1 to " + RolloutPolicy.MAX_IN_FLIGHT + ")");
        }
    }

    void into(Json.Builder spec) {
        spec.put("groupBy", label).put("maxUnavailable", maxUnavailable);
    }
}
