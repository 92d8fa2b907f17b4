package io.wherry.hub.api;

import io.wherry.contract.json.Json;
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

    /** The values of the path's parameters, if the path is this route's. */
    Optional<Map<String, String>> match(String asked) {
        String[] wanted = path.split("/", -1);
        String[] given = asked.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                if (given[i].isEmpty()) {
                    return Optional.empty();
                }
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }
}
