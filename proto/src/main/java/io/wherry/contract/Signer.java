package io.wherry.contract;

/** Makes signatures with one key: a file's, or one that never leaves its device. */
public interface Signer {
    /** {@link PublicKeyId} of the key: a hint for the verifier. */
    String keyId();

    /** Signs the pre-authentication encoding: ECDSA P-256 with SHA-256, in DER. */
    byte[] sign(byte[] pae);
}
