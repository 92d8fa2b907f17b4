package io.wherry.hub.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.EcdsaP256;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The published vectors, and the JDK as the judge. */
class SigningKeyTest {
    /** RFC 6979, A.2.5: P-256 with SHA-256, message "sample". */
    private static final String SECRET = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";

    private static final String R = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    private static final String S = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
    private static final String X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";

    @Test
    void signsAsTheVectorOfTheRfc() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var curve = ((ECPublicKey) generator.generateKeyPair().getPublic()).getParams();
        SigningKey key = SigningKey.of((ECPrivateKey)
                KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(new BigInteger(SECRET, 16), curve)));

        byte[] signature = key.sign("sample".getBytes(UTF_8));

        assertThat(HexFormat.of().formatHex(signature)).isEqualTo("3046022100" + R + "022100" + S);
        assertThat(((ECPublicKey) key.publicKey()).getW().getAffineX()).isEqualTo(new BigInteger(X, 16));
        assertThat(EcdsaP256.verifies(key.publicKey(), "sample".getBytes(UTF_8), signature))
                .isTrue();
        assertThat(key).hasToString("***");
    }
}
