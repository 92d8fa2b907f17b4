package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.BundleRef;
import io.wherry.contract.ChartRef;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Envelope;
import io.wherry.contract.Permissions;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Release;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.SourceRef;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.fleet.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The approver's side: a file, a key, and no hub. */
class ReleaseSigningTest {
    private static final Digest BUNDLE = Digest.of(new byte[] {7});

    @TempDir
    Path folder;

    private final KeyPair ada = TestDevice.create().keys();
    private Path file = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void make() throws IOException {
        file = folder.resolve("shop.release");
        key = pem("ada.pem", "PRIVATE KEY", ada.getPrivate());
        unsigned().write(file);
    }

    static ReleaseFile unsigned() {
        return new ReleaseFile(
                List.of(new ReleaseFile.Unsigned(release(), release().toStatement(), List.of())));
    }

    static Release release() {
        return new Release(
                Digest.of(new byte[] {1}),
                StackId.parse("sh0p00000000000000000000a1"),
                "shop",
                7,
                Release.Kind.CONTENT,
                Optional.of(new BundleRef(BUNDLE, 1234)),
                Optional.empty(),
                List.of("production", "vault"),
                Optional.of(new SourceRef("main", "https://git.example/shop.git", "branch main", "4b825dc6", "deploy")
                        .with(Optional.of(new ChartRef("oci://charts.example", "web", "1.2.3", BUNDLE)))),
                Optional.empty(),
                List.of(new SiteVariable("LEVEL", "debug|info", Optional.of("info"))),
                new Permissions(new TreeSet<>(Set.of("service/old", "volume/cache")), true),
                List.of());
    }

    private Path pem(String name, String type, PrivateKey secret) throws IOException {
        return text(
                name,
                "-----BEGIN " + type + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(secret.getEncoded())
                        + "\n-----END " + type + "-----\n");
    }

    private Path text(String name, String text) throws IOException {
        Path made = Files.writeString(folder.resolve(name), text);
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    }

    private Cli.Ran wherry(String... arguments) {
        return new Cli(folder).run(arguments);
    }

    private Cli.Ran sign(Path with) {
        return wherry("bundle", "sign", file.toString(), "--key", with.toString(), "--yes");
    }

    private Envelope signed() {
        return ReleaseFile.read(file).releases().getFirst().envelope();
    }

