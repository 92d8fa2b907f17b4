package io.wherry.hub.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.ExitCode;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.PublicKeyId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Keys in real tokens, of SoftHSM. */
@ResourceLock("SoftHSM") // who is logged in is one for the whole process
class TokenSignerTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final KeyPair ADA = SoftTokens.ADA;

    @TempDir
    Path folder;

    private static TokenSigner open(String token, String key) {
        return TokenSigner.open(SoftTokens.MODULE, token, key, _ -> SoftTokens.PIN.toCharArray());
    }

    private static TokenException refused(String token, String key) {
        return refused(SoftTokens.MODULE, token, key, SoftTokens.PIN);
    }

    private static TokenException refused(Path module, String token, String key, String pin) {
        try (TokenSigner signer = TokenSigner.open(module, token, key, _ -> pin.toCharArray())) {
            signer.sign(MESSAGE);
        } catch (TokenException e) {
            assertThat(e).hasStackTraceContaining("TokenException");
            assertThat(e.getMessage() + e.hint()).doesNotContain(pin);
            return e;
        }
        throw new AssertionError("signed");
    }

    @Test
    void aKeyInATokenSignsAsAKeyInAFileDoes() {
        try (TokenSigner signer = open("safe", "ada")) {
            assertThat(signer.publicKey()).isEqualTo(ADA.getPublic());
            assertThat(signer.keyId()).isEqualTo(PublicKeyId.of(ADA.getPublic()));
            assertThat(EcdsaP256.verifies(ADA.getPublic(), MESSAGE, signer.sign(MESSAGE)))
                    .isTrue();
        }
    }

    @Test
    void aTokenIsNamedByItsSerialNumberToo() {
        Token safe = Token.choose(ModuleTokens.of(SoftTokens.MODULE), "safe");

        try (TokenSigner signer = open(safe.serial(), "ada")) {
            assertThat(signer.publicKey()).isEqualTo(ADA.getPublic());
        }
    }

    @Test
    void aModuleThatIsMissingOrNoneIsNamed() throws Exception {
        Path text = Files.writeString(folder.resolve("text.so"), "no library");
        Path zlib = folder.resolve("libz.so");
        try (var libraries = Files.walk(Path.of("/lib"), 3, java.nio.file.FileVisitOption.FOLLOW_LINKS)) {
            Files.createSymbolicLink(
                    zlib,
                    libraries
                            .filter(file -> file.endsWith("libz.so.1"))
                            .findFirst()
                            .orElseThrow());
        }

        TokenException missing = refused(folder.resolve("missing.so"), "safe", "ada", SoftTokens.PIN);
        assertThat(missing).hasMessageContaining("missing.so does not exist");
        assertThat(missing.exit()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(refused(folder, "safe", "ada", SoftTokens.PIN)).hasMessageContaining("no file");
        assertThat(refused(text, "safe", "ada", SoftTokens.PIN))
                .hasMessageContaining("text.so: no PKCS#11 module: it is no library");
        assertThat(refused(zlib, "safe", "ada", SoftTokens.PIN))
                .hasMessageContaining("libz.so: no PKCS#11 module: it is a library without C_GetFunctionList");
        Path odd = Files.createDirectory(folder.resolve("a$b")).resolve("x.so");
        Files.createSymbolicLink(odd, SoftTokens.MODULE);
        assertThat(refused(odd, "safe", "ada", SoftTokens.PIN)).hasMessageContaining("in its path");
    }

    @Test
    void aTokenThatIsNotThereIsToldWithThoseThatAre() {
        TokenException refused = refused("saef", "ada");

        assertThat(refused)
                .hasMessageStartingWith("token saef: the module has none of this name (there are: empty, ")
                .hasMessageEndingWith("safe, twin)");
        assertThat(refused.exit()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void tokensOfOneNameAreToldApartByTheirSerialNumbers() {
        List<String> serials = ModuleTokens.of(SoftTokens.MODULE).stream()
                .filter(token -> token.label().equals("twin"))
                .map(Token::serial)
                .toList();
        assertThat(serials).hasSize(2);

        TokenException refused = refused("twin", "ada");

        assertThat(refused).hasMessageContaining("2 tokens have this name").hasMessageContaining(serials.getFirst());
        assertThat(refused(serials.getFirst(), "ada")).hasMessageContaining("in token twin: there is none");
    }

    @Test
    void aKeyThatIsNotThereIsToldWithThoseThatAre() {
        TokenException refused = refused("safe", "adda");

        assertThat(refused)
                .hasMessage(
                        "key adda in token safe: there is none that has a certificate (there are: ada, mixed, mute, p384, rsa)");
        assertThat(refused.exit()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(refused("empty", "ada")).hasMessageEndingWith("nor any other key");
    }

    @Test
    void aWrongPinSaysThatTokensLockAndTheRightOneStillOpens() {
        for (String wrong : List.of("271828", "1", "9".repeat(300))) {
            TokenException refused = refused(SoftTokens.MODULE, "safe", "ada", wrong);

            assertThat(refused).hasMessage("token safe: the PIN is wrong");
            assertThat(refused.hint()).contains("locks");
            assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
        }
        open("safe", "ada").close();
    }

    @Test
    void aKeyOfAnotherKindOrOneThatMayNotSignIsRefused() {
        assertThat(refused("safe", "rsa")).hasMessageContaining("another kind: RSA (expected: EC on P-256)");
        assertThat(refused("safe", "p384")).hasMessageContaining("another kind: EC");
        assertThat(refused("safe", "mute")).hasMessage("key mute in token safe: may not sign (its CKA_SIGN is false)");
        assertThat(refused("safe", "mixed")).hasMessageContaining("certificate beside it is another key's");
    }

    @Test
    void aTokenThatIsPulledOutMeanwhileIsNamed() throws Exception {
        try (TokenSigner signer = open("pulled", "bob")) {
            SoftTokens.get().pullOut("pulled");

            assertThatThrownBy(() -> signer.sign(MESSAGE))
                    .isInstanceOf(TokenException.class)
                    .hasMessageContaining("key bob in token pulled: is gone");
        }
    }

    @Test
    void aLockedTokenIsNotTriedAndItsLastTryIsTold() {
        Token locked = new Token(0, 1, "safe", "1", 0x40008);
        Token last = new Token(0, 1, "safe", "1", 0x20008);
        Token blank = new Token(0, 1, "safe", "1", 0);

        assertThatThrownBy(locked::requireOpenable).hasMessageContaining("PIN is locked");
        assertThatThrownBy(blank::requireOpenable).hasMessageContaining("has no PIN yet");
        last.requireOpenable();
        assertThat(last.afterAWrongPin()).contains("locked now");
        assertThatThrownBy(() -> Token.choose(List.of(), "safe")).hasMessageContaining("and no other");
    }
}
