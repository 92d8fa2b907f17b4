package io.wherry.hub.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyRotationTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path data;

    private Keys first;

    @BeforeEach
    void create() {
        first = Keys.create(data, Digest.of(new byte[] {1}), RANDOM, NOW);
    }

    @ParameterizedTest
    @EnumSource(KeyRole.class)
    void changesTheKeyOfOneRoleAndNoOther(KeyRole changed) {
        Keys after = KeyRotation.rotate(data, Set.of(changed), RANDOM, NOW.plusSeconds(1));

        for (KeyRole role : KeyRole.values()) {
            String before = first.signer(role.word()).keyId();
            String now = after.signer(role.word()).keyId();
            assertThat(now.equals(before)).as(role.word()).isEqualTo(role != changed);
            assertThat(after.trustRoot().findKey(now)).isPresent();
            assertThat(after.trustRoot().findKey(before).isPresent()).isEqualTo(role != changed);
        }
        assertThat(after.trustDomain()).isEqualTo(first.trustDomain());
        assertThat(after.epoch()).isEqualTo(first.epoch());
        followed(after);
    }

    @Test
    @Tag("long")
    void aChainOfRotationsLeadsFromThePinToTheNewest() {
        for (int i = 2; i <= Limits.ROOT_CHAIN; i++) {
            KeyRotation.rotate(data, EnumSet.allOf(KeyRole.class), RANDOM, NOW);
        }
        assertThat(followed(Keys.open(data))).isEqualTo(Limits.ROOT_CHAIN);
        assertThatThrownBy(() -> KeyRotation.rotate(data, Set.of(KeyRole.HUB), RANDOM, NOW))
                .isInstanceOf(KeysException.class)
                .hasMessageContaining("as many as a joining agent takes");
    }

    @Test
    void aPowerCutBeforeTheRootLeavesTheOldKeysInForce() throws IOException {
        Path key = data.resolve("keys/hub.pem");
        KeyFile.generate(RANDOM).write(KeyRotation.next(key));

        assertThat(Keys.open(data).hub().keyId()).isEqualTo(first.hub().keyId());
        Keys after = KeyRotation.rotate(data, Set.of(KeyRole.LOG), RANDOM, NOW);
        assertThat(after.hub().keyId()).isEqualTo(first.hub().keyId());
        assertThat(KeyRotation.next(key)).doesNotExist();
    }

    @Test
    void aPowerCutAfterTheRootPutsTheNewKeysInForce() throws IOException {
        Path key = data.resolve("keys/hub.pem");
        Path before = Files.copy(key, data.resolve("before.pem"), StandardCopyOption.COPY_ATTRIBUTES);
        Keys after = KeyRotation.rotate(data, Set.of(KeyRole.HUB), RANDOM, NOW);
        Files.move(key, KeyRotation.next(key));
        Files.move(before, key);

        assertThat(Keys.open(data).hub().keyId()).isEqualTo(after.hub().keyId());
        KeyRotation.rotate(data, Set.of(KeyRole.LOG), RANDOM, NOW);
        assertThat(KeyRotation.next(key)).doesNotExist();
        assertThat(Keys.open(data).hub().keyId()).isEqualTo(after.hub().keyId());
    }

    /** As an agent follows: from the trust domain alone. */
    private long followed(Keys keys) {
        Roots roots = RootChain.extend(Optional.empty(), first.trustDomain(), List.copyOf(keys.chain()));
        assertThat(roots).isInstanceOf(Roots.Trusted.class);
        return ((Roots.Trusted) roots).newest().version();
    }
}
