package io.wherry.hub.transfer;

import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Signer;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPoint;
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
 * Signs with a P-256 key by RFC 6979: the same bytes get the same signature each time, so that equal content makes equal files. The JDK's own
 * signatures differ from each other.
 */
public final class SigningKey implements Signer {
    private final ECPrivateKeyParameters secret;
    private final PublicKey publicKey;

    private SigningKey(ECPrivateKeyParameters secret, PublicKey publicKey) {
        this.secret = secret;
        this.publicKey = publicKey;
    }

    /** @throws IllegalArgumentException if it is of another curve */
    static SigningKey of(ECPrivateKey key) throws GeneralSecurityException {
        X9ECParameters curve = CustomNamedCurves.getByName("secp256r1");
        ECDomainParameters domain = new ECDomainParameters(curve);
        if (key.getS().signum() <= 0 || key.getS().compareTo(domain.getN()) >= 0) {
            throw new IllegalArgumentException("key: out of range (expected: a P-256 key)");
        }
        var point = domain.getG().multiply(key.getS()).normalize();
        PublicKey publicKey = KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(
                        new ECPoint(
                                point.getAffineXCoord().toBigInteger(),
                                point.getAffineYCoord().toBigInteger()),
                        key.getParams()));
        EcdsaP256.check(publicKey);
        return new SigningKey(new ECPrivateKeyParameters(key.getS(), domain), publicKey);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public String keyId() {
        return PublicKeyId.of(publicKey);
    }

    @Override
    public byte[] sign(byte[] pae) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, secret);
        BigInteger[] signature = signer.generateSignature(Digest.of(pae).raw());
        try {
            return StandardDSAEncoding.INSTANCE.encode(secret.getParameters().getN(), signature[0], signature[1]);
        } catch (IOException e) {
            throw new IllegalStateException("signature: cannot be encoded (expected: two numbers below the order)", e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
