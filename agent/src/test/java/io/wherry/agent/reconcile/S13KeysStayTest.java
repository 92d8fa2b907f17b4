package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.Enroller;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.hubclient.SigningRequest;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.hubclient.TestHubServer;
import io.wherry.agent.report.Courier;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.contract.file.JoinFile;
import io.wherry.contract.v1.PollReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.XECPrivateKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S13: the private halves of a device's keys are in two files of its state folder, and in nothing that it sends or writes elsewhere. */
class S13KeysStayTest {
    private static final int DAYS = 7;

    @TempDir
    Path folder;

    @Test
    void nothingThatIsSentOrWrittenHoldsAPrivateKey() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestSite site = new TestSite(folder.resolve("site"));
                TestHubServer server = new TestHubServer(certificates.server, certificates.device)) {
            site.now = Instant.now().plusSeconds(60);
            DeviceKeys keys = site.state.keys();
            var file = site.certificate();
            file.write(certificates.sign(SigningRequest.of(keys.identity(), "wherry-agent"), DAYS));
            server.onPoll = _ -> {
                Metadata trailers = new Metadata();
                trailers.put(Metadata.Key.of("wherry-reason", Metadata.ASCII_STRING_MARSHALLER), "CertificateExpired");
                throw Status.UNAUTHENTICATED.asRuntimeException(trailers);
            };
            server.onRecover = request -> {
                server.onPoll = _ -> PollReply.newBuilder()
                        .setWantFacts(true)
                        .setAssignment(ByteString.copyFrom(site.envelope(1)))
                        .build();
                return encoded(certificates.sign(request, DAYS));
            };
            Hubs hubs = new Hubs(
                    () -> java.util.Set.of(certificates.pin()),
                    List.of(),
                    EnvironmentProxy.of(Map.of()),
                    site.judged());
            Optional<DeviceCertificate> shown =
                    Optional.of(file.read(keys.identity().getPrivate()));
            try (HubClient hub = new HubClient(hubs.links(() -> List.of(server.address()), shown), 1, new byte[16]);
                    Stacks stacks = site.stacks()) {
                Reconciler reconciler = site.reconciler(hub, stacks, PollMode.INTERVAL);
                reconciler.runOnce();
                reconciler.runOnce();
                site.reporter.fullReport(java.util.Set.of());
                new Courier(site.outbox, hub, new Random(1)).runOnce();
                hub.renew(SigningRequest.of(keys.identity(), "wherry-agent"));
                hub.roots(1);
            }

            List<byte[]> sent = new ArrayList<>(server.heard);
            sent.add(JoinFile.read(JoinFile.Kind.REQUEST, enrolment(keys)));
            assertThat(sent).hasSizeGreaterThan(6);
            for (String secret : secrets(keys)) {
                assertThat(sent).noneMatch(bytes -> new String(bytes, ISO_8859_1).contains(secret));
                assertThat(files(folder))
                        .filteredOn(path -> read(path).contains(secret))
                        .allMatch(path -> path.getFileName().toString().matches("(identity|sealing)\\.key"));
            }
            assertThat(sent).as("the test would see one").anyMatch(bytes -> new String(bytes, ISO_8859_1)
                    .contains(new String(keys.rawSealingKey(), ISO_8859_1)));
        }
    }

    private static String enrolment(DeviceKeys keys) throws Exception {
        return Enroller.toFile(
                new Enroller.Request(
                        new byte[32],
                        SigningRequest.of(keys.identity(), "wherry-agent"),
                        keys.rawSealingKey(),
                        keys.sealingKeySignature()),
                new AgentFacts(
                        new AgentFacts.Self("site-1", "host", "", "0.1.0", ZoneOffset.UTC),
                        new AgentFacts.RuntimeFacts("docker", "engine-1", "20.10.24", "linux/amd64", ""),
                        List.of(),
                        "",
                        Instant.EPOCH,
                        0));
    }

    /** The private numbers, raw and as text, and the keys as they are stored. */
    private static List<String> secrets(DeviceKeys keys) {
        List<String> secrets = new ArrayList<>();
        for (KeyPair pair : List.of(keys.identity(), keys.sealing())) {
            byte[] raw = raw(pair);
            byte[] stored = pair.getPrivate().getEncoded();
            secrets.add(new String(raw, ISO_8859_1));
            secrets.add(HexFormat.of().formatHex(raw));
            secrets.add(Base64.getEncoder().withoutPadding().encodeToString(raw));
            secrets.add(Base64.getUrlEncoder().withoutPadding().encodeToString(raw));
            secrets.add(new String(stored, ISO_8859_1));
            secrets.add(Base64.getEncoder().encodeToString(stored).substring(0, 64));
        }
        return secrets;
    }

    private static byte[] raw(KeyPair pair) {
        byte[] raw = pair.getPrivate() instanceof ECPrivateKey ec
                ? ec.getS().toByteArray()
                : ((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow();
        return raw[0] == 0 ? java.util.Arrays.copyOfRange(raw, 1, raw.length) : raw;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<byte[]> encoded(List<X509Certificate> chain) {
        return chain.stream()
                .map(certificate -> {
                    try {
                        return certificate.getEncoded();
                    } catch (CertificateEncodingException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }
}
