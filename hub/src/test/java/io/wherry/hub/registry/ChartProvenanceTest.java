package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.ChartKeyring;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Provenance that helm and gpg made (src/test/resources/provenance), and what others made of it. */
class ChartProvenanceTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final byte[] ARCHIVE = bytes("web-1.2.3.tgz");
    private static final ChartFrom FROM = new ChartFrom(
            "https://charts.example.org", "web", "1.2.3", Optional.empty(), Optional.empty(), Optional.empty());

    @ParameterizedTest
    @CsvSource({
        "by-helm, ada, A924F0DAA4373B9A7E8002C5622811CC2A528081 (Ada <ada@example.org>)",
        "ada, ada, A924F0DAA4373B9A7E8002C5622811CC2A528081 (Ada <ada@example.org>)",
        "bob, bob, 11CDE93708A846401C82C62E6EB9018CF4A9E55E (Bob <bob@example.org>)",
        "eve, eve, C3FDE0B01D1192F24AFE5778220B0B0F7E6852AF (Eve <eve@example.org>)"
    })
    void isOfTheKeyThatSignedIt(String file, String keys, String signer) throws RegistryException {
        assertThat(signer(text(file + ".prov"), text(keys + ".asc"))).isEqualTo(signer);
        assertThat(signer(text(file + ".prov").replace("\n", "\r\n"), text(keys + ".asc")))
                .isEqualTo(signer);
    }

    @Test
    void oneKeyOfSeveralIsEnough() throws RegistryException {
        assertThat(signer(text("eve.prov"), text("ada.asc") + text("eve.asc"))).contains("Eve");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "eve | ada | is signed by key 220B0B0F7E6852AF, and helm.chartFrom.verify.keyring has A924F0DAA4373B9A7E8002C5622811CC2A528081 (Ada <ada@example.org>)",
                "old | old | is signed by key A0C8AA949E1A921D421DE65FE1CA8696543B2094 (Old <old@example.org>), which expired 2026-01-31T00:00:00Z",
                "lost | lost | is signed by key 72EB405C8FA9C24B226EAF9B93EBC9726A3FD004 (Lost <lost@example.org>), which was revoked",
                "short | ada | that was good until 2026-01-20T00:00:00Z",
                "sha1 | ada | over a weak digest (SHA1)",
                "other-version | ada | is that of chart web 1.2.2, signed by A924",
                "other-name | ada | is that of chart db 1.2.3, signed by A924",
                "other-file | ada | says no digest of web-1.2.3.tgz",
                "no-files | ada | holds no Chart.yaml and files:"
            })
    void whatDoesNotCountIsRefusedWithItsCause(String file, String keys, String why) {
        refused(text(file + ".prov"), text(keys + ".asc"), why);
    }

    @Test
    void whatWasChangedIsRefused() {
        String good = text("ada.prov");
        String keys = text("ada.asc");
        refused(good.replace("version: 1.2.3", "version: 1.2.4"), keys, "was changed after key A924");
        refused(good.replace("\n...", "\nadded: 1\n\n..."), keys, "was changed after key A924");
        refused(good.replace("name: web", "-name: web"), keys, "begins with a dash and is not escaped");
        refused(good.replace("Hash: SHA512", "Hash: SHA512\nname: x"), keys, "a header that is not signed: line 3");
        refused(good + "name: x\n", keys, "goes on after its signature");
        refused("name: x\n" + good, keys, "is not signed: it does not begin with -----BEGIN PGP SIGNED MESSAGE-----");
        refused("", keys, "is not signed");
        refused(good.substring(0, good.length() / 4), keys, "is cut off: it has no -----BEGIN PGP SIGNATURE-----");
        refused(good.substring(0, good.length() - 30), keys, "is cut off: it has no -----END PGP SIGNATURE-----");
        refused(
                good.replaceAll("(?s)(BEGIN PGP SIGNATURE-----\n\n).*(\n-----END)", "$1$2"),
                keys,
                "holds no signature");
    }

    @Test
    void anotherArchiveThanTheSignedOneIsRefused() {
        byte[] other = "another".getBytes(UTF_8);
        assertThatThrownBy(() -> signer(text("ada.prov"), text("ada.asc"), Optional.of(other)))
                .isInstanceOf(RegistryException.class)
                .hasMessage("chart web 1.2.3 of https://charts.example.org: its provenance says that web-1.2.3.tgz is "
                        + Digest.of(ARCHIVE) + ", signed by A924F0DAA4373B9A7E8002C5622811CC2A528081 (Ada"
                        + " <ada@example.org>), and it is " + Digest.of(other));
    }

    @Test
    void oneThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ChartProvenance.signer(
                        FROM, new ChartKeyring(text("ada.asc")), ChartSource.Chart.unsigned(ARCHIVE), NOW))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("has no provenance (web-1.2.3.tgz.prov)");
    }

    @Test
    void keysThatCannotBeReadAreNamed() {
        String keys = text("ada.asc");
        refused(text("ada.prov"), keys.substring(0, keys.length() / 2), "helm.chartFrom.verify.keyring cannot be read");
        refused(
                text("ada.prov"),
                text("ada.prov").replaceAll("(?s)^.*(-----BEGIN PGP )SIGNATURE", "$1PUBLIC KEY BLOCK"),
                "helm.chartFrom.verify.keyring ");
        assertThatThrownBy(() -> new ChartKeyring("A924 F0DA"))
                .hasMessageStartingWith("keyring: not shown (expected: public keys as gpg --armor --export");
        assertThatThrownBy(() -> new ChartKeyring("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nhush"))
                .hasMessageStartingWith("keyring: a secret key (expected:")
                .hasMessageNotContaining("hush");
    }

    /** A signature of a version and a length that would want gigabytes, and others that are none. */
    @RepeatedTest(200)
    void whateverStandsInTheSignatureIsRefusedAndCostsNothing(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        byte[] packet = new byte[40 + random.nextInt(200)];
        random.nextBytes(packet);
        packet[0] = (byte) 0xc2;
        packet[1] = (byte) (seed % 3 == 0 ? 100 : 0xff);
        int version = packet[1] == 100 ? 2 : 6;
        packet[version] = (byte) (3 + seed % 4);
        packet[version + 4] = 0x7f;
        String armored = text("ada.prov")
                .replaceAll(
                        "(?s)(BEGIN PGP SIGNATURE-----\n\n).*(\n-----END)",
                        "$1" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(packet) + "$2");

        assertThatCode(() -> signer(armored, text("ada.asc")))
                .as("seed %d", seed)
                .isInstanceOf(RegistryException.class);
    }

    private static void refused(String provenance, String keys, String why) {
        assertThatThrownBy(() -> signer(provenance, keys))
                .isInstanceOf(RegistryException.class)
                .hasMessageStartingWith("chart web 1.2.3 of https://charts.example.org: its provenance ")
                .hasMessageContaining(why);
    }

    private static String signer(String provenance, String keys) throws RegistryException {
        return signer(provenance, keys, Optional.empty());
    }

    private static String signer(String provenance, String keys, Optional<byte[]> archive) throws RegistryException {
        return ChartProvenance.signer(
                FROM,
                new ChartKeyring(keys),
                new ChartSource.Chart(archive.orElse(ARCHIVE), Optional.of(provenance.getBytes(UTF_8))),
                NOW);
    }

    private static String text(String file) {
        return new String(bytes(file), UTF_8);
    }

    private static byte[] bytes(String file) {
        try (InputStream in =
                Objects.requireNonNull(ChartProvenanceTest.class.getResourceAsStream("/provenance/" + file), file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
