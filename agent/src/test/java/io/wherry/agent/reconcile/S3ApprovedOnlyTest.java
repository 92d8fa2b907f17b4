package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.hubclient.TestHubServer;
import io.wherry.agent.trust.RootFollower;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.StackId;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S3 at a site: its trust root asks for approvers, and the hub serves over TLS what it alone has signed. */
class S3ApprovedOnlyTest {
    private static final StackId SHOP = StackId.parse("sh0p00000000000000000000a1");

    @TempDir
    Path folder;

    private final KeyPair ada = TestHubKeys.pair();
    private final KeyPair bob = TestHubKeys.pair();
    private TestSite site;
    private TestHubServer server;
    private HubClient hub;

    /** The first generation runs, signed by the hub alone; then the root asks for two people. */
    @BeforeEach
    void start() throws Exception {
        TestCertificates certificates = new TestCertificates();
        site = new TestSite(folder.resolve("site"));
        server = new TestHubServer(certificates.server, certificates.device);
        Hubs hubs =
                new Hubs(Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(Map.of()), InstantSource.system());
        hub = new HubClient(
                hubs.links(() -> List.of(server.address()), Optional.of(certificates.device)), 1, new byte[16]);
        site.judging(hub);
        site.assign(generation(1));
        site.settle(SHOP);
        assertThat(site.runtime.running).containsEntry(SHOP, 1L);
        server.roots = List.of(site.hub.rootEnvelope, site.hub.approvers("test", 2, ada, bob));
        new RootFollower(site.state, hub).follow(2);
        assertThat(site.state.root().version()).isEqualTo(2);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
        server.close();
        site.close();
    }

    /** The hub has it too, signed as it is here: by its own release key. */
    private Entry generation(long number) {
        return served(site.entry(SHOP, "shop", number, TestSite.options("shop")));
    }

    private Entry served(Entry entry) {
        server.blobs.put(entry.release(), site.blobs().readStatement(entry.release()));
        return entry;
    }

    /** The hub serves the release with these signatures instead; and what it offers of it is a generation that was not refused yet. */
    private void offer(Entry entry, KeyPair... people) {
        byte[] payload =
                Envelope.parse(site.blobs().readStatement(entry.release())).payload();
        EcdsaSigner[] signers = Arrays.stream(people).map(EcdsaSigner::of).toArray(EcdsaSigner[]::new);
        server.blobs.put(entry.release(), Envelope.sign(payload, signers).toJson());
        site.blobs().dropStatement(entry.release());
        site.assign(entry);
        site.settle(SHOP);
    }

    @Test
    void whatRunsGoesOnAndWhatTheHubAloneHasSignedIsNotTaken() {
        site.assign(generation(2)); // lies here already, signed by the hub
        site.settle(SHOP);
        refused(2);
        offer(generation(3), site.hub.release, site.hub.hub, site.hub.log, site.hub.rootKey);
        refused(3);
        offer(generation(4), ada);
        refused(4);
        offer(generation(5), ada, ada, site.hub.release);
        refused(5);
        site.restart();
        site.settle(SHOP);
        refused(5);

        offer(generation(6), ada, bob);

        assertThat(site.runtime.running).containsEntry(SHOP, 6L);
    }

    private void refused(long generation) {
        assertThat(site.runtime.running).containsEntry(SHOP, 1L);
        assertThat(site.states().getLast().generation()).isEqualTo(generation);
        assertThat(site.states().getLast().reason()).isEqualTo("SignatureInvalid");
        assertThat(site.states().getLast().running().orElseThrow().generation()).isEqualTo(1);
        assertThat(site.runtime.calls)
                .noneMatch(call -> call.endsWith(" " + generation) || call.contains(" " + generation + " "));
    }

    @Test
    void theHubAloneCannotTakeItAway() {
        site.assign(served(site.absent(SHOP, "shop", 2, "service/web")));
        site.settle(SHOP);
        assertThat(site.runtime.running).containsEntry(SHOP, 1L);

        offer(site.absent(SHOP, "shop", 3, "service/web"), bob, ada);
        site.pass(Duration.ofHours(1)); // it had begun to wait longer and longer
        site.settle(SHOP);

        assertThat(site.runtime.running).doesNotContainKey(SHOP);
    }
}
