package io.wherry.hub.api;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.UUID;

/** What the server refuses before a request reaches us (broken, too large): the same problem documents, and nothing of what was sent. */
final class EarlyRefusals implements DirectHandler {
    private EarlyRefusals() {}

    static DirectHandlers handlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, new EarlyRefusals());
        }
        return handlers.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request, EventType type, Status proposed, ServerResponseHeaders headers, String message) {
        ApiException problem = problem(proposed.code());
        String requestId = UUID.randomUUID().toString();
        return TransportResponse.builder()
                .headers(headers)
                .status(Status.create(problem.status()))
                .header(HeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(HeaderNames.create("X-Request-Id"), requestId)
                .keepAlive(false) // where the next request would begin is not known
                .entity(Problems.document(problem, requestId))
                .build();
    }

    private static ApiException problem(int status) {
        return switch (status) {
            case 413 -> Problems.tooLarge();
            case 500 -> new ApiException(500, ApiReason.INTERNAL, "the hub failed on this request", "");
            default ->
                new ApiException(
                        status,
                        ApiReason.BAD_REQUEST,
                        "the request is not HTTP/1.1 as expected, or its headers are larger than 16 KiB",
                        "");
        };
    }
}
