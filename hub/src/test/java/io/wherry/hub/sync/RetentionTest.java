package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Outcome;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    @TempDir
    Path folder;

    @Test
    void keepsTenRevisionsAndWhateverAnAgentRuns() {
        try (SyncFixture hub = new SyncFixture(folder)) {
            hub.source();
            AgentRecord north = hub.join("north", Map.of("app", "yes"));
            hub.stack("shop", "shop", "");
            List<Digest> bundles = new ArrayList<>();
            for (int i = 1; i <= 13; i++) {
                hub.commitAndCheck(
                        "commit " + i, Map.of("shop/compose.yaml", "services: {web: {image: 'shop:" + i + "'}}\n"));
                bundles.add(hub.entry(north, "shop").bundle().orElseThrow().digest());
                if (i == 1) {
                    hub.report(
                            north, "shop", Outcome.APPLIED); // and it was not heard of since: it may still run this one
                }
            }
            hub.fleet.clock.advance(Duration.ofHours(2));

            hub.sync.collect();

            assertThat(hub.operations.history("shop").orElseThrow()).hasSize(RevisionRepository.KEPT_PER_STACK);
            assertThat(bundles.stream().map(hub.bundles::has).toList())
                    .containsExactly(true, false, false, true, true, true, true, true, true, true, true, true, true);
        }
    }

    @Test
    void aRevisionThatAnAgentHasStaysInTheHistory() {
        try (SyncFixture hub = new SyncFixture(folder)) {
            hub.source();
            hub.join("north", Map.of("app", "yes"));
            AgentRecord south = hub.join("south", Map.of("app", "yes"));
            hub.stack("shop", "shop", "");
            for (int i = 1; i <= 13; i++) {
                hub.commitAndCheck(
                        "commit " + i, Map.of("shop/compose.yaml", "services: {web: {image: 'shop:" + i + "'}}\n"));
                hub.putAll(List.of(new Agent(Metadata.of("south", Map.of("app", "no")), new TreeMap<>(), false)));
            }

            assertThat(hub.entry(south, "shop").generation())
                    .as("detached since the first")
                    .isEqualTo(1);
            assertThat(hub.operations.history("shop").orElseThrow())
                    .extracting(HistoryEntry::number)
                    .containsExactly(13L, 12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 1L);
        }
    }
}
