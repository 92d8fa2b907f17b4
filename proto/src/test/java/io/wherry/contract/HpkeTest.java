package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode. The RFC prints no vector of X25519 with AES-256-GCM; the
 * suites differ in the AEAD's number and key length alone, and the hub's tests let another implementation open and seal with AES-256-GCM.
 */
class HpkeTest {
    private static final KeyPair EPHEMERAL = pair(
            "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
            "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    private static final byte[] RECIPIENT_KEY = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    private static final KeyPair RECIPIENT = pair(
            "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
            "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    private static final byte[] INFO = hex("4f6465206f6e2061204772656369616e2055726e");
    private static final byte[] AAD = hex("436f756e742d30");
    private static final byte[] PLAINTEXT = hex("4265617574792069732074727574682c20747275746820626561757479");

    @Test
    void sealsAsTheRfcSays() throws GeneralSecurityException {
        Hpke.Sealed sealed = Hpke.AES_128.seal(EPHEMERAL, RECIPIENT_KEY, INFO, AAD, PLAINTEXT);

        assertThat(sealed.enc()).isEqualTo(hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"));
        assertThat(sealed.ciphertext())
                .isEqualTo(hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                        + "6d8770ac83d07bea87e13c512a"));
    }

    @Test
    void opensWhatTheRfcSealed() throws GeneralSecurityException {
        Hpke.Sealed sealed = new Hpke.Sealed(
                hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
                hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"));

        assertThat(Hpke.AES_128.open(RECIPIENT, sealed, INFO, AAD)).isEqualTo(PLAINTEXT);
    }

    @Test
    void opensWhatItSealedAndNothingThatWasChanged() throws GeneralSecurityException {
        KeyPair recipient = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        byte[] value = "value".getBytes(UTF_8);
        Hpke.Sealed sealed = Hpke.AES_256.seal(Hpke.raw(recipient.getPublic()), INFO, AAD, value);

        assertThat(Hpke.AES_256.open(recipient, sealed, INFO, AAD)).isEqualTo(value);
        for (int bit = 0; bit < sealed.ciphertext().length * 8; bit++) {
            byte[] flipped = sealed.ciphertext().clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Hpke.Sealed changed = new Hpke.Sealed(sealed.enc(), flipped);
            assertThatThrownBy(() -> Hpke.AES_256.open(recipient, changed, INFO, AAD))
                    .as("bit %d", bit)
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void sealsToNoKeyThatEverybodyHas() {
        assertThatThrownBy(() -> Hpke.AES_256.seal(new byte[32], INFO, AAD, PLAINTEXT))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> Hpke.AES_256.seal(new byte[31], INFO, AAD, PLAINTEXT))
                .isInstanceOf(GeneralSecurityException.class);
    }

    private static KeyPair pair(String secret, String open) {
        try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            byte[] raw = hex(open);
            byte[] big = new byte[raw.length];
            for (int i = 0; i < raw.length; i++) {
                big[i] = raw[raw.length - 1 - i];
            }
            return new KeyPair(
                    keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big))),
                    keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, hex(secret))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
