package io.wherry.hub.api;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.fleet.ServerIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The two HTTP listeners: operators' REST over TLS, and health and metrics on loopback. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ApiServer.class.getName());

    private static final String PREFIX = "/api/v1";
    private static final String HEALTH = "health";

    /** Connections of operators, pipelines and followers of events; more is not a team but an attack. */
    private static final int MAX_CONNECTIONS = 1_000;

    /** Headers of our own clients are below 1 KiB. */
    private static final int MAX_HEADERS_BYTES = 16 << 10;

    private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(2);

    private final WebServer server;

    private ApiServer(WebServer server) {
        this.server = server;
    }

    /** Where to listen; port 0 takes a free one. */
    public record Listeners(InetSocketAddress operators, InetSocketAddress health) {}

    static ApiServer start(
            Listeners listeners, Supplier<ServerIdentity> identity, Dispatcher dispatcher, Health health) {
        WebServer server = WebServer.builder()
                .shutdownHook(false) // the hub closes its parts in its own order
                .shutdownGracePeriod(SHUTDOWN_GRACE)
                .address(listeners.operators().getAddress())
                .port(listeners.operators().getPort())
                .maxTcpConnections(MAX_CONNECTIONS)
                .addProtocol(
                        Http1Config.builder().maxHeadersSize(MAX_HEADERS_BYTES).build())
                .maxPayloadSize(ApiRequest.MAX_BODY_BYTES)
                .tls(Tls.builder()
                        .sslContext(RenewingIdentity.context(identity))
                        .addEnabledProtocol("TLSv1.3")
                        .build())
                .routing(operators(dispatcher))
                .putSocket(HEALTH, socket -> socket.address(listeners.health().getAddress())
                        .port(listeners.health().getPort())
                        .routing(health.routing()))
                .build()
                .start();
        return new ApiServer(server);
    }

    public int port() {
        return server.port();
    }

    public int healthPort() {
        return server.port(HEALTH);
    }

    private static HttpRouting.Builder operators(Dispatcher dispatcher) {
        byte[] description = JsonWriter.pretty(OpenApi.of(dispatcher.routes())).getBytes(StandardCharsets.UTF_8);
        return HttpRouting.builder()
                .get("/openapi.json", (request, response) -> {
                    response.header(HeaderNames.CONTENT_TYPE, "application/json");
                    response.send(description);
                })
                .any((request, response) -> serve(dispatcher, request, response));
    }

    private static void serve(Dispatcher dispatcher, ServerRequest request, ServerResponse response) {
        String requestId = UUID.randomUUID().toString();
        String path = request.path().path();
        response.header("X-Request-Id", requestId);
        response.header("Cache-Control", "no-store");
        response.header("X-Content-Type-Options", "nosniff");
        Answer answer;
        try {
            if (!path.startsWith(PREFIX + "/")) {
                throw new ApiException(
                        404, ApiReason.NOT_FOUND, path + ": nothing here", "the interface is below " + PREFIX);
            }
            answer = dispatcher.dispatch(
                    request.prologue().method().text(),
                    path.substring(PREFIX.length()),
                    request.headers().first(HeaderNames.AUTHORIZATION),
                    new HelidonRequest(request));
        } catch (ApiException e) {
            problem(response, e, requestId);
            return;
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "request " + requestId + " " + request.prologue().method() + " " + path + " failed",
                    e);
            problem(
                    response,
                    new ApiException(
                            500,
                            ApiReason.INTERNAL,
                            "the hub failed on this request",
                            "its log has the cause under " + requestId),
                    requestId);
            return;
        }
        send(response, answer);
    }

    private static void send(ServerResponse response, Answer answer) {
        switch (answer) {
            case Answer.Document(byte[] bytes, Optional<String> etag) -> {
                etag.ifPresent(tag -> response.header("ETag", '"' + tag + '"'));
                response.header(HeaderNames.CONTENT_TYPE, "application/json");
                response.send(bytes);
            }
            case Answer.Lines(Answer.Writer writer) -> {
                response.header(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
                try (OutputStream out = response.outputStream()) {
                    writer.write(out);
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "a reader went away", e); // how every follower ends
                }
            }
            case Answer.Stream(String contentType, Answer.Writer writer) -> {
                response.header(HeaderNames.CONTENT_TYPE, contentType);
                try (OutputStream out = response.outputStream()) {
                    writer.write(out);
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "a download broke off", e);
                }
            }
        }
    }

    private static void problem(ServerResponse response, ApiException problem, String requestId) {
        response.status(Status.create(problem.status()));
        response.header(HeaderNames.CONTENT_TYPE, "application/problem+json");
        response.send(Problems.document(problem, requestId));
    }

    /** Helidon's request, read only as far as it is asked for. */
    private record HelidonRequest(ServerRequest request) implements Dispatcher.Incoming {
        @Override
        public Map<String, String> query() {
            Map<String, String> query = new LinkedHashMap<>();
            request.query()
                    .names()
                    .forEach(name -> query.put(name, request.query().first(name).orElse("")));
            return query;
        }

        @Override
        public byte[] body() {
            try (var in = request.content().inputStream()) {
                byte[] body = in.readNBytes(ApiRequest.MAX_BODY_BYTES + 1);
                if (body.length > ApiRequest.MAX_BODY_BYTES) {
                    throw new ApiException(
                            413,
                            ApiReason.TOO_LARGE,
                            "the body is larger than " + (ApiRequest.MAX_BODY_BYTES >> 20) + " MiB",
                            "split it");
                }
                return body;
            } catch (IOException e) {
                throw new ApiException(400, ApiReason.BAD_REQUEST, "the body broke off", "");
            }
        }

        @Override
        public Optional<String> ifMatch() {
            return request.headers().first(HeaderNames.IF_MATCH).map(tag -> tag.replace("\"", ""));
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
