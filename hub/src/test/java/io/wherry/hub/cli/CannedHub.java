package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.wherry.hub.fleet.CaKeys;
import io.wherry.hub.fleet.CertificateAuthority;
import io.wherry.hub.fleet.ServerIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A real HTTPS server that answers as the hub's REST interface would; a route not given answers 404. */
final class CannedHub implements AutoCloseable {
    /** One answer. */
    record Canned(int status, String body) {}

    static final String TOKEN = "wak_test";
    static final String DOMAIN = "sha256:" + "ab".repeat(32);

    private final HttpsServer server;
    private final Map<String, Canned> answers = new HashMap<>();
    private final Map<String, Canned> first = new ConcurrentHashMap<>();
    private final List<String> requests = new ArrayList<>();
    private final String caPin;

    private CannedHub(HttpsServer server, String caPin) {
        this.server = server;
        this.caPin = caPin;
    }

    /** @param folder gets {@code ca.crt} and the hub's token in {@code token} */
    static CannedHub start(Path folder) {
        return start(folder, 0);
    }

    /** @param port 0 for any */
    static CannedHub start(Path folder, int port) {
        try {
            SecureRandom random = new SecureRandom();
            CaKeys keys = CaKeys.create(random, Clock.systemUTC().instant());
            keys.write(folder.resolve("ca.key"), folder.resolve("ca.crt"));
            Files.writeString(folder.resolve("token"), TOKEN + "\n");
            InetAddress here = InetAddress.getLoopbackAddress();
            ServerIdentity identity = new CertificateAuthority(keys, Clock.systemUTC(), random)
                    .issueServer(List.of(here.getHostAddress()));
            HttpsServer server = HttpsServer.create(new InetSocketAddress(here, port), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls(identity)));
            CannedHub hub = new CannedHub(server, keys.pin().toString());
            server.createContext("/", hub::answer);
            hub.on("GET /whoami", 200, """
                    {"name":"ann","role":"admin","trustDomain":"%s"}""".formatted(DOMAIN));
            server.start();
            return hub;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext tls(ServerIdentity identity) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("hub", identity.key(), new char[0], identity.chain().toArray(Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    /** @param route method, path below {@code /api/v1} and query, as the command sends them */
    CannedHub on(String route, int status, String body) {
        answers.put(route, new Canned(status, body));
        return this;
    }

    /** What is answered once, before all else. */
    CannedHub atFirst(String route, int status, String body) {
        first.put(route, new Canned(status, body));
        return this;
    }

    CannedHub problem(String route, int status, String code, String detail, String hint) {
        return on(route, status, """
                {"status":%d,"code":"%s","detail":"%s","hint":"%s"}""".formatted(status, code, detail, hint));
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    String caPin() {
        return caPin;
    }

    /** What was asked, each with its body. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String route = exchange.getRequestMethod() + " "
                + exchange.getRequestURI().toString().substring("/api/v1".length());
        requests.add(route + " " + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        boolean known = ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        Canned once = first.remove(route);
        Canned canned = once != null
                ? once
                : known
                        ? answers.getOrDefault(
                                route, new Canned(404, "{\"code\":\"NotFound\",\"detail\":\"no " + route + "\"}"))
                        : new Canned(401, "{\"code\":\"KeyUnknown\",\"detail\":\"the key is not known\"}");
        byte[] body = canned.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(canned.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
