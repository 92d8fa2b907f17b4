package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wherry.contract.Digest;
import io.wherry.contract.file.ImageManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry on the loopback address that keeps what it is given, and can also misbehave. Notes each request with its {@code Authorization}. */
public final class TestRegistry implements AutoCloseable {
    /** Another name of the same machine, which no credential for the first is meant for. */
    static final String ELSEWHERE = "localhost";

    private static final String HERE = "127.0.0.1";

    private final HttpServer server;
    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** What it asks for; nothing where it is open to all. */
    volatile Optional<Asks> asks = Optional.empty();

    /** Where it sends readers of blobs; nowhere if empty. */
    volatile String blobsAt = "";

    private record Content(String type, byte[] bytes) {}

    /**
     * What a closed registry says.
     *
     * @param challenge of {@code WWW-Authenticate}
     * @param answer    the {@code Authorization} that opens it
     */
    record Asks(String challenge, String answer) {}

    private TestRegistry(HttpServer server) {
        this.server = server;
    }

    public static TestRegistry start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(HERE), 0), 0);
            TestRegistry registry = new TestRegistry(server);
            server.createContext("/", registry::handle);
            server.start();
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return HERE + ":" + server.getAddress().getPort();
    }

    String elsewhere() {
        return "http://" + ELSEWHERE + ":" + server.getAddress().getPort();
    }

    /** An image of one layer under a tag. @return digest of its manifest */
    public Digest image(String repository, String tag, String platform) {
        String[] parts = platform.split("/");
        byte[] config = ("{\"os\":\"" + parts[0] + "\",\"architecture\":\"" + parts[1] + "\",\"rootfs\":{\"of\":\""
                        + repository + tag + platform + "\"}}")
                .getBytes(UTF_8);
        byte[] layer = ("a layer of " + repository + tag + platform).getBytes(UTF_8);
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI + "\",\"config\":"
                + part(repository, config) + ",\"layers\":[" + part(repository, layer) + "]}";
        return put(repository, tag, ImageManifest.OCI, manifest.getBytes(UTF_8));
    }

    /** An image for several platforms, by platform its manifest. @return digest of the index */
    Digest index(String repository, String tag, Map<String, Digest> manifests) {
        StringBuilder members = new StringBuilder();
        manifests.forEach((platform, digest) -> {
            String[] parts = platform.split("/");
            members.append(members.isEmpty() ? "" : ",")
                    .append("{\"mediaType\":\"" + ImageManifest.OCI + "\",\"digest\":\"" + digest
                            + "\",\"size\":1,\"platform\":{\"os\":\"" + parts[0] + "\",\"architecture\":\"" + parts[1]
                            + "\""
                            + (parts.length > 2 ? ",\"variant\":\"" + parts[2] + "\"" : "") + "}}");
        });
        return put(
                repository,
                tag,
                ImageIndex.OCI,
                ("{\"schemaVersion\":2,\"manifests\":[" + members + "]}").getBytes(UTF_8));
    }

    Digest put(String repository, String tag, String type, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        Content content = new Content(type, bytes);
        contents.put("/v2/" + repository + "/manifests/" + tag, content);
        contents.put("/v2/" + repository + "/manifests/" + digest, content);
        return digest;
    }

    private String part(String repository, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        contents.put("/v2/" + repository + "/blobs/" + digest, new Content("application/octet-stream", bytes));
        return "{\"mediaType\":\"application/octet-stream\",\"digest\":\"" + digest + "\",\"size\":" + bytes.length
                + "}";
    }

    /** What is asked for by this path is another one from now on. */
    void spoil(String pathPart) {
        contents.replaceAll((path, content) ->
                path.contains(pathPart) ? new Content(content.type(), "another one".getBytes(UTF_8)) : content);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String shown = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("-");
        String host = exchange.getRequestHeaders().getFirst("Host");
        requests.add(host + path + " " + shown);
        try (exchange) {
            if (path.equals("/token")) {
                send(exchange, 200, "application/json", "{\"token\":\"day-pass\"}".getBytes(UTF_8));
            } else if (asks.isPresent()
                    && path.startsWith("/v2/")
                    && host.startsWith(HERE)
                    && !shown.equals(asks.get().answer())) {
                exchange.getResponseHeaders().set("WWW-Authenticate", asks.get().challenge());
                send(exchange, 401, "application/json", "{}".getBytes(UTF_8));
            } else if (path.contains("/blobs/") && !blobsAt.isEmpty() && host.startsWith(HERE)) {
                exchange.getResponseHeaders().set("Location", blobsAt + path);
                send(exchange, 307, "text/plain", new byte[0]);
            } else {
                Content content = contents.get(path);
                if (content == null) {
                    send(exchange, 404, "application/json", "{}".getBytes(UTF_8));
                } else {
                    send(exchange, 200, content.type(), content.bytes());
                }
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
