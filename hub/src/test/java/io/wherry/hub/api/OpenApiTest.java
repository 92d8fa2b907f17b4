package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Version;
import io.wherry.contract.json.Json;
import io.wherry.hub.TestHub;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code openapi.json} as a running hub serves it: what a generator of clients relies on. That it names every route: {@code S19DefaultDenyTest}. */
class OpenApiTest {
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final Pattern REFERENCE = Pattern.compile("\"\\$ref\":\"#/components/(\\w+)/(\\w+)\"");
    private static final Set<String> TYPES = Set.of("string", "boolean", "integer", "object", "array");

    @TempDir
    static Path folder;

    private static TestHub hub;
    private static Json.Obj document;

    /** One operation with its place. */
    private record Operation(String method, String path, Json.Obj json) {
        List<Json.Obj> parameters(String in) {
            return json.objects("parameters").stream()
                    .filter(parameter -> parameter.string("in").equals(in))
                    .toList();
        }

        Set<String> fields() {
            Set<String> fields = new TreeSet<>();
            parameters("query").forEach(parameter -> fields.add(parameter.string("name")));
            json.findObject("requestBody")
                    .ifPresent(body -> fields.addAll(
                            schema(body).object("properties").fields().keySet()));
            return fields;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @BeforeAll
    static void start() {
        hub = TestHub.start(folder);
        document = hub.nobody().object("/openapi.json");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void saysWhatItDescribes() {
        HttpResponse<String> answer = hub.nobody().get("/openapi.json");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(document.string("openapi")).isEqualTo("3.1.0");
        assertThat(document.object("info").string("version")).isEqualTo(Version.CURRENT);
        Json.Obj scheme =
                document.object("components").object("securitySchemes").object("apiKey");
        assertThat(scheme.string("scheme")).isEqualTo("bearer");
        assertThat(document.objects("security").getFirst().fields()).containsOnlyKeys("apiKey");
    }

    @Test
    void everyOperationIsWhole() {
        Set<String> ids = new HashSet<>();
        for (Operation operation : operations()) {
            assertThat(ids.add(operation.json().string("operationId")))
                    .as("%s: unique", operation)
                    .isTrue();
            assertThat(operation.json().string("summary")).isNotBlank();
            List<String> wanted = new ArrayList<>();
            Matcher parameter = PARAMETER.matcher(operation.path());
            while (parameter.find()) {
                wanted.add(parameter.group(1));
            }
            assertThat(operation.parameters("path"))
                    .as("%s", operation)
                    .allSatisfy(shown -> assertThat(shown.bool("required")).isTrue());
            assertThat(operation.parameters("path").stream().map(shown -> shown.string("name")))
                    .as("%s", operation)
                    .containsExactlyElementsOf(wanted);
            assertThat(operation.json().objects("parameters"))
                    .allSatisfy(shown ->
                            assertThat(shown.object("schema").string("type")).isIn(TYPES));
            assertThat(operation.json().object("responses").fields()).containsKeys("200", "default");
            assertThat(operation.json().findObject("requestBody").isPresent()
                            && !operation.method().equals("POST"))
                    .as("%s: only a POST has a body", operation)
                    .isFalse();
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        Matcher reference = REFERENCE.matcher(io.wherry.contract.json.JsonWriter.compact(document));
        int found = 0;
        while (reference.find()) {
            found++;
            assertThat(document.object("components").object(reference.group(1)).fields())
                    .containsKey(reference.group(2));
        }
        assertThat(found).isGreaterThan(40);
    }

    @Test
    void whatIsRequiredIsRequired() {
        for (Operation operation : operations()) {
            operation
                    .json()
                    .findObject("requestBody")
                    .filter(body -> body.bool("required"))
                    .ifPresent(body -> {
                        HttpResponse<String> answer = hub.admin()
                                .call(operation.method(), operation.path().replaceAll("\\{\\w+}", "x"), "{}");
                        Json.Obj problem = ApiTest.problem(answer, 400, "BadRequest");
                        assertThat(problem.string("detail"))
                                .as("%s", operation)
                                .isEqualTo(schema(body).strings("required").getFirst() + ": missing (expected: "
                                        + (operation.fields().contains("files")
                                                ? "a list of objects with name and content)"
                                                : operation.fields().contains("receipts")
                                                        ? "a list of objects with agent and envelope)"
                                                        : "a text)"));
                    });
        }
    }

    @Test
    void theReferencePageNamesEveryParameterAndField() throws IOException {
        List<String> page = Files.readAllLines(Path.of("../docs/reference/rest.md"));
        for (Operation operation : operations()) {
            String start = "| " + operation.method() + " | `" + operation.path().substring("/api/v1".length()) + "` |";
            String row = page.stream()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .orElseThrow();
            String text = row.substring(start.length());
            assertThat(operation.fields()).as("%s in rest.md", operation).allSatisfy(field -> assertThat(text)
                    .containsPattern("[`\"]" + field + "(=true)?[`\"]"));
        }
    }

    private static Json.Obj schema(Json.Obj body) {
        return body.object("content").object("application/json").object("schema");
    }

    private static List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        document.object("paths").fields().forEach((path, methods) -> ((Json.Obj) methods)
                .fields()
                .forEach((method, json) ->
                        all.add(new Operation(method.toUpperCase(Locale.ROOT), path, (Json.Obj) json))));
        return all;
    }
}
