package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Features;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person should know of files that can be rendered stands in the plan. */
class PlanWarningsTest {
    private static final String WARNING =
            "warning: shop/a.yaml:4:7: Secret/default/s holds its values in the repository (whoever can read the repository can read them)";

    @TempDir
    Path folder;

    private SyncFixture hub;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        hub.joinOlder("cluster", Features.UNDERSTOOD_ON_KUBERNETES);
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec: {sourceRef: main, path: shop, format: kubernetes, targets: [{agentSelector: {matchLabels: {app: "yes"}}}]}
                """);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private void commit(String more) {
        hub.commitAndCheck(
                more,
                Map.of("shop/a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {" + more + "}\n"));
    }

    @Test
    void aSecretWithValuesIsWarnedOfWithItsPlaceForAsLongAsItHasThem() {
        commit("word: Y2FuYXJ5");
        assertThat(hub.operations.plan("shop").orElseThrow().notes()).containsExactly(WARNING);

        hub.start(); // a hub that was restarted, and renders nothing anew
        hub.check();
        assertThat(hub.operations.plan("shop").orElseThrow().notes()).containsExactly(WARNING);

        commit("");
        assertThat(hub.operations.plan("shop").orElseThrow().notes()).isEmpty();
    }
}
