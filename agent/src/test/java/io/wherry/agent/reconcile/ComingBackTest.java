package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.hubclient.SigningRequest;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.hubclient.TestHubServer;
import io.wherry.agent.state.CertificateFile;
import io.wherry.contract.Digest;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.PollRequest;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real TLS: a site that was away until its certificate had ended, whatever its own clock says of that. */
class ComingBackTest {
    private static final int DAYS = 7;

    private final TestCertificates certificates = make();

    @TempDir
    Path folder;

    private TestSite site;
    private CertificateFile file;
    private TestHubServer server;
    private HubClient hub;
    private Stacks stacks;
    private Reconciler reconciler;
    private boolean expired = true;
    private long authorityOfRoot = 1;

    @BeforeEach
    void start() throws Exception {
        site = new TestSite(folder.resolve("site"));
        site.now = Instant.now().plusSeconds(60); // within the life of the hub's certificate
        file = site.certificate();
        file.write(certificates.sign(SigningRequest.of(site.state.keys().identity(), "wherry-agent"), DAYS));
        server = new TestHubServer(certificates.server, certificates.device);
        server.onPoll = this::answer;
        Hubs hubs = new Hubs(this::pins, List.of(), EnvironmentProxy.of(Map.of()), () -> site.now);
        hub = new HubClient(hubs.links(() -> List.of(server.address()), Optional.of(shown())), 1, new byte[16]);
        stacks = site.stacks();
        reconciler = site.reconciler(hub, stacks, PollMode.TIMER);
    }

    @AfterEach
    void stop() throws Exception {
        stacks.close();
        hub.close();
        server.close();
        site.close();
    }

    @Test
    void tradesTheCertificateAndIsOfferedItsWorkInTheSameCycle() {
        X509Certificate before = shown().chain().getFirst();
        server.onRecover = this::issue;

        reconciler.runOnce();

        assertThat(reconciler.contact().problem()).isEmpty();
        assertThat(site.state.floor().sequence()).isEqualTo(1);
        assertThat(shown().chain().getFirst()).isNotEqualTo(before);
    }

    @Test
    void saysWhatTheHubSaysWhereAPersonMustDecideAndKeepsTheOldCertificate() {
        X509Certificate before = shown().chain().getFirst();
        server.onRecover = _ -> {
            throw refused(Status.PERMISSION_DENIED.withDescription("away for more than 400 days"), "AgentAbsent");
        };

        reconciler.runOnce();

        assertThat(reconciler.contact().problem()).isEqualTo("AgentAbsent: away for more than 400 days");
        assertThat(shown().chain().getFirst()).isEqualTo(before);
    }

    @Test
    void aCertificateForAnotherKeyIsNotTaken() {
        X509Certificate before = shown().chain().getFirst();
        server.onRecover = _ -> encoded(certificates.device.chain());

        reconciler.runOnce();

        assertThat(reconciler.contact().problem()).contains("for another key");
        assertThat(shown().chain().getFirst()).isEqualTo(before);
    }

    @Test
    void aHubThatIsTooOldForTheCallLeavesAllAsItWas() {
        reconciler.runOnce();

        assertThat(reconciler.contact().problem()).startsWith("ProtocolMismatch");
    }

    @Test
    void aHubWhoseAuthorityAndRootsChangedMeanwhileIsFollowedInTheSameCycle() {
        authorityOfRoot = 3;
        var second = site.hub.rotate(site.hub.root, site.hub.rootKey);
        var third = site.hub.rotate(second.root(), second.key());
        server.roots = List.of(site.hub.rootEnvelope, second.envelope(), third.envelope());
        server.onRecover = this::issue;

        reconciler.runOnce();

        assertThat(reconciler.contact().problem()).isEmpty();
        assertThat(site.state.root().version()).isEqualTo(3);
        assertThat(site.state.floor().sequence()).isEqualTo(1);
    }

    @Test
    void aStrangerAtTheHubsAddressIsToldNothingAndLeadsNobodyAway() {
        authorityOfRoot = 2;
        AtomicInteger polls = new AtomicInteger();
        server.onPoll = _ -> {
            polls.incrementAndGet();
            return PollReply.getDefaultInstance();
        };
        TestHubKeys other = new TestHubKeys();
        server.roots = List.of(
                site.hub.rootEnvelope, other.rotate(other.root, other.rootKey).envelope());

        reconciler.runOnce();

        assertThat(reconciler.contact().problem()).startsWith("HubNotTrusted");
        assertThat(site.state.root().version()).isEqualTo(1);
        assertThat(polls).hasValue(0);
    }

    /** The hub's authority is named by a root of this version on. */
    private Set<Digest> pins() {
        return site.state.root().version() >= authorityOfRoot
                ? Set.of(certificates.pin())
                : Set.of(Digest.of(new byte[] {1}));
    }

    private PollReply answer(PollRequest request) {
        if (expired) {
            throw refused(
                    Status.UNAUTHENTICATED.withDescription("the client certificate has expired"), "CertificateExpired");
        }
        return PollReply.newBuilder()
                .setAssignment(ByteString.copyFrom(site.envelope(1)))
                .build();
    }

    private List<byte[]> issue(byte[] request) {
        expired = false;
        return encoded(certificates.sign(request, DAYS));
    }

    private static List<byte[]> encoded(List<X509Certificate> chain) {
        return chain.stream().map(ComingBackTest::encoded).toList();
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private DeviceCertificate shown() {
        return file.read(site.state.keys().identity().getPrivate());
    }

    private static StatusRuntimeException refused(Status status, String reason) {
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("wherry-reason", Metadata.ASCII_STRING_MARSHALLER), reason);
        return status.asRuntimeException(trailers);
    }

    private static TestCertificates make() {
        try {
            return new TestCertificates();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
