package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.fleet.AgentRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits far above the figures of docs/benchmarks.md: they catch what is wrong by an order of magnitude on a busy machine. */
@Tag("long")
class SyncSpeedTest {
    private static final int STACKS = 1000;

    @TempDir
    Path folder;

    @Test
    void aThousandStacksOfOneRepositoryAndThenOnePath() {
        try (SyncFixture hub = new SyncFixture(folder)) {
            hub.source();
            List<AgentRecord> agents = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                agents.add(hub.join("site-" + i, Map.of("site", "s" + i)));
            }
            Map<String, String> files = new HashMap<>();
            StringBuilder stacks = new StringBuilder();
            for (int i = 0; i < STACKS; i++) {
                files.put(
                        "stacks/s" + i + "/compose.yaml",
                        "services: {web: {image: 'shop:1', environment: {N: '" + i + "'}}}\n");
                stacks.append("""
                        ---
                        apiVersion: wherry.io/v1alpha1
                        kind: Stack
                        metadata: {name: s%d}
                        spec: {sourceRef: main, path: stacks/s%d, format: compose, targets: [{agentSelector: {matchLabels: {site: s%d}}}]}
                        """.formatted(i, i, i % agents.size()));
            }
            hub.apply(stacks.toString());
            hub.origin.commit("all", files);

            Duration first = taken(hub::check);
            hub.origin.commit("one", Map.of("stacks/s500/compose.yaml", "services: {web: {image: 'shop:2'}}\n"));
            Duration second = taken(hub::check);

            System.getLogger("bench")
                    .log(
                            System.Logger.Level.INFO,
                            "1,000 stacks: " + first.toMillis() + " ms, one path: " + second.toMillis() + " ms");
            assertThat(hub.entry(agents.get(0), "s500").generation()).isEqualTo(2);
            assertThat(hub.entry(agents.get(0), "s520").generation()).isEqualTo(1);
        }
    }

    private static Duration taken(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
