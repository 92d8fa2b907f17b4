package io.wherry.hub.fleet;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The authority on the disk, and how the next takes its place.
 *
 * <p>The next one is on the disk before the trust root that names it, and takes the place of the present one after it: whenever the power goes, the
 * newest root says which of the two counts. Of an authority whose time is over the certificate stays: agents that were away show theirs by it, once.
 *
 * @param key         PKCS#8 in PEM, 0600
 * @param certificate PEM
 * @param retired     certificates of earlier authorities in PEM, newest last; missing: there was none
 */
public record CaFiles(Path key, Path certificate, Path retired) {

    /**
     * The authority that the trust root names.
     *
     * @param pins of the newest root
     */
    public CaKeys open(List<Digest> pins) {
        finish(pins);
        return CaKeys.read(key, certificate);
    }

    public List<X509Certificate> retiredCertificates() {
        return Files.exists(retired) ? Pem.readCertificates(retired) : List.of();
    }

    /** Writes what is to be the next authority. It counts once a trust root names it and {@link #finish} was called. */
    public void prepare(CaKeys successor) {
        successor.write(next(key), next(certificate));
    }

    /**
     * Puts an authority that was prepared in its place if the root names it, and throws it away if not.
     *
     * @param pins of the newest root
     * @throws CertificateException if a file cannot be written
     */
    public void finish(List<Digest> pins) {
        if (Files.notExists(next(key))) {
            return;
        }
        try {
            if (Files.exists(next(certificate))) {
                X509Certificate fresh = Pem.readCertificate(next(certificate));
                if (!pins.contains(Digest.of(fresh.getPublicKey().getEncoded()))) {
                    Files.delete(next(key));
                    Files.delete(next(certificate));
                    return;
                }
                retire(Pem.readCertificate(certificate));
                DurableFiles.move(next(certificate), certificate);
            }
            if (P256.belongTogether(
                    Pem.readPrivateKey(next(key)),
                    Pem.readCertificate(certificate).getPublicKey())) {
                DurableFiles.move(next(key), key);
            } else {
                Files.delete(next(key)); // it broke off before its certificate was written
            }
        } catch (IOException e) {
            throw new CertificateException(key + ": the next authority cannot take its place: " + Causes.named(e), e);
        }
    }

    private void retire(X509Certificate old) throws IOException {
        List<X509Certificate> all = new ArrayList<>(retiredCertificates());
        if (!all.contains(old)) {
            all.add(old);
            DurableFiles.writeReadable(retired, Pem.encode(all));
        }
    }

    private static Path next(Path file) {
        return file.resolveSibling(file.getFileName() + ".next");
    }
}
