package io.wherry.hub.agentapi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.Facts;
import io.wherry.contract.v1.PollReply;
import io.wherry.contract.v1.RenewReply;
import io.wherry.contract.v1.RenewRequest;
import io.wherry.contract.v1.ReportRequest;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
    @TempDir
    Path folder;

    private TestPort hub;
    private TestAgent agent;

    @BeforeEach
    void open() {
        hub = new TestPort(folder);
        agent = hub.join("till");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void aMessageOfMoreThanAMebibyteIsRefusedWithoutADelaySinceItWillNeverFit() {
        var large = ReportRequest.newBuilder();
        for (int i = 0; i < 4; i++) {
            large.addReceipts(ByteString.copyFrom(new byte[300 << 10]));
        }

        var refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> agent.calls().report(large.build()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getTrailers().get(Refusal.RETRY_AFTER)).isNull();
        assertThat(hub.receipts).isEmpty();
    }

    @Test
    void metadataOfMoreThanEightKibibytesIsRefused() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("filler", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(9000));
        var calls = agent.calls().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));

        var refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> calls.poll(TestAgent.request().build()));

        assertThat(refused.getStatus().getCode()).isNotEqualTo(Code.OK);
        assertThat(hub.lastSeen.presence(agent.id())).isEmpty();
    }

    @Test
    void oneConnectionCarriesSixteenCallsAtOnceAndTheSeventeenthWaits() {
        for (int i = 0; i < 20; i++) {
            new Silent(agent);
        }

        Await.until(() -> hub.port.underWay() == 16);
        assertThat(hub.port.underWay()).isEqualTo(16);
    }

    @Test
    void aCallWhoseRequestDoesNotArriveIsEndedAfterThirtySeconds() throws Exception {
        Silent silent = new Silent(agent);
        Await.until(() -> hub.port.underWay() == 1);

        hub.fleet.clock.advance(Duration.ofSeconds(29));
        hub.port.lookAtDeadlines();
        assertThat(silent.ended).isNotDone();
        hub.fleet.clock.advance(Duration.ofSeconds(1));
        hub.port.lookAtDeadlines();

        assertThat(silent.ended.get(30, SECONDS)).isEqualTo("Deadline");
        Await.until(() -> hub.port.underWay() == 0);
    }

    @Test
    void aHeldPollIsNotTimedByTheOrdinaryLimitButByItsHold() throws Exception {
        agent.poll(TestAgent.request()
                .setReportedFacts(ByteString.copyFrom(new byte[32]))
                .setFacts(Facts.newBuilder().setRuntime("docker").setAgentVersion("1")));
        CompletableFuture<PollReply> held =
                agent.hold(TestAgent.request().setReportedFacts(ByteString.copyFrom(new byte[32])));
        Await.until(() -> hub.port.held() == 1);

        hub.fleet.clock.advance(Duration.ofSeconds(239));
        hub.port.lookAtDeadlines();
        hub.port.lookAtHolds();
        assertThat(held).isNotDone();
        hub.fleet.clock.advance(Duration.ofSeconds(1));
        hub.port.lookAtHolds();

        assertThat(held.get(30, SECONDS).getAssignment().isEmpty()).isTrue();
    }

    @Test
    void speaksTls13AndNothingOlder() throws Exception {
        assertThat(handshake("TLSv1.3")).isEqualTo("TLSv1.3");
        assertThatThrownBy(() -> handshake("TLSv1.2")).isInstanceOf(SSLException.class);
    }

    @Test
    void aReplacedServerCertificateIsShownToNewConnectionsAndTheOldOnesGoOn() {
        agent.poll(TestAgent.request());
        var renewed = hub.fleet.authority.issueServer(List.of("localhost"));
        hub.port.replace(renewed);

        assertThat(agent.poll(TestAgent.request())).isNotNull();
        assertThat(hub.join("other").poll(TestAgent.request())).isNotNull();
    }

    @Test
    void worksWithTheJdksTlsToo(@TempDir Path other) {
        try (TestPort jdk = new TestPort(other, false)) {
            assertThat(jdk.join("till").poll(TestAgent.request())).isNotNull();
            var refused = catchThrowableOfType(
                    StatusRuntimeException.class, () -> jdk.stranger().poll(TestAgent.request()));
            assertThat(TestAgent.reason(refused)).isEqualTo("CertificateMissing");
        }
    }

    private String handshake(String protocol) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null);
        trusted.setCertificateEntry("ca", hub.fleet.authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", hub.port.port())) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        }
    }

    /** A call that was opened and whose request never comes. */
    private static final class Silent extends ClientCall.Listener<RenewReply> {
        final CompletableFuture<String> ended = new CompletableFuture<>();

        Silent(TestAgent agent) {
            ClientCall<RenewRequest, RenewReply> call = agent.channel()
                    .newCall(
                            AgentServiceGrpc.getRenewMethod().toBuilder()
                                    .setType(MethodType.BIDI_STREAMING) // else the client waits for the request too
                                    .build(),
                            CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            String reason = trailers.get(Refusal.REASON);
            ended.complete(reason == null ? status.toString() : reason);
        }
    }
}
