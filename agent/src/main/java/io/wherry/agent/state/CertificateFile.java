package io.wherry.agent.state;

import io.wherry.agent.hubclient.DeviceCertificate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** The device's certificate and the CA's: {@code certificate.pem}. */
public final class CertificateFile {
    private static final String JOIN_AGAIN =
            "wherry-agent leave, then wherry-agent join --token-file FILE (workloads keep running)";
    private static final String LABEL = "CERTIFICATE";

    private final Path file;
    private final DurableStore store;

    public CertificateFile(StateFolder folder, DurableStore store) {
        this.file = folder.resolve("certificate.pem");
        this.store = store;
    }

    /** @throws StateException if it is missing or no certificate */
    public DeviceCertificate read(PrivateKey key) {
        if (Files.notExists(file)) {
            throw StateException.broken(file + ": missing; put it back, or join again: " + JOIN_AGAIN);
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] der : Pem.decode(LABEL, DurableStore.read(file))) {
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
            return new DeviceCertificate(key, chain);
        } catch (CertificateException | IllegalArgumentException e) {
            throw StateException.broken(
                    file + ": not a certificate (" + e.getMessage() + "); put it back, or join again: " + JOIN_AGAIN);
        }
    }

    public void write(List<X509Certificate> chain) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            for (X509Certificate certificate : chain) {
                text.writeBytes(Pem.encode(LABEL, certificate.getEncoded()));
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("chain: cannot be encoded (expected: X.509)", e);
        }
        store.write(file, text.toByteArray());
    }
}
