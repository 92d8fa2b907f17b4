package io.wherry.hub.sync;

import io.wherry.base.Listed;
import io.wherry.contract.AgentId;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.status.StatusReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a rollout stands, in a sentence. Pure. */
final class RolloutWords {
    /** Targets named for each wave of a plan. */
    private static final int MAX_NAMED = 3;

    private RolloutWords() {}

    /** Like {@code rollout policy careful: wave canary 1 target (oslo-1), rest 12 targets (bergen-1, bergen-2, bergen-3 and 9 more)}. */
    static String waves(RolloutPolicy policy, Map<AgentId, Integer> waves, Collection<Member> members) {
        List<String> words = new ArrayList<>();
        for (int wave = 0; wave < policy.waveCount(); wave++) {
            int index = wave;
            List<String> names = members.stream()
                    .filter(member -> waves.getOrDefault(member.id(), -1) == index)
                    .map(Member::name)
                    .sorted()
                    .toList();
            if (!names.isEmpty()) {
                words.add(policy.waveName(wave) + " " + names.size() + (names.size() == 1 ? " target (" : " targets (")
                        + Listed.of(names, MAX_NAMED) + ")");
            }
        }
        return "rollout policy " + policy.name() + ": wave " + String.join(", ", words);
    }

    /** What keeps back the targets that have not had their turn; empty if nothing does. */
    static Optional<OfferDecision.Partly> held(Rollout rollout) {
        return switch (rollout.state()) {
            case RUNNING, SOAKING -> partly(StatusReason.ROLLING_OUT, rollout);
            case GATED -> partly(StatusReason.ROLLOUT_GATED, rollout);
            case PAUSED -> partly(StatusReason.ROLLOUT_PAUSED, rollout);
            case REVERTING -> partly(StatusReason.ROLLOUT_REVERTING, rollout);
            case REVERTED -> partly(StatusReason.ROLLOUT_REVERTED, rollout);
            case ABORTED -> partly(StatusReason.ROLLOUT_ABORTED, rollout);
            case STRAGGLING, SUCCEEDED, SUPERSEDED -> Optional.empty();
        };
    }

    private static Optional<OfferDecision.Partly> partly(StatusReason reason, Rollout rollout) {
        return Optional.of(new OfferDecision.Partly(reason, sentence(rollout)));
    }

    /** Like {@code rollout 3, wave few (2 of 4): watched for 10m}. */
    static String sentence(Rollout rollout) {
        String what =
                switch (rollout.state()) {
                    case SOAKING -> "all there; watched for a while";
                    case RUNNING, GATED, PAUSED, STRAGGLING, REVERTING, REVERTED, SUPERSEDED, ABORTED ->
                        rollout.detail();
                    case SUCCEEDED -> "all targets have it and are healthy";
                };
        return "rollout " + rollout.number() + wave(rollout) + (what.isEmpty() ? "" : ": " + what);
    }

    private static String wave(Rollout rollout) {
        return rollout.wave() < 0
                ? ""
                : ", wave " + rollout.policy().waveName(rollout.wave()) + " (" + (rollout.wave() + 1) + " of "
                        + rollout.policy().waveCount() + ")";
    }
}
