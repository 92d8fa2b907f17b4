package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wherry.contract.Digest;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryTrust;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.ChartKeyring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Helm repositories over HTTP, good ones and others. */
class ChartClientTest {
    private static final byte[] NONE = {};
    private static final byte[] ARCHIVE = "the archive".getBytes(UTF_8);

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, String> redirects = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile String wants = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        files.put("/charts/web-1.2.3.tgz", ARCHIVE);
        index("web-1.2.3.tgz", Digest.of(ARCHIVE).hex());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String shown = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        requests.add(exchange.getRequestHeaders().getFirst("Host").replaceAll(":.*", "") + path + " " + shown);
        byte[] file = files.getOrDefault(path, NONE);
        int status = !wants.isEmpty() && !wants.equals(shown) ? 401 : file.length == 0 ? 404 : 200;
        if (redirects.containsKey(path)) {
            exchange.getResponseHeaders().add("Location", redirects.get(path));
            status = 302;
        }
        exchange.sendResponseHeaders(status, status == 200 ? file.length : -1);
        if (status == 200) {
            exchange.getResponseBody().write(file);
        }
        exchange.close();
    }

    private void index(String url, String digest) {
        files.put("/charts/index.yaml", """
                apiVersion: v1
                entries:
                  web:
                  - {name: web, version: 1.3.0, urls: [web-1.3.0.tgz], digest: x}
                  - {name: web, version: 1.2.3, urls: ["%s"]%s}
                """.formatted(url, digest.isEmpty() ? "" : ", digest: " + digest)
                .getBytes(UTF_8));
    }

    @Test
    void fetchesTheVeryVersion() throws IOException {
        assertThat(fetch("web", "1.2.3")).isEqualTo(ARCHIVE);
        assertThat(requests).containsExactly("127.0.0.1/charts/index.yaml ", "127.0.0.1/charts/web-1.2.3.tgz ");
    }

    @Test
    void whatIsNotThereIsNamed() {
        refused("web", "1.2.4", "chart web 1.2.4 of " + url() + ": the repository does not have that version");
        refused("db", "1.2.3", "the repository has no chart of that name");
        files.remove("/charts/web-1.2.3.tgz");
        refused("web", "1.2.3", "the server answered 404 for web-1.2.3.tgz");
        files.put("/charts/index.yaml", "a: b: c".getBytes(UTF_8));
        refused("web", "1.2.3", "its index cannot be read: index.yaml:1:");
        files.remove("/charts/index.yaml");
        refused("web", "1.2.3", "the server answered 404 for index.yaml");
        server.stop(0);
        refused("web", "1.2.3", "127.0.0.1 cannot be reached");
    }

    @Test
    void anotherArchiveThanTheIndexSaysIsRefused() {
        index("web-1.2.3.tgz", "0".repeat(64));
        refused("web", "1.2.3", "has digest " + Digest.of(ARCHIVE) + ", and its index says sha256:0000");
        index("web-1.2.3.tgz", "");
        refused("web", "1.2.3", "its index says no digest");
        files.put("/charts/web-1.2.3.tgz", new byte[ChartClient.MAX_BYTES + 1]);
        refused("web", "1.2.3", "web-1.2.3.tgz has more than 16 MiB");
    }

    @Test
    void theCredentialGoesToTheRepositoryAlone() throws IOException {
        wants = "Basic x";
        refused("web", "1.2.3", "the server answered 401 for index.yaml");
        assertThat(fetch("web", "1.2.3", Optional.of("mine"))).isEqualTo(ARCHIVE);

        wants = "";
        String elsewhere = "http://localhost:" + server.getAddress().getPort();
        redirects.put("/charts/web-1.2.3.tgz", elsewhere + "/other/web.tgz");
        files.put("/other/web.tgz", ARCHIVE);
        requests.clear();
        assertThat(fetch("web", "1.2.3", Optional.of("mine"))).isEqualTo(ARCHIVE);
        assertThat(requests)
                .containsExactly(
                        "127.0.0.1/charts/index.yaml Basic x",
                        "127.0.0.1/charts/web-1.2.3.tgz Basic x",
                        "localhost/other/web.tgz ");
    }

    @Test
    void leadsNowhereUnsafe() {
        for (String address : List.of("http://192.0.2.1/web.tgz", "file:///etc/passwd", "ftp://localhost/x")) {
            index(address, Digest.of(ARCHIVE).hex());
            refused("web", "1.2.3", "(expected: https)");
        }
        index("web-1.2.3.tgz", Digest.of(ARCHIVE).hex());
        redirects.put("/charts/index.yaml", "/charts/index.yaml");
        refused("web", "1.2.3", "is redirected in a circle");
    }

    @Test
    void provenanceIsFetchedFromBesideTheArchiveIfItIsWanted() throws IOException {
        files.put("/charts/web-1.2.3.tgz.prov", "signed".getBytes(UTF_8));
        assertThat(fetchSigned().provenance()).hasValue("signed".getBytes(UTF_8));
        assertThat(requests.getLast()).isEqualTo("127.0.0.1/charts/web-1.2.3.tgz.prov ");

        index("web-1.2.3.tgz?v=1#x", Digest.of(ARCHIVE).hex());
        assertThat(fetchSigned().provenance()).hasValue("signed".getBytes(UTF_8));

        files.remove("/charts/web-1.2.3.tgz.prov");
        assertThat(fetchSigned().provenance()).isEmpty();
        files.put("/charts/web-1.2.3.tgz.prov", new byte[ChartProvenance.MAX_BYTES + 1]);
        assertThatThrownBy(this::fetchSigned)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("web-1.2.3.tgz.prov has more than 1 MiB");
    }

    @Test
    void allIsAskedByTheProxyOfASource() throws IOException {
        ChartFrom away = by("http://127.0.0.1:" + server.getAddress().getPort());
        assertThat(client().fetch(away).archive()).isEqualTo(ARCHIVE);
        assertThat(requests).hasSize(2);

        assertThatThrownBy(() -> client().fetch(by("http://127.0.0.1:1")))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.hint()).contains("proxy of source charts"))
                .hasMessageContaining("by the proxy http://127.0.0.1:1");
    }

    /** Of a repository where nobody listens: whoever asks it directly has nothing. */
    private static ChartFrom by(String proxy) {
        ChartFrom.Place place = new ChartFrom.Place(
                "http://127.0.0.1:2/charts",
                Optional.empty(),
                Optional.empty(),
                Optional.of(proxy),
                Duration.ofSeconds(60),
                Optional.of("charts"));
        return new ChartFrom(place, "web", "1.2.3", Optional.empty(), Optional.empty());
    }

    private ChartSource.Chart fetchSigned() throws IOException {
        ChartKeyring keyring = new ChartKeyring("-----BEGIN PGP PUBLIC KEY BLOCK-----");
        return client().fetch(new ChartFrom(
                url(), "web", "1.2.3", Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(keyring)));
    }

    private static ChartClient client() throws IOException {
        return new ChartClient(RegistryTrust.of(Optional.empty()), host -> Optional.empty(), (name, host) -> "Basic x");
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/charts";
    }

    private void refused(String chart, String version, String why) {
        assertThatThrownBy(() -> fetch(chart, version))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(why);
    }

    private byte[] fetch(String chart, String version) throws IOException {
        return fetch(chart, version, Optional.empty());
    }

    private byte[] fetch(String chart, String version, Optional<String> credential) throws IOException {
        return client().fetch(new ChartFrom(url(), chart, version, Optional.empty(), credential, Optional.empty()))
                .archive();
    }
}
