package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.wherry.agent.hubclient.TestCertificates;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.kubernetes.ApiServer.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Who may vouch for the API server. The store of well-known authorities is the JVM's, and the test puts one of its own in its place: nothing runs beside it. */
@Isolated
class ApiServerTrustTest {
    private static final String STORE = "javax.net.ssl.trustStore";
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private TestCertificates wellKnown;
    private HttpsServer server;

    /** One whose certificate every program of this JVM takes, as it would one of a public authority. */
    @BeforeEach
    void serve() throws Exception {
        wellKnown = new TestCertificates();
        KeyStore trusted = empty();
        trusted.setCertificateEntry("well-known", authority(wellKnown));
        Path store = folder.resolve("well-known.p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            trusted.store(out, PASSWORD);
        }
        System.setProperty(STORE, store.toString());
        System.setProperty(STORE + "Password", new String(PASSWORD));

        KeyStore own = empty();
        own.setKeyEntry(
                "own",
                wellKnown.server.key(),
                PASSWORD,
                wellKnown.server.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        System.clearProperty(STORE);
        System.clearProperty(STORE + "Password");
        server.stop(0);
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static X509Certificate authority(TestCertificates certificates) {
        return certificates.server.chain().getLast();
    }

    @Test
    void onlyTheAuthoritiesOfTheKubeconfigVouchAndNotThoseThatEverybodyKnows() throws Exception {
        assertThat(statusFor(""))
                .as("where it names none the well-known ones do")
                .isEqualTo(200);
        assertThat(statusFor(named(wellKnown))).isEqualTo(200);

        String another = named(new TestCertificates());
        assertThatExceptionOfType(RuntimeUnavailable.class)
                .isThrownBy(() -> statusFor(another))
                .withMessageContaining("its certificate is not signed by the authority in " + folder + "/kubeconfig")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(RuntimeReason.RUNTIME_UNREACHABLE));
    }

    private static String named(TestCertificates certificates) throws CertificateEncodingException {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(authority(certificates).getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        return ", certificate-authority-data: " + Base64.getEncoder().encodeToString(pem.getBytes(US_ASCII));
    }

    private int statusFor(String authority) throws IOException {
        Path kubeconfig = Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d"%s}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(server.getAddress().getPort(), authority));
        Call get = new Call("GET", "/version", "application/json", "", "", Optional.empty(), Duration.ofSeconds(30));
        try (ApiServerClient client = new ApiServerClient(Optional.of(kubeconfig))) {
            return client.call(get).status();
        }
    }
}
