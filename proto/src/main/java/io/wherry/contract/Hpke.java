package io.wherry.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * HPKE (RFC 9180) in base mode, one message per encapsulated key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM.
 *
 * <p>Made of what the JDK has, since its own HPKE came after version 25 and the agent shall get no further library. Names are the RFC's.
 */
final class Hpke {
    /** What secrets are sealed with. */
    static final Hpke AES_256 = new Hpke(2, 32);

    /** The RFC's first vectors (A.1) are of this one, which differs in nothing but the AEAD's number and key length. */
    static final Hpke AES_128 = new Hpke(1, 16);

    /** Length of a raw X25519 key, of an encapsulated key, and of the shared secret. */
    static final int KEY_BYTES = 32;

    static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;
    private static final int KEM_ID = 0x0020;
    private static final int KDF_ID = 0x0001;
    private static final byte MODE_BASE = 0;
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] KEM_SUITE = bytes("KEM".getBytes(US_ASCII), number(KEM_ID));

    private final byte[] suite;
    private final int aeadKeyBytes;

    private Hpke(int aeadId, int aeadKeyBytes) {
        this.suite = bytes("HPKE".getBytes(US_ASCII), number(KEM_ID), number(KDF_ID), number(aeadId));
        this.aeadKeyBytes = aeadKeyBytes;
    }

    /** @param enc the encapsulated key, {@link #KEY_BYTES} long */
    record Sealed(byte[] enc, byte[] ciphertext) {}

    /** Seals to a raw public key, with a key pair of this one message. @throws GeneralSecurityException if it is no key of X25519 */
    Sealed seal(byte[] recipient, byte[] info, byte[] aad, byte[] plaintext) throws GeneralSecurityException {
        return seal(KeyPairGenerator.getInstance("X25519").generateKeyPair(), recipient, info, aad, plaintext);
    }

    Sealed seal(KeyPair ephemeral, byte[] recipient, byte[] info, byte[] aad, byte[] plaintext)
            throws GeneralSecurityException {
        byte[] enc = raw(ephemeral.getPublic());
        byte[] shared = sharedSecret(ephemeral.getPrivate(), recipient, bytes(enc, recipient));
        return new Sealed(enc, cipher(Cipher.ENCRYPT_MODE, shared, info, aad).doFinal(plaintext));
    }

    /** @throws GeneralSecurityException if it was sealed to another key or with other info, or was changed */
    byte[] open(KeyPair recipient, Sealed sealed, byte[] info, byte[] aad) throws GeneralSecurityException {
        byte[] shared =
                sharedSecret(recipient.getPrivate(), sealed.enc(), bytes(sealed.enc(), raw(recipient.getPublic())));
        return cipher(Cipher.DECRYPT_MODE, shared, info, aad).doFinal(sealed.ciphertext());
    }

    private Cipher cipher(int mode, byte[] shared, byte[] info, byte[] aad) throws GeneralSecurityException {
        byte[] context = bytes(
                new byte[] {MODE_BASE},
                extract(suite, NOTHING, "psk_id_hash", NOTHING),
                extract(suite, NOTHING, "info_hash", info));
        byte[] secret = extract(suite, shared, "secret", NOTHING);
        byte[] key = expand(suite, secret, "key", context, aeadKeyBytes);
        byte[] nonce = expand(suite, secret, "base_nonce", context, NONCE_BYTES); // sequence number 0: the nonce itself
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(aad);
        return cipher;
    }

    /** The KEM's: agreement, then extract and expand. The JDK refuses a key that would agree on zero, as the RFC asks for. */
    private static byte[] sharedSecret(PrivateKey own, byte[] other, byte[] context) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        agreement.doPhase(publicKey(other), true);
        byte[] prk = extract(KEM_SUITE, NOTHING, "eae_prk", agreement.generateSecret());
        return expand(KEM_SUITE, prk, "shared_secret", context, KEY_BYTES);
    }

    private static byte[] extract(byte[] suite, byte[] salt, String label, byte[] keyMaterial)
            throws GeneralSecurityException {
        byte[] labeled = bytes("HPKE-v1".getBytes(US_ASCII), suite, label.getBytes(US_ASCII), keyMaterial);
        return KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract()
                        .addSalt(salt)
                        .addIKM(labeled)
                        .extractOnly());
    }

    private static byte[] expand(byte[] suite, byte[] prk, String label, byte[] info, int length)
            throws GeneralSecurityException {
        byte[] labeled = bytes(number(length), "HPKE-v1".getBytes(US_ASCII), suite, label.getBytes(US_ASCII), info);
        return KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.expandOnly(new SecretKeySpec(prk, "Generic"), labeled, length));
    }

    /** The key as it travels: little-endian, 32 bytes (RFC 7748). */
    static byte[] raw(PublicKey key) {
        byte[] big = ((XECPublicKey) key).getU().toByteArray();
        byte[] raw = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES && i < big.length; i++) {
            raw[i] = big[big.length - 1 - i];
        }
        return raw;
    }

    private static PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
        if (raw.length != KEY_BYTES) {
            throw new GeneralSecurityException("X25519 key: " + raw.length + " bytes (expected: " + KEY_BYTES + ")");
        }
        byte[] big = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            big[i] = raw[KEY_BYTES - 1 - i];
        }
        big[0] &= 0x7f; // the highest bit says nothing (RFC 7748, section 5)
        return KeyFactory.getInstance("X25519")
                .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big)));
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    private static byte[] bytes(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
