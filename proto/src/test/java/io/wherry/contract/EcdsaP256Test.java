package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcdsaP256Test {
    private static final TestKey KEY = TestKey.named("key");
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    @Test
    void readsBackAKeyInItsOnlySpelling() {
        assertThat(EcdsaP256.publicKey(KEY.publicKey().getEncoded())).isEqualTo(KEY.publicKey());
        assertThat(KEY.publicKey().getEncoded()).hasSize(EcdsaP256.SPKI_BYTES);
    }

    @Test
    void aSignerOfTheJdkMakesWhatIsVerified() {
        EcdsaSigner signer = EcdsaSigner.of(KEY.privateKey(), KEY.publicKey());

        assertThat(EcdsaP256.verifies(KEY.publicKey(), MESSAGE, signer.sign(MESSAGE)))
                .isTrue();
        assertThat(signer.keyId()).isEqualTo(PublicKeyId.of(KEY.publicKey())).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp384r1", "secp521r1"})
    void refusesOtherCurvesWhereAKeyIsRegistered(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        var pair = generator.generateKeyPair();

        assertThatThrownBy(() -> EcdsaP256.publicKey(pair.getPublic().getEncoded()))
                .hasMessageContaining("expected: P-256");
        assertThatThrownBy(() -> EcdsaSigner.of(pair)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed25519", "X25519"})
    void refusesOtherKindsOfKeys(String algorithm) throws Exception {
        var pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();

        assertThatThrownBy(() -> EcdsaP256.publicKey(pair.getPublic().getEncoded()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EcdsaSigner.of(pair)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAPointBesideTheCurve() {
        byte[] spki = KEY.publicKey().getEncoded();
        spki[90] ^= 1;

        assertThatThrownBy(() -> EcdsaP256.publicKey(spki)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesThePointAtInfinity() {
        byte[] spki = KEY.publicKey().getEncoded();
        byte[] infinity = HexFormat.of().parseHex("3019301306072a8648ce3d020106082a8648ce3d030107030200" + "00");
        byte[] zero = Arrays.copyOf(spki, 91);
        Arrays.fill(zero, 27, 91, (byte) 0);

        assertThatThrownBy(() -> EcdsaP256.publicKey(infinity)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EcdsaP256.publicKey(zero)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesACompressedPointAndTrailingBytes() {
        byte[] spki = KEY.publicKey().getEncoded();
        boolean odd = ((ECPublicKey) KEY.publicKey()).getW().getAffineY().testBit(0);
        byte[] compressed = HexFormat.of()
                .parseHex("3039301306072a8648ce3d020106082a8648ce3d030107032200" + (odd ? "03" : "02")
                        + HexFormat.of().formatHex(spki, 27, 59));

        assertThatThrownBy(() -> EcdsaP256.publicKey(compressed)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EcdsaP256.publicKey(Arrays.copyOf(spki, 92)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whateverIsThrownAtHostileSignaturesIsANo() {
        byte[] good = KEY.sign(MESSAGE);
        assertThat(EcdsaP256.verifies(KEY.publicKey(), MESSAGE, good)).isTrue();
        for (byte[] hostile : java.util.List.of(
                new byte[0],
                new byte[1],
                new byte[64],
                new byte[72],
                new byte[100_000],
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length + 1),
                TestKey.der(BigInteger.ONE, BigInteger.ONE),
                TestKey.der(ORDER.subtract(BigInteger.ONE), ORDER.subtract(BigInteger.ONE)),
                HexFormat.of().parseHex("3006020100020100"),
                HexFormat.of().parseHex("300602010102017f"),
                HexFormat.of().parseHex("3080020101020101"))) {
            assertThat(EcdsaP256.verifies(KEY.publicKey(), MESSAGE, hostile)).isFalse();
        }
    }

    /** Parsers differ in what they let pass beside the shortest form, so nothing else is. */
    @Test
    void takesTheShortestDerAlone() {
        byte[] der = TestKey.der(BigInteger.valueOf(0x80), BigInteger.ONE);
        assertThat(der).isEqualTo(HexFormat.of().parseHex("300702020080020101"));
        assertThat(EcdsaP256.isDer(der)).isTrue();
        for (String other : java.util.List.of(
                "30080202008002020001", // an integer with a needless zero
                "3006020180020101", // a negative integer
                "3006020100020101", // zero
                "30070202008002010100", // a byte behind
                "3081070202008002010", // a long form of the length, odd digits cut below
                "310702020080020101")) { // a set
            byte[] bytes = HexFormat.of().parseHex(other.length() % 2 == 0 ? other : other + "1");
            assertThat(EcdsaP256.isDer(bytes)).as(other).isFalse();
        }
    }

    @Test
    void theOtherHalfOfASignatureIsGoodToo() {
        assertThat(EcdsaP256.verifies(KEY.publicKey(), MESSAGE, TestKey.malleated(KEY.sign(MESSAGE))))
                .isTrue();
    }
}
