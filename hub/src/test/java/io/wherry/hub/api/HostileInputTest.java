package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.TestHub;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an administrator sends, in every parameter and field of every route: an answer, and never a failure of the hub. */
@Tag("long")
class HostileInputTest {
    private static final List<String> TEXTS = List.of(
            "",
            "\0",
            "a\nb",
            "../../etc/passwd",
            "'; DROP TABLE resource; --",
            "%",
            "/",
            "😀",
            "\u202e",
            "9".repeat(18),
            "9223372036854775807s",
            "999999999d",
            "-1h",
            "2026-13-99T00:00:00Z",
            "+999999999-12-31T23:59:59Z",
            "https://",
            "file:///etc/passwd",
            "x".repeat(5_000));

    private static final List<Json> NUMBERS =
            List.of(new Json.Int(0), new Json.Int(-1), new Json.Int((1L << 53) - 1), new Json.Int(Long.MIN_VALUE));

    @TempDir
    static Path folder;

    private static TestHub hub;
    private final List<String> failed = new ArrayList<>();

    @BeforeAll
    static void start() {
        hub = TestHub.start(folder);
        hub.admin().apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: main}
                spec: {type: git, url: %s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: main}
                spec: {sourceRef: main, path: web, format: compose, targets: [{group: none}]}
                """.formatted(folder.resolve("origin.git")));
        hub.admin().post("/api/v1/credentials", credential("main"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @AfterEach
    void nothingFailed() {
        assertThat(failed).isEmpty();
    }

    private static Json.Obj credential(String name) {
        return Json.object()
                .put("name", name)
                .put("type", "token")
                .put("host", "localhost")
                .put("value", "s3cret")
                .build();
    }

    @Test
    void noParameterAndNoNameMakesTheHubFail() {
        for (Json.Obj operation : operations()) {
            for (Json.Obj parameter : operation.objects("parameters")) {
                for (String text : TEXTS) {
                    String encoded = encoded(text);
                    String path = operation.string("path");
                    switch (parameter.string("in")) {
                        case "path" ->
                            tried(operation, path.replaceAll("\\{\\w+}", encoded.isEmpty() ? "%20" : encoded), "");
                        case "query" ->
                            tried(
                                    operation,
                                    path.replaceAll("\\{\\w+}", "main") + "?" + parameter.string("name") + "="
                                            + encoded,
                                    "");
                        default -> {}
                    }
                }
            }
        }
    }

    @Test
    void noFieldOfABodyMakesTheHubFail() {
        for (Json.Obj operation : operations()) {
            operation.findObject("requestBody").ifPresent(body -> {
                Json.Obj schema =
                        body.object("content").object("application/json").object("schema");
                schema.object("properties").fields().forEach((name, form) -> {
                    for (Json value : values(((Json.Obj) form).string("type"))) {
                        Json.Builder sent = Json.object();
                        schema.strings("required").stream()
                                .filter(required -> !required.equals(name))
                                .forEach(required -> sent.put(required, good(required)));
                        tried(
                                operation,
                                operation.string("path").replaceAll("\\{\\w+}", "main"),
                                JsonWriter.compact(sent.put(name, value).build()));
                    }
                });
            });
        }
    }

    private static String good(String field) {
        return switch (field) {
            case "role" -> "viewer";
            case "type" -> "token";
            case "host" -> "localhost";
            default -> "main";
        };
    }

    private static List<Json> values(String type) {
        List<Json> values = new ArrayList<>();
        switch (type) {
            case "string" -> TEXTS.forEach(text -> values.add(Json.of(text)));
            case "integer" -> values.addAll(NUMBERS);
            case "boolean" -> values.addAll(List.of(new Json.Bool(true), new Json.Bool(false)));
            case "object" ->
                TEXTS.forEach(text -> values.add(Json.object().put(text, text).build()));
            default ->
                TEXTS.forEach(text -> values.add(new Json.Arr(List.of(
                        Json.object().put("name", "x").put("content", text).build()))));
        }
        return values;
    }

    private void tried(Json.Obj operation, String path, String body) {
        HttpResponse<String> answer = hub.admin().call(operation.string("method"), path, body);
        if (answer.statusCode() >= 500) {
            failed.add(operation.string("method") + " " + path + " " + body + ": " + answer.body());
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Each with its method and path as two more fields. */
    private static List<Json.Obj> operations() {
        List<Json.Obj> all = new ArrayList<>();
        hub.nobody().object("/openapi.json").object("paths").fields().forEach((path, methods) -> ((Json.Obj) methods)
                .fields()
                .forEach((method, operation) -> {
                    Json.Builder json = Json.object();
                    ((Json.Obj) operation).fields().forEach(json::put);
                    all.add(json.put("method", method.toUpperCase(Locale.ROOT))
                            .put("path", path)
                            .build());
                }));
        return all;
    }
}
