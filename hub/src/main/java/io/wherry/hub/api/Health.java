package io.wherry.hub.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import io.wherry.base.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /livez}, {@code /readyz} and {@code /metrics}, on a listener of their own that only this machine reaches. */
final class Health {
    private final Supplier<Optional<String>> notReady;
    private final Metrics metrics;

    /** @param notReady what the hub still waits for; empty once it serves */
    Health(Supplier<Optional<String>> notReady, Metrics metrics) {
        this.notReady = notReady;
        this.metrics = metrics;
    }

    HttpRouting.Builder routing() {
        return HttpRouting.builder()
                .get("/livez", (request, response) -> text(response, "ok\n"))
                .get("/readyz", (request, response) -> ready(response))
                .get("/metrics", (request, response) -> {
                    response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4");
                    response.send(metrics.text().getBytes(StandardCharsets.UTF_8));
                });
    }

    private void ready(ServerResponse response) {
        Optional<String> missing = notReady.get();
        if (missing.isPresent()) {
            response.status(Status.SERVICE_UNAVAILABLE_503);
            text(response, missing.get() + "\n");
        } else {
            text(response, "ok\n");
        }
    }

    private static void text(ServerResponse response, String text) {
        response.header(HeaderNames.CONTENT_TYPE, "text/plain");
        response.send(text.getBytes(StandardCharsets.UTF_8));
    }
}
