package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Outcome;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.TargetSight;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two tills at each of two sites: of each site one is away at a time. */
class RolloutGroupsTest extends OnARollout {
    private AgentRecord bergen1;
    private AgentRecord bergen2;
    private AgentRecord oslo1;
    private AgentRecord oslo2;

    @BeforeEach
    void fourTillsRunTheFirstCommit() {
        bergen1 = hub.join("bergen-1", labels("bergen"));
        bergen2 = hub.join("bergen-2", labels("bergen"));
        oslo1 = hub.join("oslo-1", labels("oslo"));
        oslo2 = hub.join("oslo-2", labels("oslo"));
        begin("waves: [], soak: 0s, maxFailures: 3, groupBy: site", bergen1, bergen2, oslo1, oslo2);
    }

    @Test
    void oneOfEachSiteIsAwayAtATime() {
        commit("2");

        assertThat(generations()).containsExactly(2L, 1L, 2L, 1L);
        assertThat(messages())
                .containsEntry(
                        "bergen-2",
                        "waits for its group site=bergen, of which 1 may be away at a time: bergen-1 is at work");

        healthy(oslo1);
        advance();
        assertThat(generations()).containsExactly(2L, 1L, 2L, 2L);

        healthy(bergen1);
        advance();
        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
        List.of(bergen2, oslo2).forEach(this::healthy);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aSiteWithATillThatIsNotWellKeepsItsOtherTillsAndHoldsUpNobodyElse() {
        commit("2");
        hub.report(bergen1, "shop", Outcome.UNHEALTHY, "web exits with 1");
        healthy(oslo1);
        advance();
        healthy(oslo2);
        advance();

        assertThat(generations()).containsExactly(2L, 1L, 2L, 2L);
        assertThat(newest().rollout().state()).isEqualTo(State.STRAGGLING);
        assertThat(newest().message()).contains("bergen-2 (waits for its group site=bergen");

        healthy(bergen1);
        advance();
        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
    }

    @Test
    void theLabelsAreThoseOfTheMoment() {
        commit("2");
        assertThat(generations()).containsExactly(2L, 1L, 2L, 1L);

        hub.put(new Agent(Metadata.of("bergen-2", labels("stavanger")), new TreeMap<>(), false));
        hub.sync.fleetChanged();
        advance();

        assertThat(generations()).containsExactly(2L, 2L, 2L, 1L);
    }

    private static Map<String, String> labels(String site) {
        return Map.of("app", "yes", "site", site);
    }

    private Map<String, String> messages() {
        Map<String, String> messages = new TreeMap<>();
        for (TargetSight target : newest().targets()) {
            messages.put(target.name(), target.message());
        }
        return messages;
    }
}
