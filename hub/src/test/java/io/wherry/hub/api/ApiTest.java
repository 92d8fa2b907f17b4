package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import io.wherry.hub.approval.ApprovalRepository;
import io.wherry.hub.db.Database;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The interface over HTTPS, as any client would see it. */
class ApiTest {
    private static final String V1 = "/api/v1";

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
    void anErrorIsAProblemDocumentWithCodeHintAndTheIdOfTheRequest() {
        group("shop");
        HttpResponse<String> answer = hub.admin().get(V1 + "/groups/shpo");

        Json.Obj problem = problem(answer, 404, "NotFound");
        assertThat(problem.string("detail")).isEqualTo("group shpo does not exist (did you mean \"shop\"?)");
        assertThat(problem.string("type")).isEqualTo("about:blank");
        assertThat(problem.find("hint")).isPresent();
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void twoRequestsHaveTwoIds() {
        assertThat(problem(hub.admin().get(V1 + "/x"), 404, "NotFound").string("requestId"))
                .isNotEqualTo(
                        problem(hub.admin().get(V1 + "/x"), 404, "NotFound").string("requestId"));
    }

    @Test
    void namesTheMethodsThatThereAre() {
        HttpResponse<String> answer = hub.admin().call("PATCH", V1 + "/groups/x", "{}");

        problem(answer, 405, "MethodNotAllowed");
        assertThat(answer.headers().firstValue("Allow")).contains("DELETE, GET");
        assertThat(hub.admin().call("HEAD", V1 + "/version", "").statusCode()).isEqualTo(405);
        assertThat(hub.admin().get(V1 + "/version").statusCode())
                .as("the connection is as good as before")
                .isEqualTo(200);
    }

    @Test
    void aMistypedParameterOrFieldChangesNothing() {
        problem(hub.admin().call("POST", V1 + "/apply?dryrun=true", apply("slip")), 400, "BadRequest");
        problem(hub.admin().call("POST", V1 + "/apply?dryRun=yes", apply("slip")), 400, "BadRequest");
        problem(hub.admin().call("POST", V1 + "/apply?dryRun=true&dryRun=false", apply("slip")), 400, "BadRequest");
        problem(
                hub.admin().call("POST", V1 + "/apply", apply("slip").replace("\"files\"", "\"file\"")),
                400,
                "BadRequest");
        problem(hub.admin().call("POST", V1 + "/agents/x/deny", "{\"reason\":\"no\"}"), 400, "BadRequest");
        assertThat(problem(hub.admin().call("POST", V1 + "/tokens", "{\"aproval\":true}"), 400, "BadRequest")
                        .string("detail"))
                .contains("did you mean \"approval\"?");

        assertThat(hub.admin().get(V1 + "/groups/slip").statusCode()).isEqualTo(404);
        assertThat(hub.admin().object(V1 + "/tokens").objects("items")).isEmpty();
    }

    @Test
    void aBodyAboveTheLimitIsRefusedWhetherItsLengthWasToldOrNot() {
        byte[] large = new byte[ApiRequest.MAX_BODY_BYTES + 1];
        problem(hub.admin().call("POST", V1 + "/apply", BodyPublishers.ofByteArray(large)), 413, "TooLarge");
        problem(
                hub.admin()
                        .call(
                                "POST",
                                V1 + "/apply",
                                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))),
                413,
                "TooLarge");
        byte[] huge = new byte[5 * ApiRequest.MAX_BODY_BYTES];
        try {
            problem(hub.admin().call("POST", V1 + "/apply", BodyPublishers.ofByteArray(huge)), 413, "TooLarge");
        } catch (UncheckedIOException e) {
            assertThat(e).as("cut off while it sends").hasRootCauseInstanceOf(IOException.class);
        }
        problem(
                hub.nobody()
                        .call(
                                "POST",
                                V1 + "/apply",
                                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))),
                401,
                "LoginRequired");
    }

    @Test
    void aBodyBelowTheLimitIsRead() {
        String filler = "{\"name\":\"x.yaml\",\"content\":\"#" + "x".repeat(1_000_000) + "\\n\"},";
        String body = apply("large").replace("[{", "[" + filler.repeat(4) + "{");
        assertThat(body.length()).isBetween(ApiRequest.MAX_BODY_BYTES - 200_000, ApiRequest.MAX_BODY_BYTES);
        HttpResponse<String> answer = hub.admin().call("POST", V1 + "/apply?dryRun=true", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void headersAboveTheLimitAreAProblemToo() {
        Json.Obj problem =
                problem(hub.admin().get(V1 + "/version", "X-Filler", "x".repeat(17 << 10)), 400, "BadRequest");
        assertThat(problem.string("detail")).contains("16 KiB");
    }

    @Test
    void theLastAdministratorsKeyIsNotRevoked() {
        assertThat(problem(hub.admin().call("DELETE", V1 + "/apikeys/admin", ""), 409, "Conflict")
                        .string("detail"))
                .startsWith("API key admin is the last one of an administrator");

        TestHub.Caller other = hub.as(hub.key("eve", Role.ADMIN, "1d"));
        String third = hub.key("third", Role.ADMIN, "1d");
        assertThat(other.call("DELETE", V1 + "/apikeys/third", "").statusCode()).isEqualTo(200);
        assertThat(hub.as(third).get(V1 + "/whoami").statusCode()).isEqualTo(401);
        assertThat(other.call("DELETE", V1 + "/apikeys/eve", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aRevokedKeyTakesItsVotesAlong() {
        hub.key("bob", Role.APPROVER, "1d");
        try (Database database = Database.open(hub.folder().database())) {
            StackId stack = StackId.parse("4c6cma8jfza3s0hy5p1hwqq3j1");
            database.run(handle -> handle.execute(
                    "INSERT INTO approval_vote (stack, agent, content, voter, approves, reason, at_ms) VALUES (?, ?, ?, ?, 1, '', 1)",
                    stack.value(),
                    "vmj7w44kkwjt8gyzcd7nqha3qh",
                    Digest.of(new byte[0]).hex(),
                    "bob"));

            assertThat(hub.admin().call("DELETE", V1 + "/apikeys/bob", "").statusCode())
                    .isEqualTo(200);

            boolean none = database.read(
                    handle -> ApprovalRepository.votes(handle, stack).isEmpty());
            assertThat(none).isTrue();
        }
    }

    @Test
    void aListSaysOfEachWhatItsOwnAnswerSays() {
        hub.admin().apply("""
                {apiVersion: wherry.io/v1alpha1, kind: Source, metadata: {name: apps}, spec: {type: git, url: %s, suspend: true}}
                ---
                {apiVersion: wherry.io/v1alpha1, kind: RolloutPolicy, metadata: {name: gently}, spec: {waves: [{name: one, targets: 1}]}}
                ---
                {apiVersion: wherry.io/v1alpha1, kind: RolloutPolicy, metadata: {name: unused}, spec: {waves: [{name: one, targets: 1}]}}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec: {sourceRef: apps, path: shop, format: compose, rolloutPolicyRef: gently, targets: [{agentSelector: site=x}]}
                """.formatted(folder.resolve("none.git")));

        List<Json.Obj> items = hub.admin().object(V1 + "/rolloutpolicies").objects("items");

        assertThat(items.getFirst().object("status").strings("stacks")).containsExactly("shop");
        assertThat(items)
                .containsExactly(
                        hub.admin().object(V1 + "/rolloutpolicies/gently"),
                        hub.admin().object(V1 + "/rolloutpolicies/unused"));
    }

    @Test
    void aListComesInPagesOfWhateverSize() {
        List<String> names = new ArrayList<>();
        for (int i = 10; i < 35; i++) {
            names.add("page-" + i);
            group("page-" + i);
        }
        for (int limit : new int[] {1, 7, 25, 26, 999_999}) {
            List<String> seen = new ArrayList<>();
            String more = "";
            do {
                Json.Obj page = hub.admin().object(V1 + "/groups?limit=" + limit + more);
                List<Json.Obj> items = page.objects("items");
                assertThat(items.size()).isBetween(1, limit);
                items.forEach(item -> seen.add(item.object("metadata").string("name")));
                more = page.findString("continue")
                        .map(text -> "&continue=" + text)
                        .orElse("");
            } while (!more.isEmpty());
            assertThat(seen)
                    .as("limit %d", limit)
                    .containsAll(names)
                    .doesNotHaveDuplicates()
                    .isSorted();
        }
        for (String bad : List.of("limit=0", "limit=-1", "limit=x", "continue=%21%21", "selector=%3D%3D", "page=2")) {
            problem(hub.admin().get(V1 + "/groups?" + bad), 400, "BadRequest");
        }
    }

    @Test
    void keysTokensAndAuditRecordsComeInPagesToo() {
        for (int i = 0; i < 3; i++) {
            hub.admin().post(V1 + "/tokens", Json.object().build());
            hub.key("paged-" + i, io.wherry.hub.access.Role.VIEWER, "1d");
        }
        for (String list : List.of("/tokens", "/apikeys", "/audit")) {
            List<String> whole = ids(hub.admin().object(V1 + list + "?limit=500"));
            List<String> seen = new ArrayList<>();
            String more = "";
            do {
                Json.Obj page = hub.admin().object(V1 + list + "?limit=2" + more);
                seen.addAll(ids(page));
                more = page.findString("continue")
                        .map(text -> "&continue=" + text)
                        .orElse("");
            } while (!more.isEmpty());
            assertThat(seen).as(list).hasSizeGreaterThan(2).isEqualTo(whole);
            problem(hub.admin().get(V1 + list + "?continue=%21"), 400, "BadRequest");
        }
    }

    private static List<String> ids(Json.Obj page) {
        return page.objects("items").stream()
                .map(item -> item.findString("id").orElseGet(() -> String.valueOf(item.integer("index"))))
                .toList();
    }

    @Test
    void metricsAndHealthAreOnTheSecondListenerOnly() {
        assertThat(hub.health().get("/livez").body()).isEqualTo("ok\n");
        assertThat(hub.health().get("/readyz").body()).isEqualTo("ok\n");
        HttpResponse<String> metrics = hub.health().get("/metrics");
        assertThat(metrics.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4");
        assertThat(metrics.body()).contains("# TYPE wherry_");

        for (String path : List.of("/livez", "/readyz", "/metrics", V1 + "/metrics")) {
            assertThat(hub.admin().get(path).statusCode()).as(path).isEqualTo(404);
        }
        for (String path : List.of(V1 + "/version", "/openapi.json", "/")) {
            assertThat(hub.health().get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void theAuditLogKnowsFromWhereAPersonCame() {
        group("from");
        Json.Obj record = hub.admin()
                .object(V1 + "/audit?object=Group/from")
                .objects("items")
                .getFirst();
        assertThat(JsonWriter.compact(record)).contains("user:admin").contains("127.0.0.1");
    }

    @Test
    void theAuditLogGivesTheRecordsOfATime() {
        group("timed");
        Json.Obj record = hub.admin()
                .object(V1 + "/audit?object=Group/timed")
                .objects("items")
                .getFirst();
        String time = record.string("time");

        assertThat(items("since=" + time)).hasSize(1);
        assertThat(items("until=" + time)).as("until is exclusive").isEmpty();
        assertThat(items("since=2999-01-01T00:00:00Z")).isEmpty();
        problem(hub.admin().get(V1 + "/audit?since=yesterday"), 400, "BadRequest");
        problem(hub.admin().get(V1 + "/audit?until=%2B999999999-12-31T23:59:59Z"), 400, "BadRequest");
        problem(hub.admin().get(V1 + "/audit/export?until=2026-02-30T00:00:00Z"), 400, "BadRequest");
    }

    private static List<Json.Obj> items(String when) {
        return hub.admin().object(V1 + "/audit?object=Group/timed&" + when).objects("items");
    }

    static String apply(String name) {
        return """
                {"files":[{"name":"test.yaml","content":"apiVersion: wherry.io/v1alpha1\\nkind: Group\\nmetadata: {name: %s}\\nspec: {members: []}\\n"}]}""".formatted(name);
    }

    private static void group(String name) {
        assertThat(hub.admin().call("POST", V1 + "/apply", apply(name)).statusCode())
                .isEqualTo(200);
    }

    static Json.Obj problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        Json.Obj problem = JsonReader.object(answer.body().getBytes(UTF_8));
        assertThat(problem.string("code")).isEqualTo(code);
        assertThat(problem.integer("status")).isEqualTo(status);
        assertThat(answer.headers().firstValue("X-Request-Id")).contains(problem.string("requestId"));
        return problem;
    }
}
