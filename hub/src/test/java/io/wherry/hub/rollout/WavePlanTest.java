package io.wherry.hub.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Selector;
import io.wherry.hub.resource.Wave;
import io.wherry.hub.resource.Wave.Size;
import io.wherry.hub.rollout.WavePlan.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who goes in which wave. */
class WavePlanTest {
    @Test
    void oneThenATwentiethThenAQuarterThenTheRest() {
        assertThat(sizes(RolloutPolicy.DEFAULT_WAVES, 100)).containsExactly(1, 4, 20, 75);
        assertThat(sizes(RolloutPolicy.DEFAULT_WAVES, 1000)).containsExactly(1, 49, 200, 750);
        assertThat(sizes(RolloutPolicy.DEFAULT_WAVES, 3)).containsExactly(1, 0, 0, 2);
        assertThat(sizes(RolloutPolicy.DEFAULT_WAVES, 1)).containsExactly(1, 0, 0, 0);
    }

    @Test
    void aWaveByLabelsTakesThoseAlone() {
        List<Wave> waves = List.of(new Wave("lab", new Size.Selected(Selector.parse("ring=lab")), false), canary());

        Map<AgentId, Integer> plan = WavePlan.of(
                TestRollouts.policy(waves),
                List.of(candidate("a", "shop", true), candidate("b", "lab", true), candidate("c", "shop", true)));

        assertThat(plan).containsEntry(id("b"), 0).containsEntry(id("a"), 1).containsEntry(id("c"), 2);
    }

    @Test
    void whoIsHeardGoesFirst() {
        Map<AgentId, Integer> plan = WavePlan.of(
                TestRollouts.policy(List.of(canary())),
                List.of(candidate("a", "shop", false), candidate("b", "shop", true)));

        assertThat(plan).containsEntry(id("b"), 0).containsEntry(id("a"), 1);
    }

    private static Wave canary() {
        return new Wave("canary", new Size.Count(1), false);
    }

    private static List<Integer> sizes(List<Wave> waves, int targets) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            candidates.add(candidate("site-" + i, "shop", true));
        }
        List<Integer> sizes = new ArrayList<>();
        Map<AgentId, Integer> plan = WavePlan.of(TestRollouts.policy(waves), candidates);
        for (int wave = 0; wave <= waves.size(); wave++) {
            int index = wave;
            sizes.add((int) plan.values().stream().filter(of -> of == index).count());
        }
        return sizes;
    }

    private static Candidate candidate(String name, String ring, boolean heard) {
        return new Candidate(
                id(name), new Agent(Metadata.of(name, Map.of("ring", ring)), new TreeMap<>(), false), heard);
    }

    private static AgentId id(String name) {
        return TestRollouts.id(name);
    }
}
