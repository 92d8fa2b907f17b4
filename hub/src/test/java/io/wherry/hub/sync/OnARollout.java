package io.wherry.hub.sync;

import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.status.StackStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A stack {@code shop} at some sites, which goes to them by a rollout policy. */
abstract class OnARollout {
    static final Map<String, String> APP = Map.of("app", "yes");
    static final String BY_POLICY = "rolloutPolicyRef: careful\n";

    @TempDir
    Path folder;

    SyncFixture hub;
    private List<AgentRecord> sites = List.of();

    @BeforeEach
    void openHub() {
        hub = new SyncFixture(folder);
        hub.source();
    }

    @AfterEach
    void closeHub() {
        hub.close();
    }

    AgentRecord join(String name) {
        return hub.join(name, "lab", APP, Map.of());
    }

    /** All of them run the first commit, and what comes goes by the policy. */
    void begin(String policy, AgentRecord... all) {
        sites = List.of(all);
        hub.stack("shop", "shop", "");
        commit("1");
        sites.forEach(this::healthy);
        policy(policy);
        hub.stack("shop", "shop", BY_POLICY);
        hub.sync.fleetChanged();
    }

    void policy(String spec) {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: RolloutPolicy
                metadata: {name: careful}
                spec: {%s}
                """.formatted(spec));
    }

    void commit(String tag) {
        hub.commitAndCheck(tag, Map.of("shop/compose.yaml", "services: {web: {image: 'shop:" + tag + "'}}\n"));
    }

    void healthy(AgentRecord agent) {
        hub.report(agent, "shop", Outcome.HEALTHY);
    }

    /** What the loop does. */
    void advance() {
        hub.sync.advanceRollouts();
    }

    List<Long> generations() {
        return sites.stream()
                .map(agent -> hub.entry(agent, "shop").generation())
                .toList();
    }

    StackStatus status() {
        return hub.status.stack(StackId.parse(hub.stored("shop").uid()), "shop");
    }

    RolloutReport newest() {
        return history(0);
    }

    RolloutReport history(int index) {
        return hub.rollouts.history("shop").orElseThrow().get(index);
    }
}
