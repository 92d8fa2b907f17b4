package io.wherry.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.hubclient.TestHubServer;
import io.wherry.agent.reconcile.TestHubKeys.Rotated;
import io.wherry.agent.reconcile.TestSite;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S8 at the agent: roots come from a real server over TLS, and only those that the chain proves are trusted. */
class RootFollowerTest {
    private static TestCertificates certificates;

    @TempDir
    Path folder;

    private final List<byte[]> chain = new ArrayList<>();
    private TestSite site;
    private TestHubServer server;
    private HubClient hub;
    private RootFollower follower;

    @BeforeAll
    static void make() throws Exception {
        certificates = new TestCertificates();
    }

    @BeforeEach
    void start() throws Exception {
        site = new TestSite(folder);
        server = new TestHubServer(certificates.server, certificates.device);
        Hubs hubs =
                new Hubs(Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(Map.of()), InstantSource.system());
        hub = new HubClient(
                hubs.links(() -> List.of(server.address()), Optional.of(certificates.device)), 1, new byte[16]);
        follower = new RootFollower(site.state, hub);
        chain.add(site.hub.rootEnvelope);
        Rotated newest = site.hub.rotate(site.hub.root, site.hub.rootKey);
        for (int i = 0; i < 9; i++) {
            chain.add(newest.envelope());
            newest = site.hub.rotate(newest.root(), newest.key());
        }
        server.roots = List.copyOf(chain);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
        server.close();
        site.close();
    }

    @Test
    void followsEveryStepAndKeepsItOverARestart() {
        follower.follow(10);
        assertThat(site.state.root().version()).isEqualTo(10);
        site.restart();
        assertThat(site.state.root().version()).isEqualTo(10);
        assertThat(site.state.rootChain()).hasSize(10);
    }

    @Test
    void aSkippedStepIsRefusedAndThePresentRootStays() {
        chain.remove(4);
        server.roots = List.copyOf(chain);
        follower.follow(10);
        assertThat(site.state.root().version()).isEqualTo(1);
    }

    @Test
    void aHubThatPromisesMoreThanItHasEndsTheWay() {
        follower.follow(11);
        assertThat(site.state.root().version()).isEqualTo(10);
    }

    @Test
    void whoHasOnlyAnOldRootKeyLeadsNobodyAway() {
        follower.follow(10);
        chain.add(site.hub.rotate(site.state.root(), site.hub.rootKey).envelope());
        server.roots = List.copyOf(chain);
        follower.follow(11);
        assertThat(site.state.root().version()).isEqualTo(10);
    }
}
