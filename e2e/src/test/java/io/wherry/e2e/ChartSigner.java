package io.wherry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;

/**
 * Somebody who publishes signed charts.
 *
 * @param name      for {@code helm package --key}
 * @param secretKey file for {@code helm package --keyring}, without a passphrase
 * @param publicKey in ASCII armor
 */
public record ChartSigner(String name, Path secretKey, String publicKey) {

    /** With a new key in the folder. */
    public static ChartSigner create(Path folder, String name) throws IOException {
        try {
            // The version of keys that gpg makes and helm reads.
            OpenPGPKey key = new BcOpenPGPApi()
                    .generateKey(4)
                    .singletonRSAKey(2048, name)
                    .build();
            Path file = Files.write(folder.resolve(name + ".gpg"), key.getEncoded());
            return new ChartSigner(name, file, key.toCertificate().toAsciiArmoredString());
        } catch (PGPException e) {
            throw new IOException(e);
        }
    }

    /** {@code verify} of {@code helm.chartFrom}, on one line. */
    public String verify() {
        return "verify: {keyring: \"" + publicKey.strip().replaceAll("\\R", "\\\\n") + "\\n\"}";
    }
}
