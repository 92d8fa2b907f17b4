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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model asks for that earlier agents do not carry out: they are not offered it, by name. */
class ModelFeaturesTest {
    @TempDir
    Path folder;

    private SyncFixture hub;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.join("new", Map.of("app", "yes"));
        hub.joinOlder("old", List.of(Features.COMPOSE, Features.SITE_VARIABLES));
        hub.source();
        hub.stack("shop", "shop", "sync: {mode: manual}\n");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deploy: {update_config: {order: start-first}} | start-first.v1",
                "post_start: [{command: date}] | lifecycle-hooks.v1",
                "pre_stop: [{command: date}] | lifecycle-hooks.v1",
                "platform: linux/arm64 | platform.v1",
                "volumes: [{type: image, source: 'data:1', target: /data}] | image-mounts.v1",
                "deploy: {mode: global} | deploy-mode.v1",
                "pull_policy: daily | pull-age.v1",
                "pull_policy: every_12h | pull-age.v1",
            })
    void anOlderAgentIsRefusedByTheNameOfTheFeature(String attribute, String feature) {
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1', " + attribute + "}}"));

        assertThat(target("old").problem().orElseThrow()).startsWith("AgentTooOld: old does not understand " + feature);
        assertThat(target("new").problem()).isEmpty();
    }

    @Test
    void anOlderAgentIsRefusedAnOwnerOfAConfig() {
        String compose =
                "services: {web: {image: 'shop:1', configs: [{source: c, mode: %s}]}}%nconfigs: {c: {content: x}}%n";
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", compose.formatted("0555")));

        assertThat(target("old").problem().orElseThrow())
                .startsWith("AgentTooOld: old does not understand owned-configs.v1");
        assertThat(target("new").problem()).isEmpty();

        hub.commitAndCheck("two", Map.of("shop/compose.yaml", compose.formatted("0444")));
        assertThat(target("old").problem()).isEmpty();
    }

    @Test
    void aModelWithoutThemGoesToAnOlderAgentToo() {
        hub.commitAndCheck(
                "one",
                Map.of(
                        "shop/compose.yaml",
                        "services: {web: {image: 'shop:1', pre_stop: [], deploy: {update_config: {order: stop-first}}}}"));

        assertThat(target("old").problem()).isEmpty();
    }

    @Test
    void aPlanNamesWhatIsStoppedFirstAlthoughItAsksForStartFirst() {
        String compose =
                "services: {web: {image: 'shop:%d', ports: ['8080:80'], deploy: {update_config: {order: start-first}}}}";
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", compose.formatted(1)));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", compose.formatted(2)));

        assertThat(target("new").notes())
                .containsExactly("service/web is stopped before the next one starts, because it publishes port 8080");
    }
}
