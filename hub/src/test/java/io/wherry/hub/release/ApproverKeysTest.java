package io.wherry.hub.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import io.wherry.contract.Role;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApproverKeysTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path data;

    private final TrustedKey ada = TrustedKey.of(KeyFile.generate(RANDOM).publicKey());
    private final TrustedKey bob = TrustedKey.of(KeyFile.generate(RANDOM).publicKey());
    private Keys first;

    @BeforeEach
    void create() {
        first = Keys.create(data, Digest.of(new byte[] {1}), RANDOM, NOW);
    }

    private Role role(String environment) {
        return Keys.open(data).trustRoot().roles().releaseFor(environment).orElseThrow();
    }

    /** As an agent that joined at version 1 follows. */
    private TrustRoot followed() {
        return ((Roots.Trusted) RootChain.extend(
                        Optional.empty(), first.trustDomain(), Keys.open(data).chain()))
                .newest();
    }

    @Test
    void theNextRootNamesTheApproversAndAgentsFollowIt() {
        ApproverKeys.set(data, "production", 2, List.of(ada, bob), NOW);

        assertThat(role("production")).isEqualTo(new Role(List.of(ada.keyId(), bob.keyId()), 2));
        assertThat(role("lab")).isEqualTo(Role.of(first.release().keyId()));
        assertThat(followed().version()).isEqualTo(2);
        assertThat(followed()).isEqualTo(Keys.open(data).trustRoot());
        assertThat(Keys.open(data).own()).doesNotContain(ada.keyId(), bob.keyId());
    }

    @Test
    void keysThatNoEnvironmentHasAnyLongerLeaveTheRoot() {
        ApproverKeys.set(data, "production", 1, List.of(ada), NOW);
        ApproverKeys.set(data, "*", 2, List.of(ada, bob), NOW);
        ApproverKeys.set(data, "production", 1, List.of(bob), NOW);
        assertThat(followed().findKey(ada.keyId())).isPresent();

        ApproverKeys.clear(data, "*", NOW);

        assertThat(followed().findKey(ada.keyId())).isEmpty();
        assertThat(role("")).isEqualTo(Role.of(first.release().keyId()));
        ApproverKeys.clear(data, "production", NOW);
        assertThat(followed().keys()).hasSize(4);
        assertThat(role("production")).isEqualTo(Role.of(first.release().keyId()));
        assertThat(followed().version()).isEqualTo(6);
    }

    @Test
    void whatWouldBeNoSplitOrNoChangeIsRefusedAndMakesNoRoot() {
        TrustedKey own = first.trustRoot().findKey(first.release().keyId()).orElseThrow();

        refused("lies on this hub", 1, own);
        refused("threshold: 2", 2, ada);
        refused("threshold: 0", 0, ada);
        refused("keyIds", 1, ada, ada);
        assertThatThrownBy(() -> ApproverKeys.set(data, "No Name", 1, List.of(ada), NOW))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining("No Name");
        assertThatThrownBy(() -> ApproverKeys.clear(data, "production", NOW))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining("no approvers of its own");
        assertThatThrownBy(() -> ApproverKeys.clear(data, "*", NOW)).isInstanceOf(KeysException.class);
        assertThat(followed().version()).isEqualTo(1);

        ApproverKeys.set(data, "production", 1, List.of(ada), NOW);
        refused("has these approvers already", 1, ada);
        assertThat(followed().version()).isEqualTo(2);
    }

    private void refused(String words, int threshold, TrustedKey... keys) {
        assertThatThrownBy(() -> ApproverKeys.set(data, "production", threshold, List.of(keys), NOW))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining(words);
    }

    @Test
    void rotationLeavesTheApproversAlone() {
        ApproverKeys.set(data, "*", 2, List.of(ada, bob), NOW);

        Keys rotated = KeyRotation.rotate(data, EnumSet.allOf(KeyRole.class), RANDOM, NOW);

        assertThat(role("production").keyIds()).containsExactly(ada.keyId(), bob.keyId());
        assertThat(followed()).isEqualTo(rotated.trustRoot());
        assertThat(rotated.release().keyId()).isNotEqualTo(first.release().keyId());
        ApproverKeys.clear(data, "*", NOW);
        assertThat(role("")).isEqualTo(Role.of(rotated.release().keyId()));
    }

    @Test
    void aHubWhoseRootKeyIsElsewhereServesAndMakesNoRoot() throws IOException {
        ApproverKeys.set(data, "production", 1, List.of(ada), NOW);
        Path away = data.resolve("root.pem");
        Files.move(data.resolve("keys/root.pem"), away);

        Keys open = Keys.open(data);
        assertThat(open.release().keyId()).isEqualTo(first.release().keyId());
        assertThatThrownBy(() -> ApproverKeys.clear(data, "production", NOW))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining("root.pem")
                .hasMessageContaining("put it back");
        assertThatThrownBy(() -> KeyRotation.rotate(data, Set.of(KeyRole.HUB), RANDOM, NOW))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining("put it back");
        assertThat(Keys.open(data).trustRoot()).isEqualTo(open.trustRoot());
        assertThat(Keys.open(data).hub().keyId()).isEqualTo(first.hub().keyId());

        Files.move(away, data.resolve("keys/root.pem"));
        ApproverKeys.clear(data, "production", NOW);
        assertThat(followed().version()).isEqualTo(3);
    }

    @Test
    void readsAPublicKeyInPem() throws IOException {
        assertThat(ApproverKeys.read(file("PUBLIC KEY", ada.spki()))).isEqualTo(ada);
    }

    private Path file(String type, String base64) throws IOException {
        return Files.writeString(
                data.resolve("key.pub"), "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"})
    void aFileWithoutSuchAKeyIsNamed(String text) throws IOException {
        Path file = Files.writeString(data.resolve("key.pub"), text);

        assertThatThrownBy(() -> ApproverKeys.read(file))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("openssl pkey");
    }

    @Test
    void aPrivateKeyIsRefusedAndNotShown() throws IOException {
        String secret = Base64.getEncoder()
                .encodeToString(KeyFile.generate(RANDOM).privateKey().getEncoded());

        assertThatThrownBy(() -> ApproverKeys.read(file("PRIVATE KEY", secret)))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining("must never come to the hub")
                .hasMessageNotContaining(secret.substring(20, 60));
        assertThatThrownBy(() -> ApproverKeys.read(data.resolve("missing.pub")))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining("missing.pub");
        assertThatThrownBy(() -> ApproverKeys.read(Files.writeString(data.resolve("big"), "x".repeat(5000))))
                .hasMessageContaining("5000 bytes");
    }
}
