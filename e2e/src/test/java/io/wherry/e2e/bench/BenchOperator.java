package io.wherry.e2e.bench;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The administrator of a hub, over its REST interface and a connection that stays open: what is measured must not hold the start of a command. */
public final class BenchOperator implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final String url;
    private final String token;
    private final X509Certificate authority;

    private BenchOperator(HttpClient client, String url, String token, X509Certificate authority) {
        this.client = client;
        this.url = url;
        this.token = token;
        this.authority = authority;
    }

    /** @param folder the hub's data folder: its CA certificate and its administrator's token */
    public static BenchOperator of(String url, Path folder) throws IOException, GeneralSecurityException {
        try (var pem = Files.newInputStream(folder.resolve("ca.crt"))) {
            var authority =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("hub", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            String token = Files.readString(folder.resolve("admin-token")).strip();
            return new BenchOperator(HttpClient.newBuilder().sslContext(tls).build(), url, token, authority);
        }
    }

    /** The hub's CA. */
    X509Certificate authority() {
        return authority;
    }

    public Json.Obj get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    public Json.Obj post(String path, Json.Obj body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JsonWriter.compact(body)))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private Json.Obj send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(
                    request.method() + " " + request.uri() + ": " + response.statusCode() + " (expected: success)");
        }
        return JsonReader.object(response.body());
    }

    @Override
    public void close() {
        client.close();
    }
}
