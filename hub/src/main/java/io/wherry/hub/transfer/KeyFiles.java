package io.wherry.hub.transfer;

import io.wherry.base.ExitCode;
import io.wherry.contract.EcdsaP256;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two halves of a key that a person signs with, in PEM as {@code openssl} writes them. */
public final class KeyFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String MAKE = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY.pem"
            + "; another PEM form: openssl pkcs8 -topk8 -nocrypt -in OLD.pem -out KEY.pem";
    private static final String PUBLISH = "openssl pkey -in KEY.pem -pubout -out KEY.pub.pem";

    private KeyFiles() {}

    /** @throws TransferException if it is no P-256 key in PKCS#8 without a password, or others can read it */
    public static SigningKey signing(Path file) {
        String text = PrivateFile.secret(file);
        try {
            byte[] der = block(text, "PRIVATE KEY").orElseThrow(() -> unusable(file, "no PRIVATE KEY in it"));
            if (KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der))
                    instanceof ECPrivateKey key) {
                return SigningKey.of(key);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(file, "no key of P-256"); // without the cause: it may quote the key
        }
        throw unusable(file, "no key of P-256");
    }

    private static TransferException unusable(Path file, String why) {
        return TransferException.unusable(
                file + ": " + why + " (expected: a P-256 key, PKCS#8 in PEM, not encrypted)", MAKE);
    }

    /** @throws TransferException if it is no P-256 key */
    public static PublicKey verifying(Path file) {
        String text = PrivateFile.text(file);
        try {
            return EcdsaP256.publicKey(block(text, "PUBLIC KEY")
                    .orElseThrow(
                            () -> TransferException.usage(file + ": no PUBLIC KEY in it (expected: PEM)", PUBLISH)));
        } catch (IllegalArgumentException e) {
            throw new TransferException(ExitCode.USAGE, file + ": " + e.getMessage(), PUBLISH, e);
        }
    }

    private static Optional<byte[]> block(String text, String type) {
        Matcher found = BLOCK.matcher(text);
        while (found.find()) {
            if (found.group(1).equals(type)) {
                return Optional.of(Base64.getMimeDecoder().decode(found.group(2)));
            }
        }
        return Optional.empty();
    }
}
