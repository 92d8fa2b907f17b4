package io.wherry.hub.resource;

import io.wherry.base.Durations;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a stack is applied at its sites.
 *
 * @param prune     what disappeared from the files is removed at the sites; true unless given
 * @param dependsOn stacks that must be healthy at the same agent first
 * @param suspend   true: nothing applied, nothing corrected, still observed
 * @param rolloutPolicyRef the policy by which new content goes to the targets; empty: to all at once
 */
public record ApplySpec(
        SyncSpec sync,
        boolean prune,
        Health health,
        List<String> dependsOn,
        boolean suspend,
        Optional<String> rolloutPolicyRef) {
    public static final ApplySpec DEFAULT =
            new ApplySpec(SyncSpec.DEFAULT, true, Health.DEFAULT, List.of(), false, Optional.empty());

    /** A longer list is a sign that the stacks want to be one. */
    private static final int MAX_DEPENDENCIES = 32;

    public ApplySpec {
        dependsOn = dependsOn.stream().distinct().toList();
        dependsOn.forEach(name -> Names.requireName("dependsOn", name));
        rolloutPolicyRef.ifPresent(name -> Names.requireName("rolloutPolicyRef", name));
        if (dependsOn.size() > MAX_DEPENDENCIES) {
            throw new IllegalArgumentException(
                    "dependsOn: " + dependsOn.size() + " (expected: at most " + MAX_DEPENDENCIES + ")");
        }
    }

    /** What an unhealthy release leads to. */
    public enum OnUnhealthy {
        ROLLBACK("rollback"),
        HOLD("hold");

        private final String word;

        OnUnhealthy(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * When a release counts as healthy.
     *
     * @param observe how long a service without a health check must run without a restart; 10 s unless given, 0 s to 1 h
     * @param timeout how long it may take from the start; 5 min unless given, 10 s to 24 h
     */
    public record Health(Duration observe, Duration timeout, OnUnhealthy onUnhealthy) {
        public static final Health DEFAULT =
                new Health(Duration.ofSeconds(10), Duration.ofMinutes(5), OnUnhealthy.ROLLBACK);

        public Health {
            Spans.require("observe", observe, Duration.ZERO, Duration.ofHours(1));
            Spans.require("healthTimeout", timeout, Duration.ofSeconds(10), Duration.ofHours(24));
        }
    }

    void put(Json.Builder json) {
        json.put("sync", sync.toJson())
                .put("prune", prune)
                .put("observe", Durations.format(health.observe()))
                .put("healthTimeout", Durations.format(health.timeout()))
                .put("onUnhealthy", health.onUnhealthy().word())
                .put("dependsOn", dependsOn)
                .put("suspend", suspend)
                .putIf("rolloutPolicyRef", rolloutPolicyRef);
    }
}
