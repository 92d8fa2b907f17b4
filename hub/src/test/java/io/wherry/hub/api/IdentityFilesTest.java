package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.TestHub;
import io.wherry.hub.fleet.CertificateException;
import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFilesTest {
    @TempDir
    Path folder;

    private Path certificate;
    private Path key;

    @BeforeEach
    void name() {
        certificate = folder.resolve("tls.crt");
        key = folder.resolve("tls.key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void operatorsSeeTheCertificateOfTheFiles(String kind) throws Exception {
        X509Certificate shown = write(kind);
        try (TestHub hub = TestHub.start(folder, List.of("tls.certificate=" + certificate, "tls.key=" + key))) {
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trusting(shown)).build();
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + hub.port() + "/openapi.json"))
                            .build(),
                    BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.sslSession().orElseThrow().getPeerCertificates()).containsExactly(shown);
        }
    }

    @Test
    void aRenewedPairIsShownWithoutARestartAndHalfAPairIsNot() throws Exception {
        X509Certificate before = write("EC");
        try (IdentityFiles files = IdentityFiles.start(certificate, key, InstantSource.system())) {
            synchronized (
                    files) { // its own first look may come late, and would see the pair that is whole for a moment
                String oldKey = Files.readString(key);
                X509Certificate after = write("EC");
                String newKey = Files.readString(key);
                Files.writeString(key, oldKey);
                later(1);
                files.runOnce();
                assertThat(files.current().chain()).containsExactly(before);

                Files.writeString(key, newKey);
                later(2);
                files.runOnce();
                assertThat(files.current().chain()).containsExactly(after);
            }
        }
    }

    @Test
    void whatCannotBeUsedIsNamed() throws Exception {
        write("EC");
        Path other = folder.resolve("other.key");
        Files.move(key, other);
        write("EC");
        assertThatThrownBy(() -> IdentityFiles.read(certificate, other))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("other.key: not the key of the first certificate in " + certificate);
        assertThatThrownBy(() -> IdentityFiles.read(certificate, certificate))
                .hasMessageContaining("tls.crt: no private key in it");
        assertThatThrownBy(() -> IdentityFiles.read(key, key)).hasMessageContaining("tls.key: the certificate cannot");
        assertThatThrownBy(() -> IdentityFiles.read(folder.resolve("none"), key))
                .hasMessageContaining("none: the certificate cannot be read");
    }

    /** The file system's clock may be too coarse to tell two writes of a test apart. */
    private void later(int seconds) throws IOException {
        for (Path file : List.of(certificate, key)) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
        }
    }

    /** A certificate for localhost that is its own authority, and its key. */
    private X509Certificate write(String kind) throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        generator.initialize(kind.equals("EC") ? 256 : 2048);
        KeyPair keys = generator.generateKeyPair();
        X500Name name = new X500Name("CN=localhost");
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                name,
                keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        String algorithm = kind.equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        X509Certificate made = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate())));
        pem(certificate, made);
        pem(key, new JcaPKCS8Generator(keys.getPrivate(), null));
        return made;
    }

    private static void pem(Path file, Object content) throws IOException {
        try (Writer text = Files.newBufferedWriter(file);
                JcaPEMWriter pem = new JcaPEMWriter(text)) {
            pem.writeObject(content);
        }
    }

    private static SSLContext trusting(X509Certificate certificate) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null);
        store.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }
}
