package io.wherry.agent.runtime.kubernetes.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wherry.contract.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that takes what it is given, and misbehaves when told to. A real one is in e2e. */
final class LoopbackRegistry implements AutoCloseable {
    private static final String HERE = "127.0.0.1";

    private final HttpServer server;

    /** By path; manifests by tag and by digest. */
    final Map<String, byte[]> contents = new ConcurrentHashMap<>();

    /** What was given to it, in order: {@code blob REPOSITORY}, {@code manifest REPOSITORY VERSION}. */
    final List<String> taken = new CopyOnWriteArrayList<>();

    /** Statuses of the next writes; 0: the connection ends in the middle of the body. */
    final Deque<Integer> writes = new ConcurrentLinkedDeque<>();

    /** The status of every request; 0: it is answered. */
    volatile int always;

    volatile String retryAfter = "";

    /** Lets in those alone who show this. */
    volatile String wants = "";

    /** Whom its service for tokens knows, as {@code Authorization: Basic}; if given, it lets in those alone who have a token for what they do. */
    volatile String known = "";

    /** Whether it says for what a token is needed. */
    volatile boolean saysScope = true;

    /** Statuses of the next tokens instead of one. */
    final Deque<Integer> tokens = new ConcurrentLinkedDeque<>();

    /** What it says of every manifest that it has; the truth if empty. */
    volatile String claims = "";

    private LoopbackRegistry(HttpServer server) {
        this.server = server;
    }

    static LoopbackRegistry start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(HERE), 0), 0);
            LoopbackRegistry registry = new LoopbackRegistry(server);
            server.createContext("/v2/", registry::handle);
            server.createContext("/token", registry::token);
            server.start();
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String host() {
        return HERE + ":" + server.getAddress().getPort();
    }

    RegistryPlace place() {
        return RegistryPlace.parse("http://" + host());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (always > 0) {
                answer(exchange, always);
            } else if (!wants.isEmpty()
                    && !wants.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"site\"");
                answer(exchange, 401);
            } else if (!known.isEmpty() && !mayBy(exchange)) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                "Bearer realm=\"http://" + host() + "/token\",service=\"site\""
                                        + (saysScope ? ",scope=\"" + scope(exchange) + "\"" : ""));
                answer(exchange, 401);
            } else {
                serve(exchange);
            }
        }
    }

    private static String scope(HttpExchange exchange) {
        String repository = exchange.getRequestURI().getPath().replaceFirst("/v2/(.*)/(blobs|manifests)/.*", "$1");
        return "repository:" + repository + ":" + (exchange.getRequestMethod().equals("HEAD") ? "pull" : "pull,push");
    }

    /** A token is the scope that it was given for. */
    private static boolean mayBy(HttpExchange exchange) {
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return shown.startsWith("Bearer " + scope(exchange));
    }

    private void token(HttpExchange exchange) throws IOException {
        try (exchange) {
            Integer status = tokens.poll();
            if (status != null || !known.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, status == null ? 401 : status);
                return;
            }
            String scope = exchange.getRequestURI().getQuery().replaceFirst(".*scope=", "");
            byte[] token = ("{\"token\":\"" + scope + "\"}").getBytes(UTF_8);
            exchange.sendResponseHeaders(200, token.length);
            exchange.getResponseBody().write(token);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/v2/".length());
        switch (exchange.getRequestMethod()) {
            case "HEAD" -> {
                byte[] found = contents.get(path);
                if (found != null) {
                    exchange.getResponseHeaders()
                            .set(
                                    "Docker-Content-Digest",
                                    claims.isEmpty() ? Digest.of(found).toString() : claims);
                }
                answer(exchange, found == null ? 404 : 200);
            }
            case "POST" -> {
                exchange.getResponseHeaders().set("Location", "/v2/" + path + "one?state=1");
                answer(exchange, 202);
            }
            case "DELETE" -> answer(exchange, 204);
            default -> take(exchange, path);
        }
    }

    private void take(HttpExchange exchange, String path) throws IOException {
        int status = Optional.ofNullable(writes.poll()).orElse(201);
        if (status == 0) {
            exchange.getRequestBody().readNBytes(1);
            return; // closed without an answer
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (status == 201) {
            String repository = path.replaceFirst("/(?:blobs|manifests)/.*", "");
            Digest digest = Digest.of(body);
            if (path.contains("/blobs/")) {
                boolean right = exchange.getRequestURI().getQuery().endsWith("digest=" + digest);
                status = right ? 201 : 400;
                contents.put(repository + "/blobs/" + digest, body);
                taken.add("blob " + repository);
            } else {
                contents.put(path, body);
                contents.put(repository + "/manifests/" + digest, body);
                taken.add("manifest " + repository + " " + path.substring(path.lastIndexOf('/') + 1));
            }
        }
        answer(exchange, status);
    }

    private void answer(HttpExchange exchange, int status) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
        }
        byte[] said = status < 400 || exchange.getRequestMethod().equals("HEAD")
                ? new byte[0]
                : "{\"errors\":[{\"message\":\"not now\"}]}".getBytes(UTF_8);
        exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
        exchange.getResponseBody().write(said);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
