package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Wave.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which target goes in which wave. Pure. */
public final class WavePlan {
    private WavePlan() {}

    /** @param heard whether it can be expected to answer: of a wave that takes any target these go first */
    public record Candidate(AgentId id, Agent agent, boolean heard) {}

    /** The wave of each target, from 0. Those that no wave takes are in the last one. */
    public static Map<AgentId, Integer> of(RolloutPolicy policy, List<Candidate> targets) {
        List<Candidate> left = new ArrayList<>(targets);
        left.sort(Comparator.comparing((Candidate target) -> !target.heard())
                .thenComparing(target -> target.agent().name()));
        Map<AgentId, Integer> waves = new LinkedHashMap<>();
        for (int wave = 0; wave < policy.waves().size(); wave++) {
            for (Candidate taken : take(policy.waves().get(wave).size(), left, targets.size())) {
                waves.put(taken.id(), wave);
                left.remove(taken);
            }
        }
        left.forEach(target -> waves.put(target.id(), policy.waves().size()));
        return waves;
    }

    private static List<Candidate> take(Size size, List<Candidate> left, int all) {
        return switch (size) {
            case Size.Count(int targets) -> first(left, targets);
            case Size.UpTo(int percent) -> first(left, Math.ceilDiv(all * percent, 100) - (all - left.size()));
            case Size.Selected(var selector) ->
                left.stream().filter(target -> selector.matches(target.agent())).toList();
        };
    }

    private static List<Candidate> first(List<Candidate> left, int count) {
        return List.copyOf(left.subList(0, Math.clamp(count, 0, left.size())));
    }
}
