package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One thing an operator can ask for. Who may is in {@code access.Permissions}; a route that is not there is denied to everybody.
 *
 * @param method   GET, POST or DELETE
 * @param path     below {@code /api/v1}, with {@code {name}} for one segment
 * @param summary  one line for {@code openapi.json}
 * @param handler  does it
 */
record Route(String method, String path, String summary, Handler handler) {

    /** Serves a request. */
    @FunctionalInterface
    interface Handler {
        Answer handle(ApiRequest request);
    }

    static Route of(
            String method, String path, String summary, java.util.function.Function<ApiRequest, Json.Obj> handler) {
        return new Route(method, path, summary, request -> Answer.json(handler.apply(request)));
    }

    /**
     * The values of the path's parameters, if the path is this route's.
     *
     * @param asked as it was sent: split before anything is decoded, so that an encoded slash is part of a name and never a step to another route
     */
    Optional<Map<String, String>> match(String asked) {
        String[] wanted = path.split("/", -1);
        String[] given = asked.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                Optional<String> value = decoded(given[i]);
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), value.get());
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    private static Optional<String> decoded(String segment) {
        try {
            return Optional.of(URLDecoder.decode(segment.replace("+", "%2B"), UTF_8)) // a plus is itself in a path
                    .filter(text -> !text.isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a broken escape names nothing
        }
    }
}
