package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One thing an operator can ask for. Who may is in {@code access.Permissions}; a route that is not there is denied to everybody.
 *
 * @param method   GET, POST or DELETE
 * @param path     below {@code /api/v1}, with {@code {name}} for one segment
 * @param summary  one line for {@code openapi.json}
 * @param shape    what a request may hold, anything else is refused; and what its answer is
 * @param handler  does it
 */
record Route(String method, String path, String summary, Shape shape, Handler handler) {

    /** Serves a request. */
    @FunctionalInterface
    interface Handler {
        Answer handle(ApiRequest request);
    }

    /** What the answer is: one JSON document, or JSON line by line. */
    enum Gives {
        DOCUMENT,
        LINES,
        /** As the request says. */
        EITHER,
        /** A bundle file. */
        FILE
    }

    /**
     * What a request may hold, and what its answer is.
     *
     * @param conditions whether the handler looks at {@code If-Match} and {@code If-None-Match}; where it does not, they are refused
     */
    record Shape(List<Field> query, List<Field> body, boolean conditions, Gives gives) {
        static final Shape PLAIN = new Shape(List.of(), List.of(), false, Gives.DOCUMENT);

        Shape {
            query = List.copyOf(query);
            body = List.copyOf(body);
        }
    }

    static Route of(String method, String path, String summary, Function<ApiRequest, Json.Obj> handler) {
        return answering(method, path, summary, request -> Answer.json(handler.apply(request)));
    }

    static Route answering(String method, String path, String summary, Handler handler) {
        return new Route(method, path, summary, Shape.PLAIN, handler);
    }

    Route query(Field... fields) {
        return with(new Shape(List.of(fields), shape.body(), shape.conditions(), shape.gives()));
    }

    Route body(Field... fields) {
        return with(new Shape(shape.query(), List.of(fields), shape.conditions(), shape.gives()));
    }

    Route conditional() {
        return with(new Shape(shape.query(), shape.body(), true, shape.gives()));
    }

    Route gives(Gives gives) {
        return with(new Shape(shape.query(), shape.body(), shape.conditions(), gives));
    }

    private Route with(Shape other) {
        return new Route(method, path, summary, other, handler);
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
