package io.wherry.hub.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.fleet.EnrolOutcome.Denied;
import io.wherry.hub.fleet.EnrolOutcome.Enrolled;
import io.wherry.hub.fleet.EnrolOutcome.Pending;
import io.wherry.hub.fleet.EnrolOutcome.Refused;
import io.wherry.hub.resource.Agent;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentTest {
    @TempDir
    Path folder;

    private TestFleet fleet;
    private final TestDevice device = TestDevice.create();

    @BeforeEach
    void open() {
        fleet = new TestFleet(folder);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void aTokenAndAKeyBecomeAnAgentWithACertificateAndAResource() throws Exception {
        byte[] secret = fleet.token(JoinTokenSpec.of(Map.of("site", "oslo")));

        Enrolled enrolled = (Enrolled) fleet.enrolment.enrol(device.request(secret, TestDevice.facts("till", "test")));

        X509Certificate certificate =
                Pem.parseCertificate(enrolled.certificates().der().getFirst());
        assertThat(certificate.getPublicKey()).isEqualTo(device.keys().getPublic());
        assertThat(fleet.certificates.identify(certificate))
                .contains(enrolled.agent().id());
        assertThat(fleet.agents.find(enrolled.agent().id()).orElseThrow().keyHash())
                .isEqualTo(device.keyHash());
        Agent resource = fleet.resources.find(Agent.class, "till").orElseThrow().resource();
        assertThat(resource.metadata().labels()).isEqualTo(Map.of("site", "oslo", "environment", "test"));
    }

    @Test
    void theSameKeyMayRepeatALostRequestAndGetsTheSameAnswerAlsoAfterTheTokenExpired() {
        byte[] secret = fleet.token(JoinTokenSpec.of(Map.of()));
        Enrolled first = (Enrolled) fleet.enrolment.enrol(device.request(secret));

        fleet.clock.advance(Duration.ofDays(2));
        Enrolled again = (Enrolled) fleet.enrolment.enrol(device.request(secret));

        assertThat(again.agent().id()).isEqualTo(first.agent().id());
        assertThat(again.certificates().der().getFirst())
                .isEqualTo(first.certificates().der().getFirst());
        assertThat(fleet.agents.list()).hasSize(1);
    }

    @Test
    void aRepeatAfterTheCertificateExpiredGetsAFreshOne() {
        byte[] secret = fleet.token(JoinTokenSpec.of(Map.of()));
        fleet.enrolment.enrol(device.request(secret));

        fleet.clock.advance(Duration.ofDays(8));
        Enrolled again = (Enrolled) fleet.enrolment.enrol(device.request(secret));

        assertThat(again.certificates().expires()).isEqualTo(TestFleet.NOW.plus(Duration.ofDays(15)));
    }

    @Test
    void refusesAnUnknownAUsedAnExpiredAndARevokedToken() {
        byte[] used = fleet.token(JoinTokenSpec.of(Map.of()));
        fleet.enrolment.enrol(TestDevice.create().request(used));
        byte[] expired = fleet.token(JoinTokenSpec.of(Map.of()));
        var revoked =
                fleet.tokens.create(new JoinTokenSpec(new TreeMap<>(), "", Duration.ofDays(1), false), TestFleet.ACTOR);
        fleet.tokens.revoke(revoked.id(), TestFleet.ACTOR);
        fleet.clock.advance(Duration.ofHours(1));

        assertThat(reason(device.request(new byte[32]))).isEqualTo(EnrolReason.TOKEN_UNKNOWN);
        assertThat(reason(device.request(new byte[0]))).isEqualTo(EnrolReason.TOKEN_UNKNOWN);
        assertThat(reason(device.request(used))).isEqualTo(EnrolReason.TOKEN_USED);
        assertThat(reason(device.request(expired))).isEqualTo(EnrolReason.TOKEN_EXPIRED);
        assertThat(reason(device.request(revoked.secret()))).isEqualTo(EnrolReason.TOKEN_REVOKED);
        assertThat(fleet.agents.list()).hasSize(1);
    }

    @Test
    void refusesRequestsThatDoNotProveWhatTheyMustAndKeepsTheTokenGood() throws Exception {
        byte[] secret = fleet.token(JoinTokenSpec.of(Map.of()));
        EnrolRequest good = device.request(secret);
        var p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(new ECGenParameterSpec("secp384r1"));
        var rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        byte[] forged = device.csr();
        forged[forged.length - 1] ^= 1;

        assertThat(reason(with(good, TestDevice.csr(p384.generateKeyPair(), "SHA384withECDSA"))))
                .isEqualTo(EnrolReason.BAD_SIGNING_REQUEST);
        assertThat(reason(with(good, TestDevice.csr(rsa.generateKeyPair(), "SHA256withRSA"))))
                .isEqualTo(EnrolReason.BAD_SIGNING_REQUEST);
        assertThat(reason(with(good, forged))).isEqualTo(EnrolReason.BAD_SIGNING_REQUEST);
        assertThat(reason(with(good, new byte[5000]))).isEqualTo(EnrolReason.BAD_SIGNING_REQUEST);
        assertThat(reason(with(good, new byte[] {0x30, 0x03, 0x02, 0x01, 0x00})))
                .isEqualTo(EnrolReason.BAD_SIGNING_REQUEST);
        assertThat(reason(with(good, TestDevice.create().csr()))).isEqualTo(EnrolReason.BAD_SEALING_KEY);
        assertThat(reason(device.request(secret, TestDevice.facts("Not A Name"))))
                .isEqualTo(EnrolReason.BAD_FACTS);
        assertThat(fleet.enrolment.enrol(good)).isInstanceOf(Enrolled.class);
    }

    @Test
    void aNameThatIsTakenGetsASuffixAndNoNameOneFromTheId() {
        assertThat(fleet.join(device, "till").name()).isEqualTo("till");
        assertThat(fleet.join(TestDevice.create(), "till").name()).isEqualTo("till-2");
        assertThat(fleet.join(TestDevice.create(), "till").name()).isEqualTo("till-3");
        AgentRecord unnamed = fleet.join(TestDevice.create(), "");
        assertThat(unnamed.name()).isEqualTo("agent-" + unnamed.id().value().substring(0, 8));
    }

    @Test
    void aSuffixKeepsLongNamesWithinTheirLimit() {
        String longest = "a".repeat(63);
        assertThat(AgentNames.unique(longest, longest::equals)).isEqualTo("a".repeat(61) + "-2");
    }

    @Test
    void waitsForApprovalWithTheFingerprintThatTheDeviceComputesToo() {
        var token =
                fleet.tokens.create(new JoinTokenSpec(new TreeMap<>(), "", Duration.ofHours(1), true), TestFleet.ACTOR);

        Pending pending = (Pending) fleet.enrolment.enrol(device.request(token.secret()));

        assertThat(pending.agent().fingerprint())
                .isEqualTo(io.wherry.contract.JoinFingerprint.of(
                        TestFleet.TRUST_DOMAIN, device.keyHash(), device.sealingKey(), token.id()));
        assertThat(fleet.agents.served()).isEmpty();

        assertThat(fleet.decisions.approve("site-1", TestFleet.ACTOR)).isInstanceOf(AgentDecision.Done.class);
        Enrolled enrolled = (Enrolled) fleet.enrolment.enrol(device.request(token.secret()));
        assertThat(enrolled.agent().id()).isEqualTo(pending.agent().id());
        assertThat(fleet.agents.served()).hasSize(1);
    }

    @Test
    void productionAlwaysWaitsForAPerson() {
        byte[] secret = fleet.token(JoinTokenSpec.of(Map.of()));

        assertThat(fleet.enrolment.enrol(device.request(secret, TestDevice.facts("till", "production"))))
                .isInstanceOf(Pending.class);
    }

    @Test
    void aDeniedDeviceStaysDenied() {
        byte[] secret = fleet.token(new JoinTokenSpec(new TreeMap<>(), "", Duration.ofHours(1), true));
        fleet.enrolment.enrol(device.request(secret));

        fleet.decisions.deny("site-1", TestFleet.ACTOR);

        assertThat(fleet.enrolment.enrol(device.request(secret))).isInstanceOf(Denied.class);
        assertThat(fleet.decisions.approve("site-1", TestFleet.ACTOR)).isInstanceOf(AgentDecision.NotFound.class);
        assertThat(fleet.resources.find(Agent.class, "site-1")).isEmpty();
    }

    @Test
    void aTokenForAnEnvironmentTakesOnlyASiteInIt() {
        byte[] secret = fleet.token(new JoinTokenSpec(new TreeMap<>(), "test", Duration.ofHours(1), false));

        Refused refused = (Refused) fleet.enrolment.enrol(device.request(secret, TestDevice.facts("till", "other")));

        assertThat(refused.reason()).isEqualTo(EnrolReason.ENVIRONMENT_MISMATCH);
        assertThat(refused.detail()).contains("--environment test");
        assertThat(fleet.enrolment.enrol(device.request(secret, TestDevice.facts("till", "test"))))
                .isInstanceOf(Enrolled.class);
    }

    @Test
    void aKeyBelongsToOneAgentForEver() {
        byte[] first = fleet.token(JoinTokenSpec.of(Map.of()));
        fleet.enrolment.enrol(device.request(first));

        assertThat(reason(device.request(fleet.token(JoinTokenSpec.of(Map.of())))))
                .isEqualTo(EnrolReason.KEY_IN_USE);
        fleet.decisions.retire("site-1", TestFleet.ACTOR);
        assertThat(reason(device.request(first))).isEqualTo(EnrolReason.AGENT_RETIRED);
    }

    @Test
    void renewsForTheSameKeyOnlyAndForServedAgentsOnly() {
        AgentRecord agent = fleet.join(device, "till");
        fleet.clock.advance(Duration.ofDays(4));

        assertThat(fleet.enrolment.renew(agent.id(), device.csr()).orElseThrow().expires())
                .isEqualTo(TestFleet.NOW.plus(Duration.ofDays(11)));
        assertThat(fleet.agents.find(agent.id()).orElseThrow().certificateExpires())
                .contains(TestFleet.NOW.plus(Duration.ofDays(11)));
        assertThat(fleet.enrolment.renew(agent.id(), TestDevice.create().csr())).isEmpty();
        assertThat(fleet.enrolment.renew(agent.id(), new byte[0])).isEmpty();
        fleet.decisions.retire("till", TestFleet.ACTOR);
        assertThat(fleet.enrolment.renew(agent.id(), device.csr())).isEmpty();
    }

    /** Each of these stands in the audit log, in the transaction that did it. */
    @Test
    void recordsWhoDidWhat() {
        var token =
                fleet.tokens.create(new JoinTokenSpec(new TreeMap<>(), "", Duration.ofHours(1), true), TestFleet.ACTOR);
        fleet.enrolment.enrol(device.request(token.secret()));
        fleet.enrolment.enrol(TestDevice.create().request(token.secret()));
        fleet.decisions.approve("site-1", TestFleet.ACTOR);
        fleet.decisions.rename("site-1", "till", TestFleet.ACTOR);
        fleet.decisions.retire("till", TestFleet.ACTOR);
        fleet.tokens.revoke(token.id(), TestFleet.ACTOR);

        assertThat(fleet.audited())
                .containsExactly(
                        "user:ada token.create Token/" + token.id(),
                        "agent:site-1 agent.join Agent/site-1",
                        "agent: agent.join  TokenUsed",
                        "user:ada agent.approve Agent/site-1",
                        "user:ada agent.rename Agent/site-1",
                        "user:ada agent.retire Agent/till",
                        "user:ada token.revoke Token/" + token.id());
    }

    @Test
    void renamingKeepsIdKeyAndLabels() {
        byte[] secret = fleet.token(JoinTokenSpec.of(Map.of("site", "oslo")));
        Enrolled enrolled = (Enrolled) fleet.enrolment.enrol(device.request(secret));
        fleet.join(TestDevice.create(), "other");

        assertThat(fleet.decisions.rename("site-1", "other", TestFleet.ACTOR))
                .isInstanceOf(AgentDecision.Conflict.class);
        assertThat(fleet.decisions.rename("site-1", "till", TestFleet.ACTOR)).isInstanceOf(AgentDecision.Done.class);
        assertThatThrownBy(() -> fleet.decisions.rename("till", "The Till", TestFleet.ACTOR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name: The Till (expected: at most 63 of a-z, 0-9 and -)");

        assertThat(fleet.agents.findByName("till").orElseThrow().id())
                .isEqualTo(enrolled.agent().id());
        assertThat(fleet.agents.findByName("site-1")).isEmpty();
        assertThat(fleet.resources
                        .find(Agent.class, "till")
                        .orElseThrow()
                        .resource()
                        .metadata()
                        .labels())
                .isEqualTo(Map.of("site", "oslo"));
    }

    @Test
    void everythingIsThereAgainAfterARestart() {
        AgentRecord agent = fleet.join(device, "till");

        assertThat(new AgentRepository(fleet.database)
                        .find(agent.id())
                        .orElseThrow()
                        .publicKey())
                .isEqualTo(device.keys().getPublic());
    }

    private EnrolReason reason(EnrolRequest request) {
        return ((Refused) fleet.enrolment.enrol(request)).reason();
    }

    private static EnrolRequest with(EnrolRequest request, byte[] csr) {
        return new EnrolRequest(
                request.token(),
                csr,
                request.sealingKey(),
                request.sealingKeySignature(),
                request.facts(),
                request.from());
    }
}
