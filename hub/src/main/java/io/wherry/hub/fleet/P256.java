package io.wherry.hub.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.EcdsaP256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/** The one curve Wherry uses for identities: every HSM, TPM and cloud key service speaks it. */
final class P256 {
    static final String SIGNATURE = "SHA256withECDSA";

    private P256() {}

    static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256: not available (expected: every JDK has it)", e);
        }
    }

    static KeyFactory keys() {
        try {
            return KeyFactory.getInstance("EC");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256: not available (expected: every JDK has it)", e);
        }
    }

    static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        try {
            byte[] probe = "wherry.key-check.v1".getBytes(US_ASCII);
            Signature signer = Signature.getInstance(SIGNATURE);
            signer.initSign(key);
            signer.update(probe);
            return EcdsaP256.verifies(publicKey, probe, signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
