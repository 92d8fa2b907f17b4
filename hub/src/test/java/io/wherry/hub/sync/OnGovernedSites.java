package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.status.StackStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A stack goes to a site in the lab and to one in production, both run its first commit, and policies govern production. */
abstract class OnGovernedSites {
    private static final Map<String, String> APP = Map.of("app", "yes");

    @TempDir
    Path folder;

    SyncFixture hub;
    AgentRecord lab;
    AgentRecord prod;

    @BeforeEach
    void bothSitesRunTheFirstCommit() {
        hub = new SyncFixture(folder);
        hub.source();
        lab = hub.join("lab", "lab", APP, Map.of());
        prod = hub.join("prod", "production", APP, Map.of());
        hub.stack("shop", "shop", "");
        commit("1");
        healthy();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    final void policy(String name, String rules) {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Policy
                metadata: {name: %s}
                spec: {agentSelector: environment=production, %s}
                """.formatted(name, rules));
        hub.sync.fleetChanged();
    }

    final void delete(String policy) {
        hub.fleet.database.run(handle -> hub.fleet.resources.delete(handle, ResourceKind.POLICY, policy));
        assertThat(hub.fleet.resources.find(Policy.class, policy)).isEmpty();
        hub.sync.fleetChanged();
    }

    final String commit(String tag) {
        return image("shop:" + tag);
    }

    final String image(String image) {
        return hub.commitAndCheck(image, Map.of("shop/compose.yaml", "services: {web: {image: '" + image + "'}}\n"));
    }

    final void healthy() {
        List.of(lab, prod).forEach(agent -> hub.report(agent, "shop", Outcome.HEALTHY));
    }

    final List<Long> generations() {
        return List.of(lab, prod).stream()
                .map(agent -> hub.entry(agent, "shop").generation())
                .toList();
    }

    final StackStatus status() {
        return hub.status.stack(StackId.parse(hub.stored("shop").uid()), "shop");
    }
}
