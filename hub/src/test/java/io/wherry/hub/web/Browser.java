package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.TestHub;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a browser does between a person and the hub: keeps cookies, fills in forms, says where they came from. */
final class Browser {
    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

    private final TestHub hub;
    private final Map<String, String> cookies = new TreeMap<>();

    Browser(TestHub hub) {
        this.hub = hub;
    }

    static Browser signedIn(TestHub hub, String key) {
        Browser browser = new Browser(hub);
        HttpResponse<String> answer = browser.signIn(key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return browser;
    }

    HttpResponse<String> signIn(String key) {
        return post("/login", Map.of("key", key, "token", token("/login")));
    }

    HttpResponse<String> get(String path) {
        return call("GET", path, "", "Sec-Fetch-Site", "same-origin");
    }

    /** A page that must be there. */
    String page(String path) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** What the first form of a page brings along. */
    String token(String path) {
        Matcher token = TOKEN.matcher(page(path));
        assertThat(token.find()).as(path).isTrue();
        return token.group(1);
    }

    HttpResponse<String> post(String path, Map<String, String> form) {
        return call("POST", path, encoded(form), "Sec-Fetch-Site", "same-origin", "Origin", "null");
    }

    /** With the token that the page at the same address has. */
    HttpResponse<String> confirm(String path, Map<String, String> form) {
        Map<String, String> all = new TreeMap<>(form);
        all.put("token", token(path));
        return post(path, all);
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    HttpResponse<String> call(String method, String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        if (!cookies.isEmpty()) {
            all.add("Cookie");
            all.add(cookies.entrySet().stream()
                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                    .collect(Collectors.joining("; ")));
        }
        if (!body.isEmpty()) {
            all.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
        }
        HttpResponse<String> answer = hub.nobody().call(method, path, body, all.toArray(String[]::new));
        answer.headers().allValues("Set-Cookie").forEach(this::keep);
        return answer;
    }

    private void keep(String header) {
        String[] pair = header.split(";", 2)[0].split("=", 2);
        if (header.contains("Max-Age=0")) {
            cookies.remove(pair[0]);
        } else {
            cookies.put(pair[0], pair[1]);
        }
    }

    Map<String, String> cookies() {
        return cookies;
    }
}
