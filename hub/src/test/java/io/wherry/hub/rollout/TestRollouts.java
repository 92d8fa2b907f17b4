package io.wherry.hub.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.hub.resource.GroupBudget;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.RolloutPolicy.OnFailure;
import io.wherry.hub.resource.Share;
import io.wherry.hub.resource.Wave;
import io.wherry.hub.resource.Wave.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rollouts for tests without a hub. */
final class TestRollouts {
    static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    static final Duration SOAK = Duration.ofMinutes(10);

    private TestRollouts() {}

    static AgentId id(String name) {
        return new AgentId(String.format(Locale.ROOT, "%026d", name.hashCode() & Integer.MAX_VALUE));
    }

    /** Watches each wave for {@link #SOAK}, and stops at the second failure. */
    static RolloutPolicy policy(List<Wave> waves) {
        return policy(waves, Optional.empty());
    }

    static RolloutPolicy policy(List<Wave> waves, Optional<GroupBudget> budget) {
        return policy(waves, OnFailure.PAUSE, budget);
    }

    /** Takes back what it brought if it fails. */
    static RolloutPolicy reverting(List<Wave> waves) {
        return policy(waves, OnFailure.REVERT_ALL, Optional.empty());
    }

    private static RolloutPolicy policy(List<Wave> waves, OnFailure onFailure, Optional<GroupBudget> budget) {
        return new RolloutPolicy(
                Metadata.of("careful"),
                waves,
                3,
                new Share(2, false),
                new Share(50, true),
                SOAK,
                Duration.ofHours(1),
                onFailure,
                budget,
                0);
    }

    static Wave wave(String name, int targets, boolean gated) {
        return new Wave(name, new Size.Count(targets), gated);
    }

    static Rollout begin(RolloutPolicy policy) {
        return Rollout.begin(new StackId("0".repeat(26)), 1, policy, NOON, "ada", 0);
    }

    static Digest content() {
        return Digest.of("content".getBytes(UTF_8));
    }
}
