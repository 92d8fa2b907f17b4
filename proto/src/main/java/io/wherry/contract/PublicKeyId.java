package io.wherry.contract;

import java.security.PublicKey;

/** The id of a public key: SHA-256 of its SubjectPublicKeyInfo in DER. */
public final class PublicKeyId {
    private PublicKeyId() {}

    /** 64 hexadecimal digits: the form of {@code keyid} in envelopes and roots. */
    public static String of(PublicKey key) {
        return hash(key).hex();
    }

    /** The same as a digest: the form of {@code agentKeyHash} and of CA pins. */
    public static Digest hash(PublicKey key) {
        return Digest.of(key.getEncoded());
    }
}
