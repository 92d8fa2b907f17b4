package io.wherry.contract;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/** ECDSA on P-256 with SHA-256, signatures in DER: the one algorithm of the contract. HSM, TPM, cloud key services and cosign all speak it. */
public final class EcdsaP256 {
    /** Its name in a trust root. */
    public static final String ALGORITHM = "ecdsa-p256-sha256";

    /** Length of a SubjectPublicKeyInfo with an uncompressed point. Another spelling of the same key would have another id. */
    public static final int SPKI_BYTES = 91;

    static final String JCA = "SHA256withECDSA";

    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final BigInteger PRIME =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger A = PRIME.subtract(BigInteger.valueOf(3));
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);

    private EcdsaP256() {}

    /**
     * Reads a public key where it is registered: in a root, a signing request, a bound device.
     *
     * @param spki SubjectPublicKeyInfo in DER
     * @throws IllegalArgumentException if it is not a point of P-256 in its only accepted spelling
     */
    public static PublicKey publicKey(byte[] spki) {
        PublicKey key;
        try {
            key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "key: not a public key (expected: P-256, SubjectPublicKeyInfo in DER)", e);
        }
        check(key);
        if (!Arrays.equals(key.getEncoded(), spki)) {
            throw Check.wrong("key", "another spelling of it", "SubjectPublicKeyInfo in DER, point not compressed");
        }
        return key;
    }

    /** @throws IllegalArgumentException if the key is of another kind, another curve, or no point of the curve */
    public static void check(PublicKey key) {
        if (!(key instanceof ECPublicKey ec)) {
            throw Check.wrong("key", key.getAlgorithm(), "an elliptic-curve key on P-256");
        }
        if (!isP256(ec.getParams())) {
            throw Check.wrong("key", "another curve", "P-256");
        }
        if (!isOnCurve(ec.getW())) {
            throw Check.wrong("key", "no point of the curve", "P-256");
        }
        byte[] encoded = key.getEncoded();
        if (encoded == null || encoded.length != SPKI_BYTES) {
            throw Check.wrong("key", "another encoding", SPKI_BYTES + " bytes of SubjectPublicKeyInfo");
        }
    }

    private static boolean isP256(ECParameterSpec curve) {
        return curve.getCurve().getField() instanceof ECFieldFp field
                && field.getP().equals(PRIME)
                && curve.getCurve().getA().equals(A)
                && curve.getCurve().getB().equals(B)
                && curve.getOrder().equals(ORDER);
    }

    private static boolean isOnCurve(ECPoint point) {
        if (point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        boolean inField = x.signum() >= 0 && x.compareTo(PRIME) < 0 && y.signum() >= 0 && y.compareTo(PRIME) < 0;
        return inField
                && y.pow(2).mod(PRIME).equals(x.pow(3).add(A.multiply(x)).add(B).mod(PRIME));
    }

    /** Whether the signature over these bytes is the key's. Whatever the provider throws at hostile input counts as no. */
    public static boolean verifies(PublicKey key, byte[] message, byte[] signature) {
        if (!isDer(signature)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(JCA);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    /** SEQUENCE of two shortest positive INTEGERs and nothing else: parsers differ in what else they let pass. */
    static boolean isDer(byte[] signature) {
        if (signature.length < 8
                || signature.length > Limits.SIGNATURE_BYTES
                || signature[0] != 0x30
                || signature[1] != signature.length - 2) {
            return false;
        }
        int second = integer(signature, 2);
        return second > 0 && integer(signature, second) == signature.length;
    }

    /** The index after the shortest positive INTEGER that begins here, or -1. */
    private static int integer(byte[] der, int at) {
        if (at + 3 > der.length || der[at] != 2) {
            return -1;
        }
        int length = der[at + 1];
        int end = at + 2 + length;
        if (length < 1 || length > 33 || end > der.length || der[at + 2] < 0) {
            return -1;
        }
        boolean padded = length > 1 && der[at + 2] == 0 && der[at + 3] >= 0;
        boolean zero = length == 1 && der[at + 2] == 0;
        return padded || zero ? -1 : end;
    }
}
