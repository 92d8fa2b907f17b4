package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * A P-256 key made from its name, which signs the same bytes the same way each time (RFC 6979), so that golden files can be made anew and
 * come out equal. For tests alone: whoever knows the name has the key.
 */
public final class TestKey implements Signer {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");
    private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);

    private final BigInteger secret;
    private final PublicKey publicKey;

    private TestKey(BigInteger secret) {
        this.secret = secret;
        this.publicKey = publicKey(secret);
    }

    public static TestKey named(String name) {
        byte[] hash = Digest.sha256().digest(("wherry test key " + name).getBytes(UTF_8));
        return new TestKey(new BigInteger(1, hash).mod(DOMAIN.getN()));
    }

    private static PublicKey publicKey(BigInteger secret) {
        var point = DOMAIN.getG().multiply(secret).normalize();
        try {
            ECPoint w = new ECPoint(
                    point.getAffineXCoord().toBigInteger(),
                    point.getAffineYCoord().toBigInteger());
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, jcaCurve()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static java.security.spec.ECParameterSpec jcaCurve() throws GeneralSecurityException {
        var parameters = java.security.AlgorithmParameters.getInstance("EC");
        parameters.init(new java.security.spec.ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(java.security.spec.ECParameterSpec.class);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    public PrivateKey privateKey() {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new ECPrivateKeySpec(secret, ((ECPublicKey) publicKey).getParams()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String keyId() {
        return PublicKeyId.of(publicKey);
    }

    @Override
    public byte[] sign(byte[] pae) {
        return der(rs(pae)[0], rs(pae)[1]);
    }

    /** The other signature that anybody can make of a good one without the key: (r, n - s). */
    public static byte[] malleated(byte[] signature) {
        try {
            BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(DOMAIN.getN(), signature);
            return der(rs[0], DOMAIN.getN().subtract(rs[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] der(BigInteger r, BigInteger s) {
        try {
            return StandardDSAEncoding.INSTANCE.encode(DOMAIN.getN(), r, s);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BigInteger[] rs(byte[] pae) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
        return signer.generateSignature(Digest.sha256().digest(pae));
    }
}
