package io.wherry.hub.fleet;

import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaP256;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Optional;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A PKCS#10 request that was checked: whoever sent it holds the private key. Its subject and attributes are not even read.
 *
 * @param key P-256
 * @param keyHash SHA-256 of the key's SubjectPublicKeyInfo: the key id
 */
record SigningRequest(PublicKey key, Digest keyHash) {
    /** A P-256 request with a short subject is about 250 bytes; the protocol promises 4 KiB. */
    static final int MAX_BYTES = 4 << 10;

    /** The request, or nothing if it is too long, malformed, of another kind of key, or not signed by its own key. */
    static Optional<SigningRequest> parse(byte[] der) {
        if (der.length == 0 || der.length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            var request = new PKCS10CertificationRequest(der);
            byte[] spki = request.getSubjectPublicKeyInfo().getEncoded();
            PublicKey key =
                    EcdsaP256.publicKey(spki); // throws for another curve, a point off the curve, another spelling
            boolean possessed = request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
            return possessed ? Optional.of(new SigningRequest(key, Digest.of(spki))) : Optional.empty();
        } catch (IOException | OperatorCreationException | PKCSException | RuntimeException e) {
            return Optional
                    .empty(); // hostile input: the parsers throw many kinds, and each means "not a request we take"
        }
    }
}
