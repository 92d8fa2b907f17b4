package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Requirement S17: what is sealed to one agent opens there, for that stack and that version, and nowhere else. The RFC's vectors: {@link HpkeTest}. */
class S17SealedSecretsTest {
    private static final String UID = "secret00000000000000000001";
    private static final Digest DOMAIN = Digest.of("domain".getBytes(UTF_8));
    private static final AgentId AGENT = AgentId.parse("0123456789abcdefghjkmnpqrs");
    private static final StackId STACK = StackId.parse("sh0p00000000000000000000a1");
    private static final SecretSeal SEAL = new SecretSeal(DOMAIN, AGENT, STACK);
    private static final byte[] VALUE = "s3cret-value".getBytes(UTF_8);

    private final KeyPair own = pair();
    private final SealedSecret sealed = SEAL.seal("db", UID, 2, Hpke.raw(own.getPublic()), VALUE);

    @Test
    void opensAtItsAgent() {
        assertThat(SEAL.open(sealed, own)).hasValue(VALUE);
        assertThat(sealed.keyHash()).isEqualTo(Digest.of(Hpke.raw(own.getPublic())));
        assertThat(sealed.toString()).doesNotContain("s3cret-value");
    }

    @Test
    void anotherAgentsKeyFails() {
        assertThat(SEAL.open(sealed, pair())).isEmpty();
    }

    @Test
    void underAnotherAgentStackSecretOrVersionItDoesNotOpenEvenWithTheRightKey() {
        assertThat(new SecretSeal(Digest.of(VALUE), AGENT, STACK).open(sealed, own))
                .isEmpty();
        assertThat(new SecretSeal(DOMAIN, AgentId.parse("1123456789abcdefghjkmnpqrs"), STACK).open(sealed, own))
                .isEmpty();
        assertThat(new SecretSeal(DOMAIN, AGENT, StackId.parse("th0p00000000000000000000a1")).open(sealed, own))
                .isEmpty();
        assertThat(SEAL.open(with(sealed, "secret00000000000000000002", 2, sealed.suite()), own))
                .isEmpty();
        assertThat(SEAL.open(with(sealed, UID, 1, sealed.suite()), own)).isEmpty();
        assertThat(SEAL.open(with(sealed, UID, 2, "hpke-of-tomorrow"), own)).isEmpty();
    }

    @Test
    void aKeyThatEverybodyHasFails() {
        SealedSecret toNobody = new SealedSecret(
                "db",
                UID,
                2,
                sealed.keyHash(),
                sealed.suite(),
                Base64.getEncoder().encodeToString(new byte[32]),
                sealed.ciphertext());

        assertThat(SEAL.open(toNobody, own)).isEmpty();
    }

    @Test
    void theLongestValueFitsAndALongerOneIsRefused() {
        byte[] key = Hpke.raw(own.getPublic());

        assertThat(SEAL.open(SEAL.seal("db", UID, 1, key, new byte[SecretSeal.MAX_BYTES]), own))
                .hasValueSatisfying(value -> assertThat(value).hasSize(SecretSeal.MAX_BYTES));
        assertThatThrownBy(() -> SEAL.seal("db", UID, 1, key, new byte[SecretSeal.MAX_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SEAL.seal("db", UID, 1, new byte[32], VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static SealedSecret with(SealedSecret sealed, String uid, long version, String suite) {
        return new SealedSecret(
                sealed.name(), uid, version, sealed.keyHash(), suite, sealed.enc(), sealed.ciphertext());
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
