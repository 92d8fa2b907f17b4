package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.TrustedKey;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.release.ApproverKeys;
import io.wherry.hub.token.SoftTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The approver's side with the key in a token, of SoftHSM. */
@ResourceLock("SoftHSM") // who is logged in is one for the whole process
class TokenSigningTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");
    private Path pin = Path.of("");

    @BeforeEach
    void make() throws IOException {
        SoftTokens.get();
        file = folder.resolve("shop.release");
        ReleaseSigningTest.unsigned().write(file);
        pin = secret("pin", SoftTokens.PIN + "\n");
    }

    private Path secret(String name, String text) throws IOException {
        Path made = Files.writeString(folder.resolve(name), text);
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    }

    private Cli.Ran wherry(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of("bundle", command));
        arguments.addAll(List.of("--pkcs11", SoftTokens.MODULE.toString(), "--token", "safe", "--key-label", "ada"));
        arguments.addAll(List.of(more));
        return new Cli(folder).run(arguments.toArray(String[]::new));
    }

    private Cli.Ran sign(Path pinFile) {
        return wherry("sign", file.toString(), "--yes", "--pin-file", pinFile.toString());
    }

    private int signatures() {
        return ReleaseFile.read(file).releases().getFirst().signatures().size();
    }

    @Test
    void aTokenSignsAndItsPublicKeyIsWhatTheHubRegisters() {
        Cli.Ran ran = sign(pin);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("7 of stack shop", "signed with key " + PublicKeyId.of(SoftTokens.ADA.getPublic()));
        assertThat(signatures()).isEqualTo(1);

        Path half = folder.resolve("ada.pub");
        Cli.Ran told = wherry("public-key", "--pin-file", pin.toString(), "-o", half.toString());
        assertThat(told.exit()).as(told.err()).isZero();
        assertThat(told.out()).isEmpty();
        assertThat(ApproverKeys.read(half)).isEqualTo(TrustedKey.of(SoftTokens.ADA.getPublic()));
        assertThat(wherry("public-key", "--pin-file", pin.toString()).out()).isEqualTo(read(half));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aKeyFileTellsItsPublicHalfToo() throws IOException {
        var keys = TestDevice.create().keys();
        Path key = secret(
                "ada.pem",
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        Path half = folder.resolve("ada.pub");

        Cli.Ran ran = new Cli(folder).run("bundle", "public-key", "--key", key.toString(), "-o", half.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err()).contains(PublicKeyId.of(keys.getPublic()), "wherry-hub keys approvers");
        assertThat(ApproverKeys.read(half)).isEqualTo(TrustedKey.of(keys.getPublic()));
    }

    @Test
    void asksBeforeItSigns() {
        Cli.Ran ran = wherry("sign", file.toString(), "--pin-file", pin.toString());

        assertThat(ran.exit()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(ran.err()).contains("this signs it with key", "--yes");
        assertThat(signatures()).isZero();
    }

    @Test
    void aPinComesFromATerminalOrAFileOfItsOwnersAlone() throws IOException {
        Cli.Ran without = wherry("sign", file.toString(), "--yes");
        assertThat(without.exit()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(without.err()).contains("token safe: its PIN is needed", "--pin-file");

        Path open = Files.setPosixFilePermissions(
                secret("open", SoftTokens.PIN), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(sign(open).err()).contains("rw-r--r--", "chmod 600 " + open);
        assertThat(sign(secret("empty", "\n")).err()).contains("empty: empty (expected: the PIN");
        assertThat(sign(secret("lines", "1234\n5678\n")).err()).contains("lines: several lines");
        assertThat(sign(folder.resolve("nowhere")).err()).contains("nowhere does not exist");
        Cli.Ran wrong = sign(secret("wrong", "271828"));
        assertThat(wrong.exit()).isEqualTo(ExitCode.FAILED.code());
        assertThat(wrong.err())
                .contains("token safe: the PIN is wrong", "locks")
                .doesNotContain("271828", "\tat ");
        assertThat(signatures()).isZero();
    }

    @Test
    void aKeyThatDoesNotSignLeavesTheFileAsItWas() throws IOException {
        String before = Files.readString(file);
        for (String key : List.of("rsa", "mute", "mixed", "nobody")) {
            Cli.Ran ran = new Cli(folder)
                    .run(
                            "bundle",
                            "sign",
                            file.toString(),
                            "--pkcs11",
                            SoftTokens.MODULE.toString(),
                            "--token",
                            "safe",
                            "--key-label",
                            key,
                            "--pin-file",
                            pin.toString(),
                            "--yes");

            assertThat(ran.exit()).as(key).isNotZero();
            assertThat(ran.err())
                    .as(key)
                    .contains("key " + key + " in token safe: ")
                    .doesNotContain("\tat ");
            assertThat(Files.readString(file)).isEqualTo(before);
        }
    }

    @Test
    void aKeyIsInAFileOrInATokenAndATokenIsNamedWhole() {
        assertThat(wherry("sign", file.toString(), "--key", "ada.pem").exit()).isEqualTo(ExitCode.USAGE.code());
        Cli.Ran half = new Cli(folder).run("bundle", "sign", file.toString(), "--pkcs11", "x.so", "--token", "safe");
        assertThat(half.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(half.err()).contains("--key-label");
        Cli.Ran none = new Cli(folder).run("bundle", "sign", file.toString());
        assertThat(none.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(none.err()).contains("--key", "--pkcs11");
    }
}
