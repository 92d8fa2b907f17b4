package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;

/** RFC 9457 problem documents, with our code, hint and the id under which the hub's log knows the request. */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";

    private Problems() {}

    static byte[] document(ApiException problem, String requestId) {
        Json.Builder document = Json.object()
                .put("type", "about:blank")
                .put("title", problem.code())
                .put("status", problem.status())
                .put("detail", String.valueOf(problem.getMessage()))
                .put("code", problem.code())
                .put("hint", problem.hint())
                .put("requestId", requestId);
        if (!problem.problems().isEmpty()) {
            document.put("problems", problem.problems());
        }
        return JsonWriter.compact(document.build()).getBytes(UTF_8);
    }

    static ApiException tooLarge() {
        return new ApiException(
                413,
                ApiReason.TOO_LARGE,
                "the body is larger than " + (ApiRequest.MAX_BODY_BYTES >> 20) + " MiB",
                "split it");
    }
}
