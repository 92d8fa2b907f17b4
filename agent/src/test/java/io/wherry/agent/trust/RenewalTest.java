package io.wherry.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.SigningRequest;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.hubclient.TestHubServer;
import io.wherry.agent.reconcile.TestSite;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.StateFolder;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
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

/** Seven days, as a hub gives them, on a clock that is set; the hub is a real server that signs what it is asked. */
class RenewalTest {
    private static final int DAYS = 7;

    /** Drawn once per agent: this one waits a twentieth of the life longer than half of it. */
    private static final double JITTER = 0.5;

    private static TestCertificates certificates;

    @TempDir
    Path folder;

    private final List<byte[]> asked = new ArrayList<>();
    private TestSite site;
    private StateFolder spare;
    private CertificateFile file;
    private TestHubServer server;
    private HubClient hub;
    private Renewal renewal;
    private Instant now = Instant.now();

    @BeforeAll
    static void make() throws Exception {
        certificates = new TestCertificates();
    }

    @BeforeEach
    void join() throws Exception {
        site = new TestSite(folder.resolve("site"));
        spare = StateFolder.open(folder.resolve("certificate"), "test");
        file = new CertificateFile(spare, new DurableStore(spare));
        file.write(certificates.sign(SigningRequest.of(site.state.keys().identity(), "wherry-agent"), DAYS));
        server = new TestHubServer(certificates.server, certificates.device);
        server.onRenew = this::signed;
        Hubs hubs = new Hubs(Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(Map.of()), () -> Instant.now());
        hub = new HubClient(hubs.links(() -> List.of(server.address()), Optional.of(shown())), 1, new byte[16]);
        renewal = new Renewal(site.state, file, hub, () -> now, JITTER);
    }

    @AfterEach
    void leave() throws Exception {
        hub.close();
        server.close();
        spare.close();
        site.close();
    }

    private DeviceCertificate shown() {
        return file.read(site.state.keys().identity().getPrivate());
    }

    private List<byte[]> signed(byte[] request) {
        asked.add(request);
        return der(certificates.sign(request, DAYS));
    }

    private static List<byte[]> der(List<X509Certificate> chain) {
        List<byte[]> der = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                der.add(certificate.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
        return der;
    }

    private void at(Duration age) {
        now = shown().notBefore().plus(age);
        renewal.runOnce();
    }

    @Test
    void itIsDueAfterHalfTheLifeAndALittle() {
        DeviceCertificate first = shown();
        Duration due = Duration.ofHours(84 + 8).plusMinutes(24); // half of 168 h, and half of a tenth

        at(due.minusSeconds(1));
        assertThat(asked).isEmpty();
        at(due);

        assertThat(asked).hasSize(1);
        assertThat(shown().chain().getFirst()).isNotEqualTo(first.chain().getFirst());
        assertThat(shown().chain().getFirst().getPublicKey())
                .as("the key never changes")
                .isEqualTo(first.chain().getFirst().getPublicKey());
        at(due.minusSeconds(1));
        assertThat(asked).as("the new one has a life of its own").hasSize(1);
    }

    @Test
    void whatFailsIsTriedAgainAndTheOldOneStaysMeanwhile() {
        DeviceCertificate first = shown();
        server.onRenew = _ -> {
            throw Status.UNAVAILABLE.asRuntimeException();
        };
        at(Duration.ofDays(5));
        assertThat(shown().chain()).isEqualTo(first.chain());

        server.onRenew = _ -> {
            Metadata reason = new Metadata();
            reason.put(Metadata.Key.of("wherry-reason", Metadata.ASCII_STRING_MARSHALLER), "AgentRetired");
            throw Status.PERMISSION_DENIED.asRuntimeException(reason);
        };
        at(Duration.ofDays(6));
        assertThat(shown().chain()).isEqualTo(first.chain());

        server.onRenew = this::signed;
        at(Duration.ofDays(6));
        assertThat(shown().chain()).isNotEqualTo(first.chain());
    }

    @Test
    void aCertificateForAnotherKeyIsNotTaken() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair other = generator.generateKeyPair();
        byte[] request = SigningRequest.of(other, "wherry-agent");
        server.onRenew = _ -> der(certificates.sign(request, DAYS));
        DeviceCertificate first = shown();

        at(Duration.ofDays(6));

        assertThat(shown().chain()).isEqualTo(first.chain());
    }
}
