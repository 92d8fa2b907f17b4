package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Entry;
import io.wherry.hub.fleet.AgentRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people started at a site is taken over only by agents that know how, and only where the stack says so. */
class AdoptTest {
    private static final Map<String, String> APP = Map.of("app", "yes");
    private static final Map<String, String> WEB =
            Map.of("shop/compose.yaml", "services: {web: {image: \"shop:1\"}}\n");

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord north;

    @BeforeEach
    void open() {
        hub = new SyncFixture(folder);
        hub.source();
        north = hub.join("north", APP);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void theEntrySaysSoAndAStackThatStopsSayingItKeepsItsGeneration() {
        hub.stack("shop", "shop", "compose: {adopt: true}");
        hub.commitAndCheck("first", WEB);
        Entry first = hub.entry(north, "shop");
        assertThat(first.options().adopt()).isTrue();

        hub.stack("shop", "shop", "");
        hub.sync.fleetChanged();

        Entry then = hub.entry(north, "shop");
        assertThat(then.options().adopt()).isFalse();
        assertThat(then.generation()).isEqualTo(first.generation());
    }

    @Test
    void anAgentThatDoesNotKnowHowKeepsWhatItHasAndIsNotAsked() {
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", WEB);
        hub.fleet.agents.noteFacts(north.id(), SyncFixture.facts("north", "", List.of("compose.v1")), "older");

        hub.stack("shop", "shop", "compose: {adopt: true}");
        hub.sync.fleetChanged();

        assertThat(hub.entry(north, "shop").options().adopt()).isFalse();
        assertThat(hub.operations
                        .plan("shop")
                        .orElseThrow()
                        .targets()
                        .getFirst()
                        .problem()
                        .orElseThrow())
                .startsWith("AgentTooOld: north does not understand adopt.v1");
    }

    @Test
    void aPlanNamesWhatToAskTheSiteAboutUntilItHasIt() {
        hub.stack("shop", "shop", "compose: {adopt: true}\nsync: {mode: manual}");
        hub.commitAndCheck("first", WEB);

        StackPlan.TakeOver asked = takeOver().orElseThrow();
        assertThat(asked.project()).isEqualTo("shop");
        assertThat(asked.model().object("services").fields()).containsOnlyKeys("web");

        hub.operations.sync("shop", false, SyncFixture.ADA);
        assertThat(takeOver()).isEmpty();
    }

    @Test
    void aPlanOfAStackThatTakesNothingOverAsksNobody() {
        hub.stack("shop", "shop", "sync: {mode: manual}");
        hub.commitAndCheck("first", WEB);

        assertThat(takeOver()).isEmpty();
    }

    private Optional<StackPlan.TakeOver> takeOver() {
        return hub.operations.plan("shop").orElseThrow().targets().getFirst().takeOver();
    }
}
