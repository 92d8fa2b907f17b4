package io.wherry.agent.hubclient;

import com.google.protobuf.ByteString;
import io.wherry.base.Causes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads certificates. */
public final class Certificates {
    private Certificates() {}

    /** One certificate in DER. */
    public static X509Certificate ofDer(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    /** Every certificate of a PEM file. @throws IllegalArgumentException naming the file, if it cannot be read or holds none */
    public static List<X509Certificate> ofFile(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> found = new ArrayList<>();
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) certificate);
            }
            if (found.isEmpty()) {
                throw new IllegalArgumentException("CA bundle " + file + ": no certificate in it (expected: PEM)");
            }
            return found;
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("CA bundle " + file + ": cannot be read: " + Causes.words(e), e);
        }
    }

    static List<X509Certificate> ofWire(List<ByteString> chain) throws CertificateException {
        if (chain.isEmpty()) {
            throw new CertificateException("empty chain");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (ByteString der : chain) {
            certificates.add(ofDer(der.toByteArray()));
        }
        return certificates;
    }
}
