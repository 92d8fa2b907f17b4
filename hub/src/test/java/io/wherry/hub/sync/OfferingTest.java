package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told who asks for a sync that moves nothing. */
class OfferingTest {
    private static final String WEB = "services: {web: {image: 'shop:1'}}\n";

    @TempDir
    Path folder;

    private SyncFixture hub;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        hub.join("north", Map.of("app", "yes", "folder", "a"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private OperationResult sync() {
        return hub.operations.sync("shop", false, SyncFixture.ADA);
    }

    private static String message(OperationResult result) {
        return ((OperationResult.Done) result).message();
    }

    @Test
    void aNameThatIsNobodysIsToldWithTheOneThatIsNearlyIt() {
        hub.stack("shop", "shop", "");
        assertThat(hub.operations.sync("shp", false, SyncFixture.ADA))
                .isEqualTo(new OperationResult.NotFound("stack shp does not exist (did you mean \"shop\"?)"));
        assertThat(hub.operations.remove("shop", "nort", false, SyncFixture.ADA))
                .isEqualTo(new OperationResult.NotFound("agent nort does not exist (did you mean \"north\"?)"));
        assertThat(hub.operations.delete("till", false, SyncFixture.ADA, stored -> {}))
                .isEqualTo(new OperationResult.NotFound("stack till does not exist"));
    }

    @Test
    void aStackThatCannotBeRenderedIsNotInSync() {
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("good", Map.of("shop/compose.yaml", WEB));
        assertThat(message(sync())).isEqualTo("is in sync");

        hub.commitAndCheck("bad", Map.of("shop/compose.yaml", "services: {web: {imag: x}}\n"));

        assertThat(sync()).isInstanceOfSatisfying(OperationResult.Blocked.class, blocked -> {
            assertThat(blocked.reason()).isEqualTo("RenderFailed");
            assertThat(blocked.message()).contains("shop/compose.yaml:1:");
        });
    }

    @Test
    void aStackThatNoAgentMatchesIsNotInSync() {
        hub.commitAndCheck("good", Map.of("shop/compose.yaml", WEB));
        hub.apply("""
            apiVersion: wherry.io/v1alpha1
            kind: Stack
            metadata: {name: shop}
            spec: {sourceRef: main, path: shop, format: compose, targets: [{agentSelector: app=no}]}
            """);
        hub.sync.fleetChanged();

        assertThat(message(sync())).isEqualTo("has nobody to go to: no agent matches its targets");
    }

    @Test
    void whoIsInSyncAndWhoKeepsWhatItHasAreToldApart() {
        hub.join("south", Map.of("app", "yes"));
        hub.stack("shop", "${agent.labels.folder}", "");
        hub.commitAndCheck("good", Map.of("a/compose.yaml", WEB));

        assertThat(message(sync()))
                .startsWith("is in sync; others keep what they have: ")
                .contains("south");
    }
}
