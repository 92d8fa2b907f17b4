package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.hubclient.TestHubServer;
import io.wherry.agent.trust.Adopter;
import io.wherry.agent.trust.RootFollower;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Version;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S9: a clock that jumps delays what is new and loses nothing, over real TLS. */
class S9ClockTest {
    @TempDir
    Path folder;

    private TestSite site;
    private TestHubServer server;
    private HubClient hub;
    private Stacks stacks;
    private Reconciler reconciler;
    private Instant real;
    private byte[] offer;

    @BeforeEach
    void start() throws Exception {
        TestCertificates certificates = new TestCertificates();
        real = Instant.now();
        site = new TestSite(folder.resolve("site"));
        site.now = real;
        offer = site.envelope(1);
        server = new TestHubServer(certificates.server, certificates.device);
        server.onPoll = this::offered;
        Hubs hubs = new Hubs(Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(Map.of()), () -> site.now);
        hub = new HubClient(
                hubs.links(() -> List.of(server.address()), Optional.of(certificates.device)), 1, new byte[16]);
        stacks = site.stacks();
        reconciler = new Reconciler(
                new Reconciler.Hub(
                        hub,
                        new Cadence(PollMode.INTERVAL, Duration.ofSeconds(10), Duration.ofMinutes(4), new Random(1)),
                        new RootFollower(site.state, hub)),
                new Adopter(site.state, site.journal, () -> site.now, Version.parse("0.1.0")),
                site.state,
                stacks,
                new Reconciler.Telling(site.reporter, site.outbox, this::facts),
                () -> site.now);
    }

    @AfterEach
    void stop() throws Exception {
        stacks.close();
        hub.close();
        server.close();
        site.close();
    }

    /** As the hub does it: not again what was refused, nor what was adopted. */
    private PollReply offered(PollRequest request) {
        ByteString digest = ByteString.copyFrom(digest().raw());
        boolean known = request.getAdopted().getDigest().equals(digest)
                || request.getRefused().getDigest().equals(digest);
        return known
                ? PollReply.getDefaultInstance()
                : PollReply.newBuilder()
                        .setAssignment(ByteString.copyFrom(offer))
                        .build();
    }

    private Digest digest() {
        return Envelope.parse(offer).digest();
    }

    private AgentFacts facts() {
        return new AgentFacts(
                new AgentFacts.Self("site-1", "host", "", "0.1.0"),
                new AgentFacts.RuntimeFacts("docker", "engine-1", "20.10.24", "linux/amd64", ""),
                List.of(),
                "",
                site.now,
                10L << 30);
    }

    private boolean polls(Duration ahead) {
        site.now = real.plus(ahead);
        reconciler.runOnce();
        return site.state.floor().sequence() == 1;
    }

    @Test
    void whatWasRefusedAsExpiredIsTakenOnceTheClockIsRight() {
        assertThat(polls(Duration.ofDays(31))).as("past its time").isFalse();
        assertThat(site.outbox.oldest(10)).as("the hub is told").hasSize(1);
        assertThat(polls(Duration.ofDays(32))).isFalse();
        assertThat(site.outbox.oldest(10)).as("once").hasSize(1);

        assertThat(polls(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void aClockOutsideOfTheHubsCertificateTakesNothingAndTheNextPollDoes() {
        assertThat(polls(Duration.ofDays(-9_000))).isFalse();
        assertThat(polls(Duration.ofDays(9_000))).isFalse();
        assertThat(site.outbox.oldest(10)).isEmpty();

        assertThat(polls(Duration.ofMinutes(1))).isTrue();
    }
}
