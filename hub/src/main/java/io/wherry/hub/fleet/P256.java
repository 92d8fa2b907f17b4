package io.wherry.hub.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/** The one curve Wherry uses for identities: every HSM, TPM and cloud key service speaks it. */
final class P256 {
    static final String SIGNATURE = "SHA256withECDSA";

    /** Length of a SubjectPublicKeyInfo of an uncompressed P-256 point. Another encoding of the same key would have another key id. */
    static final int SPKI_BYTES = 91;

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

    /** @throws GeneralSecurityException if the bytes are no public key */
    static PublicKey publicKey(byte[] spki) throws GeneralSecurityException {
        return keys().generatePublic(new X509EncodedKeySpec(spki));
    }

    /** Whether the signature over these bytes is the key's. Whatever the verifier throws at hostile input counts as no. */
    static boolean verifies(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(SIGNATURE);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        try {
            byte[] probe = "wherry.key-check.v1".getBytes(US_ASCII);
            Signature signer = Signature.getInstance(SIGNATURE);
            signer.initSign(key);
            signer.update(probe);
            return verifies(publicKey, probe, signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
