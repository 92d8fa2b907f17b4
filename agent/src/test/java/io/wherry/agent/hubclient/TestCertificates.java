package io.wherry.agent.hubclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A CA with a server's and an agent's certificate, made by the JDK's keytool: the agent has no library that writes certificates. */
public final class TestCertificates {
    private static final String PASSWORD = "changeit";
    private final Path folder;
    final X509Certificate ca;
    public final DeviceCertificate server;
    public final DeviceCertificate device;

    public TestCertificates(Path folder) throws Exception {
        this.folder = folder;
        Files.createDirectories(folder);
        keytool(folder, "-genkeypair", "-alias", "ca", "-dname", "CN=test CA", "-ext", "bc:c=ca:true");
        server = signed(folder, "server", "san=dns:localhost,ip:127.0.0.1", "eku=serverAuth");
        device = signed(folder, "device", "san=dns:localhost,ip:127.0.0.1", "eku=clientAuth");
        ca = (X509Certificate) store(folder).getCertificate("ca");
    }

    /** A client's certificate for whoever signed the request (PKCS#10, DER), valid for these days from now on; the CA's after it. */
    public List<X509Certificate> sign(byte[] request, int days) {
        try {
            Path csr = Files.createTempFile(folder, "request", ".csr");
            Path certificate = Files.createTempFile(folder, "signed", ".pem");
            Files.writeString(
                    csr,
                    "-----BEGIN CERTIFICATE REQUEST-----\n"
                            + Base64.getMimeEncoder().encodeToString(request)
                            + "\n-----END CERTIFICATE REQUEST-----\n");
            keytool(
                    folder,
                    "-gencert",
                    "-alias",
                    "ca",
                    "-rfc",
                    "-infile",
                    csr.toString(),
                    "-outfile",
                    certificate.toString(),
                    "-validity",
                    String.valueOf(days),
                    "-ext",
                    "eku=clientAuth");
            try (InputStream in = Files.newInputStream(certificate)) {
                return List.of(
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509").generateCertificate(in),
                        ca);
            }
        } catch (IOException | InterruptedException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    public Digest pin() {
        return Digest.of(ca.getPublicKey().getEncoded());
    }

    private static DeviceCertificate signed(Path folder, String alias, String... extensions) throws Exception {
        keytool(folder, "-genkeypair", "-alias", alias, "-dname", "CN=" + alias);
        Path request = folder.resolve(alias + ".csr");
        Path certificate = folder.resolve(alias + ".pem");
        keytool(folder, "-certreq", "-alias", alias, "-file", request.toString());
        List<String> sign = new ArrayList<>(List.of(
                "-gencert", "-alias", "ca", "-rfc", "-infile", request.toString(), "-outfile", certificate.toString()));
        for (String extension : extensions) {
            sign.addAll(List.of("-ext", extension));
        }
        keytool(folder, sign.toArray(String[]::new));
        keytool(folder, "-importcert", "-noprompt", "-alias", alias, "-file", certificate.toString());
        KeyStore store = store(folder);
        List<X509Certificate> chain = Arrays.stream(store.getCertificateChain(alias))
                .map(X509Certificate.class::cast)
                .toList();
        return new DeviceCertificate((PrivateKey) store.getKey(alias, PASSWORD.toCharArray()), chain);
    }

    private static KeyStore store(Path folder) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("store.p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void keytool(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve("store.p12").toString(), "-storepass", PASSWORD));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "365"));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }
}
