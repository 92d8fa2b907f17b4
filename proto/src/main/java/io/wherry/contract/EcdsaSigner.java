package io.wherry.contract;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Signs with a P-256 key of any provider: a file's, a TPM's, a PKCS#11 token's. */
public final class EcdsaSigner implements Signer {
    private final PrivateKey key;
    private final String keyId;

    private EcdsaSigner(PrivateKey key, String keyId) {
        this.key = key;
        this.keyId = keyId;
    }

    /** @throws IllegalArgumentException if the public key is not a P-256 key */
    public static EcdsaSigner of(KeyPair keys) {
        return of(keys.getPrivate(), keys.getPublic());
    }

    /** @throws IllegalArgumentException if the public key is not a P-256 key */
    public static EcdsaSigner of(PrivateKey key, PublicKey publicKey) {
        EcdsaP256.check(publicKey);
        return new EcdsaSigner(key, PublicKeyId.of(publicKey));
    }

    @Override
    public String keyId() {
        return keyId;
    }

    /** @throws IllegalStateException if the key cannot sign: it is no P-256 key, or its device is gone */
    @Override
    public byte[] sign(byte[] pae) {
        try {
            Signature signer = Signature.getInstance(EcdsaP256.JCA);
            signer.initSign(key);
            signer.update(pae);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("key " + keyId + ": cannot sign", e);
        }
    }
}
