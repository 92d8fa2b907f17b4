package io.wherry.hub.resource;

import java.util.Map;

/** Which record belongs to which kind. */
final class Kinds {
    private static final Map<Class<? extends Resource>, ResourceKind> KINDS = Map.of(
            Source.class, ResourceKind.SOURCE,
            Stack.class, ResourceKind.STACK,
            Agent.class, ResourceKind.AGENT,
            Group.class, ResourceKind.GROUP,
            RolloutPolicy.class, ResourceKind.ROLLOUT_POLICY,
            Policy.class, ResourceKind.POLICY);

    private Kinds() {}

    static ResourceKind of(Class<? extends Resource> type) {
        ResourceKind kind = KINDS.get(type);
        if (kind == null) {
            throw new IllegalArgumentException("type: " + type + " (expected: the record of a kind)");
        }
        return kind;
    }
}
