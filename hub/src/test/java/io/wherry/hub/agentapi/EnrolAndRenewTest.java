package io.wherry.hub.agentapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.wherry.contract.AgentId;
import io.wherry.contract.v1.EnrolReply;
import io.wherry.contract.v1.EnrolRequest;
import io.wherry.contract.v1.Facts;
import io.wherry.contract.v1.RenewReply;
import io.wherry.contract.v1.RenewRequest;
import io.wherry.hub.fleet.JoinTokenSpec;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolAndRenewTest {
    @TempDir
    Path folder;

    private TestPort hub;
    private final TestDevice device = TestDevice.create();

    @BeforeEach
    void open() {
        hub = new TestPort(folder);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void aDeviceWithATokenGetsACertificateWithWhichItCanPoll() {
        byte[] secret = hub.fleet.token(JoinTokenSpec.of(Map.of()));

        EnrolReply reply = hub.stranger().calls().enrol(request(secret, device));

        assertThat(reply.getStatus()).isEqualTo(EnrolReply.Status.ENROLLED);
        assertThat(reply.getName()).isEqualTo("till");
        assertThat(reply.getRootChainList()).containsExactly(ByteString.copyFromUtf8("{}"));
        var chain = reply.getCertificateChainList().stream()
                .map(ByteString::toByteArray)
                .toList();
        var identity = new TestAgent.Identity(AgentId.parse(reply.getAgentId()), device, chain);
        TestAgent agent = hub.connect(Optional.of(identity));
        assertThat(agent.poll(TestAgent.request()).getAssignment().isEmpty()).isTrue();
    }

    @Test
    void aDeviceThatNeedsApprovalIsToldTheFingerprintAndWhenToAskAgain() {
        byte[] secret = hub.fleet.token(new JoinTokenSpec(new TreeMap<>(), "", Duration.ofHours(1), true));
        EnrolRequest request = request(secret, device);
        TestAgent stranger = hub.stranger();

        EnrolReply pending = stranger.calls().enrol(request);
        hub.fleet.decisions.approve("till", TestFleet.ACTOR);
        EnrolReply enrolled = stranger.calls().enrol(request);

        assertThat(pending.getStatus()).isEqualTo(EnrolReply.Status.PENDING);
        assertThat(pending.getFingerprint()).matches("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}");
        assertThat(pending.getRetryAfterMs()).isBetween(1_000L, 3_600_000L);
        assertThat(pending.getCertificateChainList()).isEmpty();
        assertThat(enrolled.getStatus()).isEqualTo(EnrolReply.Status.ENROLLED);
    }

    @Test
    void wrongUsedAndExpiredTokensAreRefusedByName() {
        byte[] used = hub.fleet.token(JoinTokenSpec.of(Map.of()));
        hub.stranger().calls().enrol(request(used, TestDevice.create()));
        byte[] expired = hub.fleet.token(JoinTokenSpec.of(Map.of()));
        hub.fleet.clock.advance(Duration.ofHours(1));

        assertThat(refusal(request(new byte[32], device))).isEqualTo("PERMISSION_DENIED TokenUnknown");
        assertThat(refusal(request(used, device))).isEqualTo("PERMISSION_DENIED TokenUsed");
        assertThat(refusal(request(expired, device))).isEqualTo("PERMISSION_DENIED TokenExpired");
    }

    @Test
    void afterFiveFailuresWithinAMinuteAnAddressMustWaitAndSuccessesAreNotCounted() {
        for (int i = 0; i < 6; i++) {
            hub.stranger().calls().enrol(request(hub.fleet.token(JoinTokenSpec.of(Map.of())), TestDevice.create()));
        }
        for (int i = 0; i < FailedEnrolments.PER_MINUTE; i++) {
            assertThat(refusal(request(new byte[32], device))).isEqualTo("PERMISSION_DENIED TokenUnknown");
        }

        StatusRuntimeException refused = refused(request(new byte[32], device));
        assertThat(TestAgent.reason(refused)).isEqualTo("TooManyFailures");
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getTrailers().get(Refusal.RETRY_AFTER)).isEqualTo("60000");

        hub.fleet.clock.advance(Duration.ofMinutes(1));
        assertThat(refusal(request(new byte[32], device))).isEqualTo("PERMISSION_DENIED TokenUnknown");
    }

    @Test
    void renewalGivesANewCertificateForTheSameKeyOnly() throws Exception {
        TestAgent agent = hub.join("till");
        hub.fleet.clock.advance(Duration.ofDays(4));

        RenewReply reply = agent.calls()
                .renew(RenewRequest.newBuilder()
                        .setCsr(ByteString.copyFrom(agent.device().csr()))
                        .build());
        var renewed = new TestAgent.Identity(
                agent.id(),
                agent.device(),
                reply.getCertificateChainList().stream()
                        .map(ByteString::toByteArray)
                        .toList());

        assertThat(renewed.certificates()[0].getPublicKey())
                .isEqualTo(agent.device().keys().getPublic());
        assertThat(renewed.certificates()[0].getNotAfter().toInstant())
                .isAfter(hub.fleet.clock.instant().plus(Duration.ofDays(6)));
        var otherKey = RenewRequest.newBuilder()
                .setCsr(ByteString.copyFrom(TestDevice.create().csr()))
                .build();
        var refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> agent.calls().renew(otherKey));
        assertThat(TestAgent.reason(refused)).isEqualTo("BadRequest");
    }

    private static EnrolRequest request(byte[] secret, TestDevice device) {
        return EnrolRequest.newBuilder()
                .setToken(ByteString.copyFrom(secret))
                .setCsr(ByteString.copyFrom(device.csr()))
                .setSealingKey(ByteString.copyFrom(device.sealingKey()))
                .setSealingKeySignature(ByteString.copyFrom(device.sealingKeySignature()))
                .setFacts(
                        Facts.newBuilder().setName("till").setRuntime("docker").setAgentVersion("0.1.0"))
                .build();
    }

    private StatusRuntimeException refused(EnrolRequest request) {
        return catchThrowableOfType(
                StatusRuntimeException.class, () -> hub.stranger().calls().enrol(request));
    }

    private String refusal(EnrolRequest request) {
        StatusRuntimeException refused = refused(request);
        return refused.getStatus().getCode() + " " + TestAgent.reason(refused);
    }
}
