package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import io.wherry.hub.TestHub;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entity tags: readers that ask whether anything changed, and writers that must not undo what another wrote. */
class ConditionalTest {
    private static final String GROUPS = "/api/v1/groups";

    @TempDir
    static Path folder;

    private static TestHub hub;

    @BeforeAll
    static void start() {
        hub = TestHub.start(folder);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void aReaderIsToldThatNothingChanged() {
        apply("read", "a");
        for (String path : List.of(GROUPS + "/read", GROUPS + "?limit=50", "/api/v1/stacks", "/api/v1/status")) {
            String tag = tag(hub.admin().get(path));
            HttpResponse<String> again = hub.admin().get(path, "If-None-Match", tag);

            assertThat(again.statusCode()).as(path).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(tag(again)).isEqualTo(tag);
            assertThat(again.headers().firstValue("Cache-Control")).contains("private, no-cache");
            assertThat(hub.admin().get(path).statusCode())
                    .as("the connection goes on")
                    .isEqualTo(200);
        }
    }

    @Test
    void aReaderGetsWhatChangedInTheDeclarationOrInTheStatusAlone() {
        apply("status", "a");
        String tag = tag(hub.admin().get(GROUPS + "/status"));
        String list = tag(hub.admin().get(GROUPS));

        apply("status", "b");
        HttpResponse<String> changed = hub.admin().get(GROUPS + "/status", "If-None-Match", tag);

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(tag(changed)).isNotEqualTo(tag);
        assertThat(hub.admin().get(GROUPS, "If-None-Match", list).statusCode()).isEqualTo(200);
    }

    @Test
    void aWriterThatSawTheNewestVersionWritesAndAnotherDoesNot() {
        apply("write", "a");
        String seen = tag(hub.admin().get(GROUPS + "/write"));

        assertThat(apply("write", "b", "If-Match", seen).statusCode()).isEqualTo(200);
        HttpResponse<String> late = apply("write", "c", "If-Match", seen);

        ApiTest.problem(late, 412, "ChangedMeanwhile");
        assertThat(members("write")).containsExactly("b");
        assertThat(apply("write", "c", "If-Match", tag(hub.admin().get(GROUPS + "/write")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(apply("write", "d", "If-Match", "*").statusCode()).isEqualTo(200);
    }

    @Test
    void aWriterCanMakeSureThatItCreates() {
        assertThat(apply("new", "a", "If-None-Match", "*").statusCode()).isEqualTo(200);
        ApiTest.problem(apply("new", "b", "If-None-Match", "*"), 412, "ChangedMeanwhile");
        ApiTest.problem(apply("not-there", "a", "If-Match", "*"), 412, "ChangedMeanwhile");

        assertThat(members("new")).containsExactly("a");
        assertThat(hub.admin().get(GROUPS + "/not-there").statusCode()).isEqualTo(404);
    }

    @Test
    void aDeletionOfAnotherVersionIsRefusedForStacksToo() {
        hub.admin().apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: main}
                spec: {type: git, url: %s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec: {sourceRef: main, path: shop, format: compose, targets: [{group: none}]}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Group
                metadata: {name: none}
                spec: {members: []}
                """.formatted(folder.resolve("origin.git")));
        for (String path : List.of("/api/v1/stacks/shop", GROUPS + "/none")) {
            String tag = tag(hub.admin().get(path));
            ApiTest.problem(hub.admin().call("DELETE", path, "", "If-Match", "\"1-ab\""), 412, "ChangedMeanwhile");
            assertThat(hub.admin().get(path).body()).doesNotContain("deletionTimestamp");
            assertThat(hub.admin().call("DELETE", path, "", "If-Match", tag).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aConditionThatWouldNotBeLookedAtIsRefused() {
        ApiTest.problem(hub.admin().call("POST", "/api/v1/tokens", "{}", "If-Match", "\"1\""), 400, "BadRequest");
        ApiTest.problem(hub.admin().get(GROUPS, "If-Match", "\"1\""), 400, "BadRequest");
        ApiTest.problem(apply("x", "a", "If-Match", "1"), 400, "BadRequest");
        String two = ApiTest.apply("x")
                .replace(
                        "\\n\"",
                        "\\n---\\napiVersion: wherry.io/v1alpha1\\nkind: Group\\nmetadata: {name: y}\\nspec: {members: []}\\n\"");
        ApiTest.problem(hub.admin().call("POST", "/api/v1/apply", two, "If-Match", "*"), 400, "BadRequest");
        assertThat(hub.admin().call("POST", "/api/v1/apply?dryRun=true", two).statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<String> apply(String name, String member, String... headers) {
        HttpResponse<String> answer = hub.admin()
                .call("POST", "/api/v1/apply", ApiTest.apply(name).replace("[]", "[" + member + "]"), headers);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 400, 412);
        return answer;
    }

    private static List<String> members(String group) {
        return JsonReader.object(hub.admin().get(GROUPS + "/" + group).body().getBytes(UTF_8))
                .object("spec")
                .strings("members");
    }

    private static String tag(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 304);
        return answer.headers().firstValue("ETag").orElseThrow();
    }
}
