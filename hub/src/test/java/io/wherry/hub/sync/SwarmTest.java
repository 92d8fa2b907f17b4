package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Features;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack for a swarm goes to managers that know of it, and to nobody else. */
class SwarmTest {
    private static final String COMPOSE = "services: {web: {image: 'shop:%d', deploy: {mode: global}}}";

    @TempDir
    Path folder;

    private SyncFixture hub;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.joinManager("manager");
        hub.join("single", Map.of("app", "yes"));
        hub.joinOlder("old", List.of(Features.COMPOSE, Features.SITE_VARIABLES));
        hub.source();
        hub.stack("shop", "shop", "sync: {mode: manual}\ncompose: {mode: swarm}\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", COMPOSE.formatted(1)));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private StackPlan.TargetPlan target(String name) {
        return hub.operations.plan("shop").orElseThrow().targets().stream()
                .filter(target -> target.agentName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPlanRefusesByNameWhoCannotHaveIt() {
        assertThat(target("manager").problem()).isEmpty();
        assertThat(target("single").problem().orElseThrow())
                .startsWith("SwarmManagerMissing: the Docker engine of single is no manager of a swarm");
        assertThat(target("old").problem().orElseThrow())
                .startsWith("AgentTooOld: old does not understand " + Features.SWARM);
    }

    @Test
    void theModeCannotChangeWhileItRuns() {
        hub.operations.sync("shop", false, SyncFixture.ADA);
        assertThat(target("manager").problem()).isEmpty();

        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", "services: {web: {image: 'shop:2'}}"));

        assertThat(target("manager").problem().orElseThrow()).startsWith("ModeFixed: runs at manager in a swarm");
        assertThat(target("single").problem()).isEmpty();
    }
}
