package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.TestHub;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyApiTest {
    @TempDir
    Path folder;

    private TestHub hub;

    @BeforeEach
    void start() {
        hub = TestHub.start(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void allDocumentsTakeEffectOrNone() {
        assertThat(results(apply("", source("main"), stack("shop", "main"), "kind: Nothing\n")))
                .isEmpty();
        assertThat(names("sources")).isEmpty();

        assertThat(results(apply("?dryRun=true", source("main"), stack("shop", "main"))))
                .containsExactly("Source/main created", "Stack/shop created");
        assertThat(names("sources")).isEmpty();

        assertThat(results(apply("", source("main"), stack("shop", "main"))))
                .containsExactly("Source/main created", "Stack/shop created");
        assertThat(results(apply("", source("main"), stack("shop", "main"))))
                .containsExactly("Source/main unchanged", "Stack/shop unchanged");
    }

    /**
     * A fleet of ten thousand has ten thousand agents in it otherwise, and whoever waits for a stack asks several times
     * a second. Which fields there are is compared and not what they say: the hub works on the stack meanwhile.
     */
    @Test
    void aStackIsToldWithoutItsAgentsWhereThatIsAskedFor() {
        apply("", source("main"), stack("shop", "main"));

        Json.Obj whole = hub.admin().object("/api/v1/stacks/shop").object("status");
        Json.Obj brief = hub.admin().object("/api/v1/stacks/shop?brief=true").object("status");
        Json.Obj listed = hub.admin()
                .object("/api/v1/stacks?brief=true")
                .objects("items")
                .getFirst()
                .object("status");

        assertThat(brief.fields().keySet()).contains("healthy", "targets", "unsettled", "conditions");
        assertThat(whole.fields().keySet())
                .containsAll(brief.fields().keySet())
                .contains("agents")
                .hasSize(brief.fields().size() + 1);
        assertThat(listed.fields().keySet()).isEqualTo(brief.fields().keySet());
    }

    @Test
    void pruneDeletesWhatWasAppliedWithTheSameSetAndIsInNoDocumentNow() throws InterruptedException {
        apply("?set=fleet", source("main"), stack("shop", "main"), group("north"));
        apply("?set=other", group("south"));

        assertThat(results(apply("?set=fleet&prune=true&dryRun=true", group("north"))))
                .containsExactly("Group/north unchanged", "Stack/shop pruned", "Source/main pruned");
        assertThat(names("stacks")).containsExactly("shop");

        assertThat(results(apply("?set=fleet&prune=true", group("north"))))
                .containsExactly("Group/north unchanged", "Stack/shop pruned", "Source/main pruned");

        assertThat(names("groups")).containsExactly("north", "south");
        assertThat(names("sources")).isEmpty();
        Instant end = Instant.now().plus(Duration.ofSeconds(10));
        while (!names("stacks").isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(50); // the hub's own loop takes it away, since no site has it
        }
        assertThat(names("stacks")).isEmpty();
    }

    @Test
    void whatWasPrintedAndEditedUndoesNothingThatAnotherChangedSince() {
        apply("", group("north"));
        String printed = """
                kind: Group
                metadata: {name: north, resourceVersion: "%d"}
                spec: {selector: region=%s}
                """;
        long version = version("groups/north");

        assertThat(results(apply("", printed.formatted(version, "mine")))).containsExactly("Group/north configured");

        Json.Obj problem = ApiTest.problem(apply("", printed.formatted(version, "others")), 409, "ChangedMeanwhile");
        assertThat(problem.string("detail"))
                .isEqualTo("Group/north was changed since test.yaml was printed: it is at resourceVersion "
                        + version("groups/north") + ", the file at " + version);
        assertThat(problem.string("hint")).contains("take metadata.resourceVersion out");
        assertThat(hub.admin().get("/api/v1/groups/north").body())
                .contains("mine")
                .doesNotContain("others");
        assertThat(apply("?dryRun=true", printed.formatted(version, "others")).body())
                .contains("was changed since");
        assertThat(results(apply("", printed.formatted(version, "mine")))).containsExactly("Group/north unchanged");
    }

    private long version(String resource) {
        String printed =
                hub.admin().object("/api/v1/" + resource).object("metadata").string("resourceVersion");
        return Long.parseLong(printed);
    }

    @Test
    void whatAFailedGeneratorLeavesIsRefusedAndPrunesNothing() {
        apply("?set=fleet", group("north"));

        assertThat(ApiTest.problem(applyAsTheyAre("?set=fleet&prune=true", "\n"), 422, "Invalid")
                        .string("detail"))
                .isEqualTo("no object in test.yaml; nothing was changed");
        ApiTest.problem(applyAsTheyAre("", "# nothing\n"), 422, "Invalid");
        assertThat(names("groups")).containsExactly("north");

        assertThat(results(applyAsTheyAre("?set=fleet&prune=true", "# nothing\n")))
                .containsExactly("Group/north pruned");
    }

    @Test
    void pruneChangesNothingWhereASourceIsStillFollowed() {
        apply("?set=fleet", source("main"), group("east"));
        apply("?set=other", stack("shop", "main"));

        HttpResponse<String> answer = apply("?set=fleet&prune=true", group("south"));

        assertThat(ApiTest.problem(answer, 409, "Conflict").string("detail"))
                .isEqualTo("source main is followed by stack shop");
        assertThat(names("groups")).containsExactly("east");
        assertThat(names("sources")).containsExactly("main");
    }

    @Test
    void aSourceOfChartsThatAStackNeedsStays() {
        apply("?set=charts", chartSource(""));
        assertThat(phaseOfCharts()).isEqualTo("Unused");
        String shop =
                "kind: Stack\nmetadata: {name: shop}\nspec: {sourceRef: main, format: helm, targets: [{group: north}],"
                        + " helm: {chartFrom: {sourceRef: charts, chart: web, version: 1.2.3}}}\n";
        apply("?set=other", source("main"), shop);

        assertThat(ApiTest.problem(hub.admin().call("DELETE", "/api/v1/sources/charts", ""), 409, "Conflict")
                        .string("detail"))
                .isEqualTo("source charts gives charts to stack shop");
        ApiTest.problem(apply("?set=charts&prune=true", group("east")), 409, "Conflict");
        apply("?set=charts", chartSource(", suspend: true"));
        assertThat(phaseOfCharts()).isEqualTo("Suspended");
    }

    private static String chartSource(String more) {
        return "kind: Source\nmetadata: {name: charts}\nspec: {type: helm, url: 'https://charts.example.org'" + more
                + "}\n";
    }

    private String phaseOfCharts() {
        HttpResponse<String> answer = hub.admin().call("GET", "/api/v1/sources/charts", "");
        return JsonReader.object(answer.body().getBytes(UTF_8)).object("status").string("phase");
    }

    @Test
    void aSourceThatIsFollowedCannotBeDeletedUntilItsStackIsGoing() {
        apply("", source("main"), stack("shop", "main"));

        ApiTest.problem(hub.admin().call("DELETE", "/api/v1/sources/main", ""), 409, "Conflict");
        assertThat(hub.admin().call("DELETE", "/api/v1/stacks/shop", "").statusCode())
                .isEqualTo(200);
        assertThat(hub.admin().call("DELETE", "/api/v1/sources/main", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aGroupThatIsATargetCannotBeDeletedBeforeItsStack() {
        apply("", source("main"), group("north"), stack("shop", "main"));

        assertThat(ApiTest.problem(hub.admin().call("DELETE", "/api/v1/groups/north", ""), 409, "Conflict")
                        .string("detail"))
                .isEqualTo("group north is a target of stack shop");
        hub.admin().call("DELETE", "/api/v1/stacks/shop", "");
        assertThat(hub.admin().call("DELETE", "/api/v1/groups/north", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aRolloutPolicyThatIsUsedCannotBeDeletedBeforeItsStack() {
        String policy = "kind: RolloutPolicy\nmetadata: {name: careful}\nspec: {}\n";
        String stack = stack("shop", "main").replace("spec: {", "spec: {rolloutPolicyRef: careful, ");
        apply("", source("main"), group("north"), policy, stack);

        assertThat(ApiTest.problem(hub.admin().call("DELETE", "/api/v1/rolloutpolicies/careful", ""), 409, "Conflict")
                        .string("detail"))
                .isEqualTo("rollout policy careful is used by stack shop");
        hub.admin().call("DELETE", "/api/v1/stacks/shop", "");
        assertThat(hub.admin()
                        .call("DELETE", "/api/v1/rolloutpolicies/careful", "")
                        .statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> apply(String query, String... documents) {
        return applyAsTheyAre(
                query,
                Stream.of(documents)
                        .map(document -> "apiVersion: wherry.io/v1alpha1\n" + document)
                        .toArray(String[]::new));
    }

    private HttpResponse<String> applyAsTheyAre(String query, String... contents) {
        List<Json> files = new ArrayList<>();
        for (String content : contents) {
            files.add(Json.object()
                    .put("name", "test.yaml")
                    .put("content", content)
                    .build());
        }
        String body = JsonWriter.compact(
                Json.object().put("files", new Json.Arr(files)).build());
        return hub.admin().call("POST", "/api/v1/apply" + query, body);
    }

    private static List<String> results(HttpResponse<String> answer) {
        return JsonReader.object(answer.body().getBytes(UTF_8)).objects("results").stream()
                .map(result -> result.string("kind") + "/" + result.string("name") + " " + result.string("action"))
                .toList();
    }

    private List<String> names(String kind) {
        Stream<Json.Obj> items = hub.admin().object("/api/v1/" + kind).objects("items").stream();
        return items.map(item -> item.object("metadata").string("name")).toList();
    }

    private String source(String name) {
        return "kind: Source\nmetadata: {name: %s}\nspec: {type: git, url: %s}\n"
                .formatted(name, folder.resolve("origin.git"));
    }

    private static String stack(String name, String source) {
        return "kind: Stack\nmetadata: {name: %s}\nspec: {sourceRef: %s, path: web, format: compose, targets: [{group: north}]}\n"
                .formatted(name, source);
    }

    private static String group(String name) {
        return "kind: Group\nmetadata: {name: %s}\nspec: {members: []}\n".formatted(name);
    }
}
