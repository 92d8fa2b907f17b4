package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.hubclient.TestHubServer;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private byte[] checkpoint = {};

    @BeforeEach
    void start() throws Exception {
        TestCertificates certificates = new TestCertificates();
        real = Instant.now();
        site = new TestSite(folder.resolve("site"));
        site.now = real;
        offer = site.envelope(1);
        server = new TestHubServer(certificates.server, certificates.device);
        server.onPoll = this::offered;
        Hubs hubs = new Hubs(Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(Map.of()), site.judged());
        hub = new HubClient(
                hubs.links(() -> List.of(server.address()), Optional.of(certificates.device)), 1, new byte[16]);
        stacks = site.stacks();
        reconciler = site.reconciler(hub, stacks, PollMode.INTERVAL);
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
        PollReply.Builder reply = PollReply.newBuilder().setCheckpoint(ByteString.copyFrom(checkpoint));
        return known
                ? reply.build()
                : reply.setAssignment(ByteString.copyFrom(offer)).build();
    }

    private Digest digest() {
        return Envelope.parse(offer).digest();
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
    void aClockOf1970IsPutRightByACheckpointInTheSameCycle() {
        checkpoint = site.checkpoint(real.plusSeconds(1));

        assertThat(polls(Duration.ofDays(-9_000))).isTrue();
    }

    @Test
    void aCheckpointDoesNotPutAClockThatIsAheadBack() {
        checkpoint = site.checkpoint(real.plusSeconds(1));

        assertThat(polls(Duration.ofDays(9_000))).isFalse();
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
