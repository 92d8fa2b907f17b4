package io.wherry.hub.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final URI IDENTITY = URI.create("wherry://" + "ab".repeat(32) + "/agent/00000000000000000000000001");

    private final SecureRandom random = new SecureRandom();
    private final CaKeys keys = CaKeys.create(random, NOW);
    private final CertificateAuthority authority = new CertificateAuthority(keys, InstantSource.fixed(NOW), random);

    @TempDir
    Path directory;

    @Test
    void agentCertificatesLiveSevenDaysStartADayEarlyAndServeClientsOnly() throws Exception {
        X509Certificate certificate =
                authority.issueAgent(IDENTITY, P256.generate(random).getPublic());

        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofHours(24)));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(7)));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(6, IDENTITY.toString()));
        assertThat(authority.signed(certificate)).isTrue();
    }

    @Test
    void serverCertificatesNameHostsAndAddresses() throws Exception {
        X509Certificate certificate = authority
                .issueServer(List.of("hub.example", "127.0.0.1", "::1"))
                .chain()
                .getFirst();

        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "hub.example"), List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        certificate.verify(keys.certificate().getPublicKey());
    }

    @Test
    void doesNotTakeAnotherHubsCertificateForItsOwn() {
        var other = new CertificateAuthority(CaKeys.create(random, NOW), InstantSource.fixed(NOW), random);

        assertThat(authority.signed(
                        other.issueAgent(IDENTITY, P256.generate(random).getPublic())))
                .isFalse();
    }

    @Test
    void survivesBeingWrittenAndReadAndKeepsTheKeyToItsOwner() throws Exception {
        Path key = directory.resolve("ca.key");
        Path certificate = directory.resolve("ca.crt");
        keys.write(key, certificate);

        CaKeys read = CaKeys.read(key, certificate);

        assertThat(read.certificate()).isEqualTo(keys.certificate());
        assertThat(read.pin()).isEqualTo(keys.pin());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(keys.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void refusesAKeyThatIsNotTheCertificates() {
        Path key = directory.resolve("ca.key");
        Path certificate = directory.resolve("ca.crt");
        keys.write(key, directory.resolve("unused.crt"));
        CaKeys.create(random, NOW).write(directory.resolve("unused.key"), certificate);

        assertThatThrownBy(() -> CaKeys.read(key, certificate))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("is not the key of");
    }

    @Test
    void theServerCertificateRenewsItselfAtHalfItsLifeAndTellsItsListeners() {
        var clock = new TestClock(NOW);
        List<ServerIdentity> renewed = new ArrayList<>();
        try (var certificate =
                ServerCertificate.start(new CertificateAuthority(keys, clock, random), List.of("hub.example"), clock)) {
            ServerIdentity first = certificate.current();
            certificate.onRenewal(renewed::add);

            clock.advance(Duration.ofDays(44));
            certificate.runOnce();
            assertThat(certificate.current()).isSameAs(first);

            clock.advance(Duration.ofDays(1));
            certificate.runOnce();
            assertThat(renewed).containsExactly(certificate.current());
            assertThat(certificate.current().chain().getFirst().getNotAfter().toInstant())
                    .isEqualTo(NOW.plus(Duration.ofDays(135)));
        }
    }
}
