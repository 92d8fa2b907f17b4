package io.wherry.hub.agentapi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.RootsRequest;
import io.wherry.hub.fleet.CaKeys;
import io.wherry.hub.fleet.CertificateAuthority;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S19 for the agents' port: every method there is, from whoever may not call it. A method added later is covered unasked. */
class DefaultDenyTest {
    @TempDir
    Path folder;

    private TestPort hub;

    @BeforeEach
    void open() {
        hub = new TestPort(folder);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void withoutACertificateNothingButEnrolAndRootsIsLetThrough() {
        TestAgent stranger = hub.stranger();

        assertThat(methods().map(method -> refusal(stranger, method)))
                .containsOnly("UNAUTHENTICATED CertificateMissing");
        assertThat(refusal(stranger, AgentServiceGrpc.getEnrolMethod()))
                .isEqualTo("PERMISSION_DENIED BadSigningRequest");
        assertThat(refusal(stranger, AgentServiceGrpc.getRootsMethod())).isEqualTo("INVALID_ARGUMENT BadRequest");
        assertThat(AgentServiceGrpc.newBlockingStub(stranger.channel())
                        .roots(RootsRequest.newBuilder().setFrom(1).build())
                        .getRootsList())
                .isNotEmpty();
        assertThat(AgentServiceGrpc.newBlockingStub(stranger.channel())
                        .roots(RootsRequest.newBuilder().setFrom(99).build())
                        .getRootsList())
                .isEmpty();
    }

    @Test
    void aCertificateOfAnotherHubIsRefusedByEveryMethod() {
        CertificateAuthority other = new CertificateAuthority(
                CaKeys.create(hub.fleet.random, hub.fleet.clock.instant()), hub.fleet.clock, hub.fleet.random);
        TestDevice device = TestDevice.create();

        assertAllRefused(
                certificate(
                        other,
                        identity(
                                TestFleet.TRUST_DOMAIN.hex(),
                                hub.join("till").id().value()),
                        device),
                device,
                "UNAUTHENTICATED CertificateForeign");
    }

    @Test
    void aCertificateOfAnotherTrustDomainIsRefusedByEveryMethod() {
        TestDevice device = TestDevice.create();

        assertAllRefused(
                certificate(
                        hub.fleet.authority,
                        identity("cd".repeat(32), hub.join("till").id().value()),
                        device),
                device,
                "UNAUTHENTICATED CertificateForeign");
    }

    @Test
    void theHubsOwnServerCertificateIsNoAgents() {
        var keys = new java.security.KeyPair(hub.identity.chain().getFirst().getPublicKey(), hub.identity.key());
        TestDevice device = new TestDevice(keys, TestDevice.create().sealing());

        assertAllRefused(hub.identity.chain().getFirst(), device, "UNAUTHENTICATED CertificateForeign");
    }

    @Test
    void aCertificateForAnAgentThatIsNotKnownIsRefusedByEveryMethod() {
        TestDevice device = TestDevice.create();

        assertAllRefused(
                certificate(hub.fleet.authority, identity(TestFleet.TRUST_DOMAIN.hex(), "0".repeat(26)), device),
                device,
                "PERMISSION_DENIED AgentUnknown");
    }

    @Test
    void aCertificateForAnAgentButWithAnotherKeyIsRefusedByEveryMethod() {
        TestDevice device = TestDevice.create();

        assertAllRefused(
                certificate(
                        hub.fleet.authority,
                        identity(
                                TestFleet.TRUST_DOMAIN.hex(),
                                hub.join("till").id().value()),
                        device),
                device,
                "PERMISSION_DENIED KeyMismatch");
    }

    @Test
    void aRetiredAgentIsRefusedByEveryMethod() {
        TestAgent agent = hub.join("till");
        hub.fleet.decisions.retire("till", TestFleet.ACTOR);

        assertThat(methods().map(method -> refusal(agent, method))).containsOnly("PERMISSION_DENIED AgentRetired");
    }

    @Test
    void anAgentMayCallThemAll() {
        TestAgent agent = hub.join("till");

        assertThat(methods().map(method -> refusal(agent, method)))
                .doesNotContain("UNAUTHENTICATED CertificateMissing")
                .noneMatch(refusal -> refusal.startsWith("PERMISSION_DENIED"));
    }

    private void assertAllRefused(X509Certificate certificate, TestDevice device, String refusal) {
        TestAgent caller = hub.connect(Optional.of(new TestAgent.Identity(
                hub.fleet.agents.list().isEmpty()
                        ? io.wherry.contract.AgentId.random(hub.fleet.random)
                        : hub.fleet.agents.list().getFirst().id(),
                device,
                List.of(der(certificate)))));
        assertThat(methods().map(method -> refusal(caller, method)))
                .hasSizeGreaterThanOrEqualTo(4)
                .containsOnly(refusal);
    }

    /** All but those that need no certificate: an agent has none yet, and trust roots prove themselves. */
    private static Stream<MethodDescriptor<?, ?>> methods() {
        return AgentServiceGrpc.getServiceDescriptor().getMethods().stream()
                .filter(method -> !method.equals(AgentServiceGrpc.getEnrolMethod())
                        && !method.equals(AgentServiceGrpc.getRootsMethod()))
                .map(method -> (MethodDescriptor<?, ?>) method);
    }

    /** Calls with an empty request. @return status and reason code, or "OK" */
    private static <Q, R> String refusal(TestAgent agent, MethodDescriptor<Q, R> method) {
        Q empty = method.parseRequest(new ByteArrayInputStream(new byte[0]));
        assertThat(empty).isInstanceOf(MessageLite.class);
        var refused = catchThrowableOfType(StatusRuntimeException.class, () -> {
            Iterator<R> replies = ClientCalls.blockingServerStreamingCall(
                    agent.channel(), method, CallOptions.DEFAULT.withDeadlineAfter(20, SECONDS), empty);
            replies.forEachRemaining(reply -> assertThat(reply).isNotNull());
        });
        return refused == null ? "OK" : refused.getStatus().getCode() + " " + TestAgent.reason(refused);
    }

    private static X509Certificate certificate(CertificateAuthority authority, URI identity, TestDevice device) {
        return authority.issueAgent(identity, device.keys().getPublic());
    }

    private static URI identity(String trustDomain, String agent) {
        return URI.create("wherry://" + trustDomain + "/agent/" + agent);
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }
}
