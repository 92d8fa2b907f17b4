package io.wherry.hub.agentapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.wherry.contract.v1.RecoverReply;
import io.wherry.contract.v1.RecoverRequest;
import io.wherry.hub.agentapi.TestAgent.Identity;
import io.wherry.hub.fleet.Recovery;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real TLS: an agent whose certificate ended while it was away. */
class RecoverTest {
    @TempDir
    Path folder;

    private TestPort hub;
    private TestAgent agent;

    @BeforeEach
    void open() {
        hub = new TestPort(folder);
        agent = hub.join("till");
        agent.poll(TestAgent.request());
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void twentyRunsOfATimerEveryTenDaysNeedNobody() {
        for (int run = 0; run < 20; run++) {
            hub.fleet.clock.advance(Duration.ofDays(10));
            assertThat(refusal(() -> agent.poll(TestAgent.request()))).isEqualTo("CertificateExpired");

            agent = again(agent.calls().recover(request(agent.device())));
            agent.poll(TestAgent.request());
        }
    }

    @Test
    void aYearAwayIsNotTooLongAndMoreThanFourHundredDaysAre() {
        hub.fleet.clock.advance(Duration.ofDays(365));
        agent = again(agent.calls().recover(request(agent.device())));
        agent.poll(TestAgent.request());

        hub.fleet.clock.advance(Recovery.LONGEST_ABSENCE.plusDays(1));
        assertThat(refusal(() -> agent.calls().recover(request(agent.device()))))
                .isEqualTo("AgentAbsent");
        assertThat(refusal(() -> agent.calls().recover(request(agent.device()))))
                .as("asking is no sign of life that counts")
                .isEqualTo("AgentAbsent");
        assertThat(hub.absent).containsOnlyKeys(agent.id());
    }

    @Test
    void aStateFolderThatWasPutBackIsHeldAsACopy() {
        agent.poll(TestAgent.request().setIncarnation(7));
        hub.fleet.clock.advance(Duration.ofDays(30));

        assertThat(refusal(() -> agent.calls().recover(request(agent.device(), 6))))
                .isEqualTo("AgentCopied");
        assertThat(hub.copied).containsExactly(agent.id());
        assertThat(refusal(() -> agent.calls().recover(request(agent.device(), 8))))
                .as("until a person has looked")
                .isEqualTo("AgentCopied");
    }

    @Test
    void aRetiredAgentAStrangerAndAnotherKeyGetNothing() {
        hub.fleet.clock.advance(Duration.ofDays(30));

        assertThat(refusal(() -> agent.calls().recover(request(TestDevice.create()))))
                .isEqualTo("BadRequest");
        assertThat(refusal(() -> agent.calls().recover(request(agent.device(), 0))))
                .isEqualTo("BadRequest");
        assertThat(refusal(() -> hub.stranger().calls().recover(request(agent.device()))))
                .isEqualTo("CertificateMissing");
        hub.fleet.decisions.retire("till", TestFleet.ACTOR);
        assertThat(refusal(() -> agent.calls().recover(request(agent.device()))))
                .isEqualTo("AgentRetired");
    }

    @Test
    void nothingElseIsServedToAnExpiredCertificate() {
        hub.fleet.clock.advance(Duration.ofDays(30));

        assertThat(refusal(() -> agent.poll(TestAgent.request()))).isEqualTo("CertificateExpired");
        assertThat(refusal(() -> agent.calls().renew(io.wherry.contract.v1.RenewRequest.getDefaultInstance())))
                .isEqualTo("CertificateExpired");
    }

    private static RecoverRequest request(TestDevice device) {
        return request(device, 1);
    }

    private static RecoverRequest request(TestDevice device, long incarnation) {
        return RecoverRequest.newBuilder()
                .setCsr(ByteString.copyFrom(device.csr()))
                .setIncarnation(incarnation)
                .build();
    }

    private TestAgent again(RecoverReply reply) {
        List<byte[]> chain = reply.getCertificateChainList().stream()
                .map(ByteString::toByteArray)
                .toList();
        return hub.connect(Optional.of(new Identity(agent.id(), agent.device(), chain)));
    }

    private static String refusal(Runnable call) {
        return TestAgent.reason(catchThrowableOfType(StatusRuntimeException.class, call::run));
    }
}
