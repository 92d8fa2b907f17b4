package io.wherry.hub.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaFilesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final URI IDENTITY = URI.create("wherry://" + "ab".repeat(32) + "/agent/00000000000000000000000001");

    private final SecureRandom random = new SecureRandom();
    private final CaKeys first = CaKeys.create(random, NOW);
    private final CaKeys second = CaKeys.create(random, NOW);

    @TempDir
    Path data;

    private CaFiles files;

    @BeforeEach
    void write() {
        files = new CaFiles(data.resolve("ca.pem"), data.resolve("ca.crt"), data.resolve("ca-retired.crt"));
        first.write(files.key(), files.certificate());
    }

    @Test
    void theNextOneTakesItsPlaceOnceTheRootNamesIt() {
        files.prepare(second);

        assertThat(files.open(List.of(second.pin())).pin()).isEqualTo(second.pin());
        assertThat(files.retiredCertificates()).containsExactly(first.certificate());
        assertThat(data).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void withoutARootThatNamesItItIsThrownAway() {
        files.prepare(second);

        assertThat(files.open(List.of(first.pin())).pin()).isEqualTo(first.pin());
        assertThat(files.retiredCertificates()).isEmpty();
        assertThat(data).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void aPowerCutBeforeItsCertificateLeavesThePresentOne() throws Exception {
        files.prepare(second);
        Files.delete(data.resolve("ca.crt.next"));

        assertThat(files.open(List.of(first.pin())).pin()).isEqualTo(first.pin());
        assertThat(data).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void aPowerCutBetweenTheTwoMovesIsGoneOnFrom() throws Exception {
        files.prepare(second);
        Files.write(files.retired(), Pem.encode(first.certificate()));
        Files.move(data.resolve("ca.crt.next"), files.certificate(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(files.open(List.of(second.pin())).pin()).isEqualTo(second.pin());
        assertThat(files.retiredCertificates()).containsExactly(first.certificate());
    }

    @Test
    void agentsOfEveryEarlierAuthorityAreKnownAndThoseOfAStrangerAreNot() {
        CaKeys third = CaKeys.create(random, NOW);
        X509Certificate oldest = issued(first);
        X509Certificate older = issued(second);
        files.prepare(second);
        files.finish(List.of(second.pin()));
        files.prepare(third);
        CaKeys now = files.open(List.of(third.pin()));

        var authority = new CertificateAuthority(now, files.retiredCertificates(), InstantSource.fixed(NOW), random);

        assertThat(List.of(oldest, older, issued(third))).allMatch(authority::signed);
        assertThat(authority.signed(issued(CaKeys.create(random, NOW)))).isFalse();
        assertThat(authority.pin()).isEqualTo(third.pin());
    }

    private X509Certificate issued(CaKeys keys) {
        return new CertificateAuthority(keys, InstantSource.fixed(NOW), random)
                .issueAgent(IDENTITY, P256.generate(random).getPublic());
    }
}
