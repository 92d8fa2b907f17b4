package io.wherry.hub.api;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.json.Json;
import io.wherry.hub.access.Principal;
import java.util.Map;
import java.util.Optional;

/**
 * An authenticated, authorised request that holds what its route takes and nothing else.
 *
 * @param from       the address it came from; behind a proxy the proxy's
 * @param path       values of the path's parameters
 * @param query      query parameters that are not empty
 * @param body       an empty object where there was none
 * @param conditions of the caller, where the route looks at them
 */
record ApiRequest(
        Principal principal,
        String from,
        Map<String, String> path,
        Map<String, String> query,
        Json.Obj body,
        Conditions conditions) {

    /** 4 MiB: a fleet of ten thousand objects in one apply stays below. */
    static final int MAX_BODY_BYTES = 4 << 20;

    private static final int DEFAULT_PAGE = 100;

    /** What one answer may show at once. */
    static final int MAX_PAGE = 500;

    String name() {
        return parameter("name");
    }

    /** A value of the path. */
    String parameter(String name) {
        return requireNonNull(path.get(name), name);
    }

    Optional<String> find(String parameter) {
        return Optional.ofNullable(query.get(parameter));
    }

    boolean flag(String parameter) {
        return "true".equals(query.get(parameter));
    }

    /** Items per page. */
    int limit() {
        return find("limit").map(ApiRequest::page).orElse(DEFAULT_PAGE);
    }

    private static int page(String text) {
        long limit = Long.parseLong(text); // its form was judged
        if (limit == 0) {
            throw Bodies.bad("limit: 0 (expected: 1 to " + MAX_PAGE + ")");
        }
        return (int) Math.min(limit, MAX_PAGE);
    }
}
