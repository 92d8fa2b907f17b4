package io.wherry.hub.api;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.fleet.ServerIdentity;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** The two HTTP listeners: operators' REST and pages over TLS, and health and metrics on loopback. */
public final class ApiServer implements AutoCloseable {
    private static final String HEALTH = "health";

    /** Connections of operators, pipelines and followers of events; more is not a team but an attack. */
    private static final int MAX_CONNECTIONS = 1_000;

    /** Headers of our own clients are below 1 KiB. */
    private static final int MAX_HEADERS_BYTES = 16 << 10;

    /**
     * What is read and thrown away of a body that is too large or not wanted: a client that is cut off while it sends sees a broken connection
     * and never the answer. Above this it is cut off all the same.
     */
    private static final int MAX_DRAINED_BYTES = 4 * ApiRequest.MAX_BODY_BYTES;

    private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(2);

    private final WebServer server;

    private ApiServer(WebServer server) {
        this.server = server;
    }

    /** Where to listen; port 0 takes a free one. */
    public record Listeners(InetSocketAddress operators, InetSocketAddress health) {}

    static ApiServer start(
            Listeners listeners,
            Supplier<ServerIdentity> identity,
            Dispatcher dispatcher,
            Webhooks webhooks,
            Beside beside,
            Health health) {
        FreePorts.require(listeners);
        WebServer server = WebServer.builder()
                .shutdownHook(false) // the hub closes its parts in its own order
                .shutdownGracePeriod(SHUTDOWN_GRACE)
                .address(listeners.operators().getAddress())
                .port(listeners.operators().getPort())
                .maxTcpConnections(MAX_CONNECTIONS)
                .addProtocol(
                        Http1Config.builder().maxHeadersSize(MAX_HEADERS_BYTES).build())
                .maxPayloadSize(MAX_DRAINED_BYTES)
                .directHandlers(EarlyRefusals.handlers())
                .tls(Tls.builder()
                        .sslContext(RenewingIdentity.context(identity))
                        .addEnabledProtocol("TLSv1.3")
                        .build())
                .routing(operators(dispatcher, webhooks, beside))
                .putSocket(HEALTH, socket -> socket.address(listeners.health().getAddress())
                        .port(listeners.health().getPort())
                        .routing(health.routing()))
                .build()
                .start();
        if (!server.isRunning()) {
            throw new IllegalStateException("web server: not running (expected: it runs once it was started)");
        }
        return new ApiServer(server);
    }

    public int port() {
        return server.port();
    }

    public int healthPort() {
        return server.port(HEALTH);
    }

    private static HttpRouting.Builder operators(Dispatcher dispatcher, Webhooks webhooks, Beside beside) {
        byte[] description = JsonWriter.pretty(OpenApi.of(dispatcher.routes())).getBytes(StandardCharsets.UTF_8);
        Exchanges exchanges = new Exchanges(dispatcher, webhooks);
        return HttpRouting.builder()
                .get("/openapi.json", (request, response) -> {
                    response.header(HeaderNames.CONTENT_TYPE, "application/json");
                    response.send(description);
                })
                .any((request, response) -> {
                    if (beside.serves(request.prologue().uriPath().rawPath())) {
                        beside.serve(request, response);
                    } else {
                        exchanges.serve(request, response);
                    }
                });
    }

    @Override
    public void close() {
        server.stop();
    }
}
