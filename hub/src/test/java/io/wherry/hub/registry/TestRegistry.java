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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A registry on the loopback address that keeps what it is given, and can also misbehave. Notes each request with its {@code Authorization}. */
public final class TestRegistry implements AutoCloseable {
    /** Another name of the same machine, which no credential for the first is meant for. */
    static final String ELSEWHERE = "localhost";

    private static final String HERE = "127.0.0.1";

    private final HttpServer server;
    private final PlainFront front;
    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    public final List<String> requests = new CopyOnWriteArrayList<>();

    /** What was pushed: {@code PUT /v2/…}. */
    public final List<String> writes = new CopyOnWriteArrayList<>();

    /** The status of each write; 0: it is taken. */
    public volatile int refuses;

    /** So many writes are answered with 429 first. */
    public final AtomicInteger busyWrites = new AtomicInteger();

    /** The status of each read; 0: it is answered. */
    public volatile int failsWith;

    /** What it says with each failure: after how many seconds to come again; nothing if empty. */
    public volatile String retryAfter = "";

    /** Whether it takes questions and answers none. */
    public volatile boolean hangs;

    /** What it says a manifest's digest is; the truth if empty. */
    public volatile String claims = "";

    /** Lets in those alone who say this. */
    public void wants(String authorization) {
        asks = Optional.of(new Asks("Basic realm=\"registry\"", authorization));
    }

    /** Digest of what a tag or a digest means. */
    public Optional<Digest> holds(String repository, String version) {
        return Optional.ofNullable(contents.get("/v2/" + repository + "/manifests/" + version))
                .map(content -> Digest.of(content.bytes()));
    }

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

    private TestRegistry(HttpServer server) throws IOException {
        this.server = server;
        this.front = PlainFront.of(server.getAddress());
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
        return HERE + ":" + front.port();
    }

    String elsewhere() {
        return "http://" + ELSEWHERE + ":" + front.port();
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
    public Digest index(String repository, String tag, Map<String, Digest> manifests) {
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

    public Digest put(String repository, String tag, String type, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        Content content = new Content(type, bytes);
        contents.put("/v2/" + repository + "/manifests/" + tag, content);
        contents.put("/v2/" + repository + "/manifests/" + digest, content);
        return digest;
    }

    /** What is answered to this path. */
    public void serve(String path, String type, byte[] bytes) {
        contents.put(path, new Content(type, bytes));
    }

    public Digest blob(String repository, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        serve("/v2/" + repository + "/blobs/" + digest, "application/octet-stream", bytes);
        return digest;
    }

    /** Is asked no more for it. */
    public void forget(String path) {
        contents.remove(path);
    }

    private String part(String repository, byte[] bytes) {
        Digest digest = Digest.of(bytes);
        contents.put("/v2/" + repository + "/blobs/" + digest, new Content("application/octet-stream", bytes));
        return "{\"mediaType\":\"application/octet-stream\",\"digest\":\"" + digest + "\",\"size\":" + bytes.length
                + "}";
    }

    /** What is asked for by this path is another one from now on. */
    public void spoil(String pathPart) {
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
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            while (hangs) {
                LockSupport.parkNanos(10_000_000);
            }
            if (failsWith > 0) {
                send(exchange, failsWith, "application/json", "{}".getBytes(UTF_8));
            } else if (path.equals("/token")) {
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
                switch (exchange.getRequestMethod()) {
                    case "POST", "PUT" -> write(exchange, path);
                    default -> {
                        if (!claims.isEmpty()) {
                            exchange.getResponseHeaders().set("Docker-Content-Digest", claims);
                        }
                        read(exchange, contents.get(path));
                    }
                }
            }
        }
    }

    private static void read(HttpExchange exchange, @Nullable Content content) throws IOException {
        if (content == null) {
            send(exchange, 404, "application/json", "{}".getBytes(UTF_8));
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            if (!exchange.getResponseHeaders().containsKey("Docker-Content-Digest")) {
                exchange.getResponseHeaders()
                        .set("Docker-Content-Digest", Digest.of(content.bytes()).toString());
            }
            send(exchange, 200, content.type(), new byte[0]);
        } else {
            send(exchange, 200, content.type(), content.bytes());
        }
    }

    /** Takes a blob that has its digest, and a manifest whose blobs or members are there. */
    private void write(HttpExchange exchange, String path) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (busyWrites.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            send(exchange, 429, "text/plain", new byte[0]);
            return;
        }
        if (refuses > 0) {
            send(
                    exchange,
                    refuses,
                    "application/json",
                    "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"the disk is full\"}]}".getBytes(UTF_8));
            return;
        }
        if (exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Location", path + "one?state=1");
            send(exchange, 202, "text/plain", new byte[0]);
            return;
        }
        writes.add("PUT " + path);
        String repository = path.replaceFirst("/(?:manifests|blobs)/.*", "");
        Digest digest = Digest.of(body);
        if (path.contains("/blobs/uploads/")) {
            boolean right = exchange.getRequestURI().getQuery().endsWith("digest=" + digest);
            contents.put(repository + "/blobs/" + digest, new Content("application/octet-stream", body));
            send(exchange, right ? 201 : 400, "text/plain", new byte[0]);
            return;
        }
        boolean whole = Pattern.compile("sha256:[0-9a-f]{64}")
                .matcher(new String(body, UTF_8))
                .results()
                .allMatch(named -> contents.containsKey(repository + "/blobs/" + named.group())
                        || contents.containsKey(repository + "/manifests/" + named.group()));
        if (whole) {
            Content content = new Content(exchange.getRequestHeaders().getFirst("Content-Type"), body);
            contents.put(path, content);
            contents.put(repository + "/manifests/" + digest, content);
        }
        send(exchange, whole ? 201 : 404, "text/plain", new byte[0]);
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        hangs = false;
        front.close();
        server.stop(0);
    }
}
