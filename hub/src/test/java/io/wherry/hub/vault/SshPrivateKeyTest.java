package io.wherry.hub.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that {@code ssh-keygen} makes. */
class SshPrivateKeyTest {
    @TempDir
    Path folder;

    private String key(String... arguments) throws IOException, InterruptedException {
        Path file = folder.resolve("key");
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-f", file.toString()));
        command.addAll(List.of(arguments));
        Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(made.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
        return Files.readString(file);
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, 256, RFC4716, ssh-ed25519",
        "ecdsa, 256, RFC4716, ecdsa-sha2-nistp256",
        "ecdsa, 384, PEM, ecdsa-sha2-nistp384",
        "rsa, 3072, RFC4716, ssh-rsa",
        "rsa, 3072, PEM, ssh-rsa",
        "rsa, 3072, PKCS8, ssh-rsa"
    })
    void keysOfTodayAreTakenInEveryForm(String type, String bits, String form, String read) throws Exception {
        String text = key("-t", type, "-b", bits, "-m", form, "-N", "");

        assertThat(KeyUtils.getKeyType(SshPrivateKey.read(text))).isEqualTo(read);
        assertThat(new CredentialValue.SshKey(Secret.of(text.replace("\n", "\r\n"))).type())
                .isEqualTo("sshKey");
    }

    @ParameterizedTest
    @CsvSource({"rsa, 2048, an RSA key of 2048 bits", "ecdsa, 521, a key of type ecdsa-sha2-nistp521"})
    void weakAndUnusualKeysAreRefusedByName(String type, String bits, String why) throws Exception {
        String text = key("-t", type, "-b", bits, "-N", "");

        refused(text, why);
    }

    @ParameterizedTest
    @CsvSource({"ed25519, RFC4716", "rsa, PEM", "rsa, PKCS8"})
    void aPassphraseIsRefusedWithTheWayToTakeItAway(String type, String form) throws Exception {
        refused(key("-t", type, "-m", form, "-N", "open sesame"), "ssh-keygen -p");
    }

    @Test
    void whatIsNoPrivateKeyIsRefusedAndNotRepeated() throws Exception {
        String text = key("-t", "ed25519", "-N", "");

        refused(Files.readString(folder.resolve("key.pub")), "a public key");
        refused("hunter2", "not shown");
        refused(text.substring(0, 200), "cannot be read");
        refused(text.replaceFirst("AAAA", "BBBB"), "cannot be read");
        refused(text + text, "2 keys");
    }

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> SshPrivateKey.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining(why)
                .message()
                .doesNotContain("hunter2")
                .doesNotContain(text.strip().lines().skip(1).findFirst().orElse("hunter2"));
    }
}