    @Test
    void showsAllThatTheReleaseAllowsAndSignsItsExactBytes() {
        Cli.Ran ran = sign(key);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "7 of stack shop",
                        "production, vault",
                        "4b825dc6",
                        "web 1.2.3 of oci://charts.example, " + BUNDLE,
                        "https://git.example/shop.git",
                        BUNDLE.toString(),
                        "LEVEL = debug|info (default: info)",
                        "service/old, volume/cache",
                        "and their data   YES",
                        Digest.of(release().toStatement()).toString(),
                        "signed with key " + PublicKeyId.of(ada.getPublic()));
        Envelope envelope = signed();
        assertThat(envelope.payload()).isEqualTo(release().toStatement());
        assertThat(envelope.signatures()).hasSize(1);
        assertThat(EcdsaP256.verifies(
                        ada.getPublic(),
                        envelope.pae(),
                        envelope.signatures().getFirst().sig()))
                .isTrue();
    }

    @Test
    void asksBeforeItSignsAndWithoutATerminalTakesYesOnly() throws IOException {
        byte[] before = Files.readAllBytes(file);

        Cli.Ran ran = wherry("bundle", "sign", file.toString(), "--key", key.toString());

        assertThat(ran.exit()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(ran.out()).contains("volume/cache");
        assertThat(ran.err()).contains(PublicKeyId.of(ada.getPublic()), "--yes");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aSecondPersonAddsASignatureAndTheSamePersonDoesNot() throws IOException {
        KeyPair bob = TestDevice.create().keys();
        sign(key);
        sign(key);
        sign(pem("bob.pem", "PRIVATE KEY", bob.getPrivate()));

        assertThat(signed().signatures())
                .extracting(Envelope.Signature::keyId)
                .containsExactly(PublicKeyId.of(ada.getPublic()), PublicKeyId.of(bob.getPublic()));
    }

    @Test
    void anotherFileLeavesTheFirstAsItWas() throws IOException {
        byte[] before = Files.readAllBytes(file);
        Path other = folder.resolve("signed.release");

        assertThat(wherry("bundle", "sign", file.toString(), "--key", key.toString(), "--yes", "-o", other.toString())
                        .exit())
                .isZero();

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(ReleaseFile.read(other).releases().getFirst().signatures()).hasSize(1);
    }

    /** Whoever carries the file may write a nicer summary into it; the person who signs sees what the bytes say. */
    @Test
    void theSummaryInTheFileIsNotBelieved() throws IOException {
        String text = Files.readString(file);
        Files.writeString(file, text.replace("and their data   YES", "and their data   no"));
        assertThat(Files.readString(file)).isNotEqualTo(text);

        assertThat(sign(key).out()).contains("and their data   YES");
        assertThat(Files.readString(file)).contains("and their data   YES");
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

            Cli.Ran ran = sign(key);

            assertThat(ran.exit()).isEqualTo(ExitCode.FAILED.code());
            assertThat(ran.err()).contains(mode, "chmod 600 " + key);
        }
        assertThat(ReleaseFile.read(file).releases().getFirst().signatures()).isEmpty();
    }

    @Test
    void aKeyOfAnotherFormIsNamedWithTheWayToMakeOneAndNeverShown() throws Exception {
        String secret = Base64.getEncoder().encodeToString(ada.getPrivate().getEncoded());
        List<Path> bad = List.of(
                text("empty.pem", ""),
                text("sec1.pem", "-----BEGIN EC PRIVATE KEY-----\n" + secret + "\n-----END EC PRIVATE KEY-----\n"),
                text(
                        "locked.pem",
                        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + secret + "\n-----END ENCRYPTED PRIVATE KEY-----\n"),
                text(
                        "junk.pem",
                        "-----BEGIN PRIVATE KEY-----\n" + secret.substring(9) + "\n-----END PRIVATE KEY-----\n"),
                text("big.pem", "x".repeat(9000)),
                pem("rsa.pem", "PRIVATE KEY", other("RSA")),
                pem("ed25519.pem", "PRIVATE KEY", other("Ed25519")),
                pem("p384.pem", "PRIVATE KEY", p384()));
        for (Path one : bad) {
            Cli.Ran ran = sign(one);

            assertThat(ran.exit()).as(one.toString()).isEqualTo(ExitCode.FAILED.code());
            assertThat(ran.err())
                    .as(one.toString())
                    .contains(one.toString(), "openssl genpkey")
                    .doesNotContain(secret.substring(20, 60), "\tat ");
        }
        assertThat(sign(folder.resolve("missing.pem")).err()).contains("missing.pem does not exist");
        assertThat(ReleaseFile.read(file).releases().getFirst().signatures()).isEmpty();
    }

    private static PrivateKey other(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
    }

    private static PrivateKey p384() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new java.security.spec.ECGenParameterSpec("secp384r1"));
        return generator.generateKeyPair().getPrivate();
    }

    @Test
    void aFileThatIsNoReleaseFileIsRefusedAndKept() throws IOException {
        Json.Obj good = JsonReader.object(Files.readAllBytes(file));
        Json.Obj entry = good.objects("releases").getFirst();
        for (String bad : List.of(
                "",
                "{}",
                "{\"format\":\"wherry.io/release-file/v2\",\"releases\":[]}",
                "{\"format\":\"wherry.io/release-file/v1\",\"releases\":[]}",
                new String(JsonWriter.canonical(entry), java.nio.charset.StandardCharsets.UTF_8),
                Files.readString(file).replace("application/vnd.in-toto+json", "text/plain"),
                Files.readString(file).replaceFirst("\"payload\": \"....", "\"payload\": \"e30="))) {
            Path wrong = text("wrong.release", bad);

            Cli.Ran ran = wherry("bundle", "sign", wrong.toString(), "--key", key.toString(), "--yes");

            assertThat(ran.exit()).as(bad).isEqualTo(ExitCode.VERIFICATION_FAILED.code());
            assertThat(ran.err()).contains("wrong.release", "export-unsigned").doesNotContain("\tat ");
            assertThat(Files.readString(wrong)).isEqualTo(bad);
        }
        assertThat(wherry("bundle", "sign", "nowhere.release", "--key", key.toString())
                        .err())
                .contains("nowhere.release does not exist");
    }

    @Test
    void submitSendsOneEnvelopeAndSaysWhatIsStillMissing() throws IOException {
        try (CannedHub hub = CannedHub.start(folder)) {
            Cli cli = new Cli(folder).loggedIn(hub, folder);
            assertThat(cli.run("bundle", "submit", file.toString()).err())
                    .contains("signed by nobody", "wherry bundle sign");
            sign(key);
            hub.on(
                    "POST /stacks/shop/approvals",
                    200,
                    "{\"counter\":7,\"signatures\":1,\"threshold\":2,\"fresh\":1,\"released\":false}");

            Cli.Ran ran = cli.run("bundle", "submit", file.toString(), "--change", "CHG-7");

            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("stack/shop release 7: 1 of 2 signatures; waits for more");
            assertThat(hub.requests().getLast())
                    .contains("CHG-7", Base64.getEncoder().encodeToString(signed().toJson()));
        }
    }
}
