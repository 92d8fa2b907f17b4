package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.e2e.git.ServerCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/**
 * A registry with one image that tells the truth, or does as a test says. No real one can be made to lie.
 *
 * <p>It has a certificate, which an engine does not look at on this address: without one the engine would wait ten seconds for an answer to its handshake, each time.
 */
final class LyingRegistry implements AutoCloseable {
    /** What it does wrong. */
    enum Fault {
        NONE,
        /** Answers 429 with {@code Retry-After}. */
        BUSY,
        /** Answers 500, as one does whose store is full. */
        BROKEN,
        /** Gives another manifest than the digest that was asked for says. */
        OTHER_MANIFEST,
        /** Gives other bytes than the digest of the layer says. */
        OTHER_LAYER,
        /** Says that the layer has a tebibyte, and then says nothing. */
        ENDLESS_LAYER
    }

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String ADDRESS = "127.0.0.1";
    private static final long TEBIBYTE = 1L << 40;

    private final HttpServer server;
    private final String name;
    private final byte[] layer;
    private final byte[] config;
    private final byte[] manifest;
    volatile Fault fault = Fault.NONE;

    private LyingRegistry(HttpServer server, String name) throws IOException {
        this.server = server;
        this.name = name;
        byte[] tar = new Tar().file("of", 0644, name.getBytes(UTF_8)).toBytes();
        this.layer = gzip(tar);
        this.config = JsonWriter.canonical(Json.object()
                .put("architecture", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64")
                .put("os", "linux")
                .put("config", Json.object().build())
                .put(
                        "rootfs",
                        Json.object()
                                .put("type", "layers")
                                .put("diff_ids", List.of(Digest.of(tar).toString()))
                                .build())
                .build());
        this.manifest = manifest();
        server.createContext("/v2/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /**
     * @param name   of its image; its content is made of it, so no engine has it yet
     * @param folder for its certificate
     */
    static LyingRegistry start(String name, Path folder) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName(ADDRESS), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(ServerCertificates.create(folder, ADDRESS).tls()));
        return new LyingRegistry(server, name);
    }

    private byte[] manifest() {
        return JsonWriter.canonical(Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MANIFEST)
                .put("config", part("application/vnd.docker.container.image.v1+json", config))
                .put("layers", new Json.Arr(List.of(part("application/vnd.docker.image.rootfs.diff.tar.gzip", layer))))
                .build());
    }

    private static Json.Obj part(String type, byte[] bytes) {
        return Json.object()
                .put("mediaType", type)
                .put("size", bytes.length)
                .put("digest", Digest.of(bytes).toString())
                .build();
    }

    /** A valid manifest of this image with its layer twice. */
    private byte[] other() {
        return new String(manifest, UTF_8)
                .replaceFirst("\"layers\":\\[(.*?)\\]", "\"layers\":[$1,$1]")
                .getBytes(UTF_8);
    }

    String pinned() {
        return ADDRESS + ":" + server.getAddress().getPort() + "/" + name + "@" + Digest.of(manifest);
    }

    String tagged() {
        return ADDRESS + ":" + server.getAddress().getPort() + "/" + name + ":1";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (fault == Fault.BUSY) {
                exchange.getResponseHeaders().set("Retry-After", "30");
                send(
                        exchange,
                        429,
                        "application/json",
                        "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"come back later\"}]}"
                                .getBytes(UTF_8));
            } else if (fault == Fault.BROKEN) {
                send(exchange, 500, "text/plain", "the store is full".getBytes(UTF_8));
            } else if (path.equals("/v2/")) {
                send(exchange, 200, "application/json", "{}".getBytes(UTF_8));
            } else if (path.contains("/manifests/")) {
                exchange.getResponseHeaders()
                        .set("Docker-Content-Digest", Digest.of(manifest).toString());
                send(exchange, 200, MANIFEST, fault == Fault.OTHER_MANIFEST ? other() : manifest);
            } else if (path.endsWith(Digest.of(config).toString())) {
                send(exchange, 200, "application/octet-stream", config);
            } else {
                layer(exchange);
            }
        }
    }

    private void layer(HttpExchange exchange) throws IOException {
        switch (fault) {
            case OTHER_LAYER ->
                send(exchange, 200, "application/octet-stream", gzip("nothing of this".getBytes(UTF_8)));
            case ENDLESS_LAYER -> {
                exchange.sendResponseHeaders(200, TEBIBYTE);
                OutputStream body = exchange.getResponseBody();
                byte[] noise = new byte[64 << 10];
                try {
                    while (fault == Fault.ENDLESS_LAYER) {
                        body.write(noise);
                        Thread.sleep(50);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            case NONE, BUSY, BROKEN, OTHER_MANIFEST -> send(exchange, 200, "application/octet-stream", layer);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        fault = Fault.NONE;
        server.stop(0);
    }
}
