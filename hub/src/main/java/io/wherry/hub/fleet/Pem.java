package io.wherry.hub.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.Causes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** PEM, as other programs read it too: one PKCS#8 key, one certificate or a chain per file. */
final class Pem {
    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String RESTORE = " (restore it from the backup)";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    static byte[] encode(PrivateKey key) {
        return block(KEY, key.getEncoded()).getBytes(US_ASCII);
    }

    static byte[] encode(X509Certificate certificate) {
        return encode(List.of(certificate));
    }

    static byte[] encode(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : chain) {
                text.append(block(CERTIFICATE, certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new CertificateException("a certificate of the hub cannot be encoded", e);
        }
        return text.toString().getBytes(US_ASCII);
    }

    static PrivateKey readPrivateKey(Path file) {
        try {
            String text = Files.readString(file, US_ASCII);
            String begin = "-----BEGIN " + KEY + "-----";
            int from = text.indexOf(begin);
            int to = text.indexOf("-----END " + KEY + "-----");
            if (from < 0 || to < from) {
                throw new CertificateException(file + ": no private key in it (expected: PKCS#8 as PEM)");
            }
            byte[] der = Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
            return P256.keys().generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IOException e) {
            throw new CertificateException(file + ": the private key cannot be read: " + Causes.words(e) + RESTORE, e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CertificateException(file + ": is no private key in PEM" + RESTORE, e);
        }
    }

    static X509Certificate readCertificate(Path file) {
        try {
            return parseCertificate(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CertificateException(file + ": the certificate cannot be read: " + Causes.words(e) + RESTORE, e);
        } catch (java.security.cert.CertificateException e) {
            throw new CertificateException(file + ": is no certificate in PEM" + RESTORE, e);
        }
    }

    /** Every certificate of a PEM file, in its order. */
    static List<X509Certificate> readCertificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (IOException | java.security.cert.CertificateException e) {
            throw new CertificateException(file + ": the certificates cannot be read", e);
        }
    }

    /** One certificate, PEM or DER. */
    static X509Certificate parseCertificate(byte[] bytes) throws java.security.cert.CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }
}
