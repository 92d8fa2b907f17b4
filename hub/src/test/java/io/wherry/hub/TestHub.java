package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.access.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A whole hub: what {@code wherry-hub init} and {@code serve} make, with real SQLite, real keys and its three listeners on free loopback ports.
 * Its clock can be put forward.
 */
public final class TestHub implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /** Far above what any call here takes: a test that waits longer has found something. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Hub hub;
    private final HubConfig config;
    private final DataFolder folder;
    private final SSLContext tls;
    private final HttpClient client;
    private final String admin;
    private volatile Duration ahead;

    private TestHub(DataFolder folder, HubConfig config) {
        this.folder = folder;
        this.config = config;
        this.ahead = Duration.ZERO;
        try {
            this.hub = Hub.start(folder, config, this::now);
            this.admin = Files.readString(folder.adminToken()).strip();
            this.tls = trusting(folder.caCertificate());
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build();
    }

    /** @param parent gets the data folder, and may hold local repositories for sources */
    public static TestHub start(Path parent) {
        return start(parent, List.of());
    }

    /** @param settings further keys of the configuration, {@code KEY=VALUE} each */
    public static TestHub start(Path parent, List<String> settings) {
        DataFolder folder = new DataFolder(parent.resolve("hub"));
        List<Integer> ports = freePorts();
        String text = Initialisation.config(
                List.of("localhost", HOST),
                with(
                        settings,
                        "listen.operators=" + HOST + ":" + ports.get(0),
                        "listen.agents=" + HOST + ":" + ports.get(1),
                        "listen.health=" + HOST + ":" + ports.get(2),
                        "sources.localDirectories=" + parent));
        HubConfig config = HubConfig.read("hub.yaml", text.getBytes(UTF_8), Map.of(), List.of());
        new Initialisation(folder, InstantSource.system()).run(text, folder.vaultKey(config));
        return new TestHub(folder, config);
    }

    private static List<String> with(List<String> settings, String... more) {
        return Stream.concat(settings.stream(), Stream.of(more)).toList();
    }

    /** Ports that were free a moment ago, all held at once so that they differ. */
    private static List<Integer> freePorts() {
        try (ServerSocket one = free();
                ServerSocket two = free();
                ServerSocket three = free()) {
            return List.of(one.getLocalPort(), two.getLocalPort(), three.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null);
        try (InputStream in = Files.newInputStream(ca)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }

    private Instant now() {
        return InstantSource.system().instant().plus(ahead);
    }

    /** The hub's clock goes on from there. */
    public void advance(Duration by) {
        ahead = ahead.plus(by);
    }

    /** Of the operators' listener. */
    public int port() {
        return config.listen().operators().port();
    }

    public int agentsPort() {
        return config.listen().agents().port();
    }

    /** Trusts the hub's CA. */
    public SSLContext tls() {
        return tls;
    }

    public DataFolder folder() {
        return folder;
    }

    /** Calls with the administrator's key. */
    public Caller admin() {
        return as(admin);
    }

    public Caller as(String key) {
        return new Caller("https://" + HOST + ":" + port(), Optional.of("Bearer " + key));
    }

    /** Calls without a key. */
    public Caller nobody() {
        return new Caller("https://" + HOST + ":" + port(), Optional.empty());
    }

    /** Calls with this {@code Authorization} header, whatever it is. */
    public Caller showing(String authorization) {
        return new Caller("https://" + HOST + ":" + port(), Optional.of(authorization));
    }

    /** Calls the second listener. */
    public Caller health() {
        return new Caller("http://" + HOST + ":" + config.listen().health().port(), Optional.empty());
    }

    /** A new API key. */
    public String key(String name, Role role, String ttl) {
        return admin().post(
                        "/api/v1/apikeys",
                        Json.object()
                                .put("name", name)
                                .put("role", role.word())
                                .put("ttl", ttl)
                                .build())
                .string("key");
    }

    /** Who calls, and where. Paths are whole ones. */
    public final class Caller {
        private final String origin;
        private final Optional<String> authorization;

        private Caller(String origin, Optional<String> authorization) {
            this.origin = origin;
            this.authorization = authorization;
        }

        /** @param headers name, value, name, value … */
        public HttpResponse<String> call(String method, String path, BodyPublisher body, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path))
                    .timeout(PATIENCE)
                    .method(method, body);
            List<String> all = new ArrayList<>(List.of(headers));
            authorization.ifPresent(value -> all.addAll(List.of("Authorization", value)));
            if (!all.isEmpty()) {
                request.headers(all.toArray(String[]::new));
            }
            try {
                return client.send(request.build(), BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(method + " " + path, e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        public HttpResponse<String> call(String method, String path, String body, String... headers) {
            return call(
                    method, path, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body), headers);
        }

        public HttpResponse<String> get(String path, String... headers) {
            return call("GET", path, "", headers);
        }

        /** What a call that must succeed answers. */
        public Json.Obj object(String path) {
            return good("GET", path, "");
        }

        public Json.Obj post(String path, Json.Obj body) {
            return good("POST", path, JsonWriter.compact(body));
        }

        /** Declares what the documents say. */
        public Json.Obj apply(String yaml) {
            Json.Obj file =
                    Json.object().put("name", "test.yaml").put("content", yaml).build();
            return post(
                    "/api/v1/apply",
                    Json.object().put("files", new Json.Arr(List.of(file))).build());
        }

        private Json.Obj good(String method, String path, String body) {
            HttpResponse<String> answer = call(method, path, body);
            if (answer.statusCode() != 200) {
                throw new AssertionError(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return JsonReader.object(answer.body().getBytes(UTF_8));
        }
    }

    @Override
    public void close() {
        client.close();
        hub.close();
    }
}
