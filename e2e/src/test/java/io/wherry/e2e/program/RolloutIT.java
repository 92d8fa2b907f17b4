package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** New content goes to two sites with an engine each, in waves: a bad commit ends at the first. */
class RolloutIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("north");

    private static final String POLICY = """
            apiVersion: wherry.io/v1alpha1
            kind: RolloutPolicy
            metadata: {name: careful}
            spec:
              waves: [{name: canary, agentSelector: site=north}]
              maxFailures: 1
              soak: 0s
            ---
            """;

    @Test
    void aBadCommitStopsAtTheCanaryAndAFixGoesToAll() throws Exception {
        try (OwnEngine engine =
                OwnEngine.start(Files.createDirectory(fleet.folder().resolve("own")), fleet.programs())) {
            fleet.agent("south", engine.socket());
            fleet.join("south");
            App shop = fleet.app("waves");
            String red = shop.commit(App.web("red"));
            fleet.operator()
                    .applies(POLICY + shop.source() + "---\n"
                            + shop.stack("rolloutPolicyRef: careful")
                                    .replace("agentSelector: site=north", "agentSelector: 'site in (north,south)'"))
                    .ok();
            shop.healthyAt(red);
            assertThat(newest(shop).string("state")).isEqualTo("succeeded");

            shop.push(App.broken("blue"));
            shop.says("RolloutPaused");

            assertThat(shop.colour()).isEqualTo("red"); // it went back by itself
            Json.Obj paused = newest(shop);
            assertThat(progress(paused)).containsExactly("north failed", "south queued");
            assertThat(paused.string("hint")).isEqualTo("wherry rollout resume " + shop.name());
            assertThat(fleet.operator().does("rollout", "status", shop.name()).out())
                    .contains("1 of 2 targets failed: north", "> canary", "next: wherry rollout resume");

            String green = shop.push(App.web("green"));
            shop.healthyAt(green);

            assertThat(shop.colour()).isEqualTo("green");
            assertThat(progress(newest(shop))).containsExactly("north succeeded", "south succeeded");
            assertThat(fleet.operator().does("rollout", "history", shop.name()).lines())
                    .hasSize(4)
                    .anyMatch(line -> line.contains("superseded"));
        }
    }

    private static Json.Obj newest(App app) throws Exception {
        return fleet.operator()
                .does("rollout", "status", app.name(), "-o", "json")
                .json();
    }

    private static List<String> progress(Json.Obj rollout) {
        return rollout.objects("targets").stream()
                .map(target -> target.string("agent") + " " + target.string("progress"))
                .sorted()
                .toList();
    }
}
