package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** One page of a list that is in memory as a whole: join tokens, keys, credentials. */
final class Paging {
    private Paging() {}

    /**
     * The page that the request asks for.
     *
     * @param key unique; the list is shown in its order
     */
    static <T> Json.Obj page(
            ApiRequest request, List<T> all, Function<T, String> key, Function<T, ? extends Json> shown) {
        String after = request.find("continue").map(Paging::decode).orElse("");
        List<T> rest = all.stream()
                .filter(item -> key.apply(item).compareTo(after) > 0)
                .sorted(Comparator.comparing(key))
                .limit(request.limit() + 1L)
                .toList();
        boolean more = rest.size() > request.limit();
        List<T> part = more ? rest.subList(0, request.limit()) : rest;
        List<Json> items = new ArrayList<>();
        part.forEach(item -> items.add(shown.apply(item)));
        Json.Builder answer = Json.object().put("items", new Json.Arr(items));
        if (more) {
            answer.put("continue", encode(key.apply(part.getLast())));
        }
        return answer.build();
    }

    private static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(UTF_8));
    }

    private static String decode(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), UTF_8);
        } catch (IllegalArgumentException e) {
            throw Bodies.bad("continue: " + text + " (expected: the text that the list before gave)");
        }
    }
}
