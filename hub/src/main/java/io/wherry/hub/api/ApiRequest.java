package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.access.Principal;
import java.util.Map;
import java.util.Optional;

/**
 * An authenticated, authorised request.
 *
 * @param path       values of the path's parameters
 * @param query      query parameters; the first of each name
 * @param body       as received, at most {@link #MAX_BODY_BYTES}
 * @param ifMatch    the version the caller saw last, if it says so
 */
record ApiRequest(
        Principal principal,
        Map<String, String> path,
        Map<String, String> query,
        byte[] body,
        Optional<String> ifMatch) {

    /** 4 MiB: a fleet of ten thousand objects in one apply stays below. */
    static final int MAX_BODY_BYTES = 4 << 20;

    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 500;

    String name() {
        return java.util.Objects.requireNonNull(path.get("name"), "name");
    }

    Optional<String> find(String parameter) {
        return Optional.ofNullable(query.get(parameter)).filter(value -> !value.isEmpty());
    }

    boolean flag(String parameter) {
        return "true".equals(query.get(parameter));
    }

    /** Items per page. */
    int limit() {
        return find("limit").map(ApiRequest::page).orElse(DEFAULT_PAGE);
    }

    private static int page(String text) {
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw new ApiException(
                    400, ApiReason.BAD_REQUEST, "limit: " + text + " (expected: 1 to " + MAX_PAGE + ")", "");
        }
        return Math.min(Integer.parseInt(text), MAX_PAGE);
    }

    /** The body as an object; an empty body is an empty object. */
    Json.Obj json() {
        try {
            return body.length == 0 ? Json.object().build() : JsonReader.object(body);
        } catch (JsonException e) {
            throw new ApiException(
                    400, ApiReason.BAD_REQUEST, "the body is not the JSON expected: " + e.getMessage(), "");
        }
    }
}
