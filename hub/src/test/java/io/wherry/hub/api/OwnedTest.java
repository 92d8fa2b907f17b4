package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.TestHub;
import io.wherry.hub.sync.TestOrigin;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file of the configuration repository declares, as people with a key meet it. */
class OwnedTest {
    private static final String GROUP =
            "apiVersion: wherry.io/v1alpha1\nkind: Group\nmetadata: {name: %s}\nspec: {selector: site=%s}\n";

    @TempDir
    Path folder;

    private TestOrigin origin;
    private TestHub hub;
    private String commit = "";

    @BeforeEach
    void start() throws InterruptedException {
        origin = new TestOrigin(folder.resolve("fleet.git"));
        commit = origin.commit("first", Map.of("hub/groups.yaml", group("north"), "hub/shop.yaml", """
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec: {sourceRef: apps, path: shop, targets: [{group: north}]}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: apps}
                spec: {type: git, url: /srv/apps}
                """));
        hub = TestHub.start(
                folder, List.of("configuration.url=" + folder.resolve("fleet.git"), "configuration.path=hub"));
        await(status -> status.findString("applied").isPresent());
    }

    @AfterEach
    void stop() {
        hub.close();
        origin.close();
    }

    private static String group(String site) {
        return GROUP.formatted("north", site);
    }

    private String selector() {
        return hub.admin().object("/api/v1/groups/north").object("status").string("selector");
    }

    private Json.Obj status() {
        return hub.admin().object("/api/v1/sources/configuration").object("status");
    }

    private void await(Predicate<Json.Obj> there) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (!there.test(status()) && Instant.now().isBefore(end)) {
            Thread.sleep(50); // the hub's own loops look at the commit
        }
        assertThat(status()).matches(there);
    }

    private HttpResponse<String> apply(String query, String yaml) {
        Json file = Json.object().put("name", "a.yaml").put("content", yaml).build();
        Json.Obj body = Json.object().put("files", new Json.Arr(List.of(file))).build();
        return hub.admin().call("POST", "/api/v1/apply" + query, JsonWriter.compact(body));
    }

    @Test
    void aChangeIsRefusedWithFileAndCommitAndIsWrittenDown() {
        Json.Obj refused = ApiTest.problem(apply("", group("south")), 409, "OwnedByConfiguration");

        assertThat(refused.string("detail"))
                .isEqualTo("Group/north is declared by hub/groups.yaml@" + commit.substring(0, 12) + " of "
                        + folder.resolve("fleet.git"));
        assertThat(refused.string("hint")).isEqualTo("change that file, and commit");
        Json.Obj record = hub.admin()
                .object("/api/v1/audit?stream=policy")
                .objects("items")
                .getLast();
        assertThat(record.toString()).contains("OwnedByConfiguration").contains("hub/groups.yaml@");
        assertThat(selector()).isEqualTo("site=north");
    }

    @Test
    void whatIsOnlyAskedForIsToldAsEver() {
        Json.Obj asked =
                JsonReader.object(apply("?dryRun=true", group("south")).body().getBytes(UTF_8));

        assertThat(asked.objects("results").getFirst().string("action")).isEqualTo("configured");
        assertThat(asked.strings("warnings"))
                .singleElement()
                .asString()
                .contains("Group/north is declared by hub/groups.yaml@");
        assertThat(JsonReader.object(apply("", group("north")).body().getBytes(UTF_8))
                        .objects("results")
                        .getFirst()
                        .string("action"))
                .isEqualTo("unchanged");
        ApiTest.problem(apply("?set=configuration", group("north")), 409, "Conflict");
    }

    @Test
    void nothingOfItIsDeletedOrSuspended() {
        for (String path : List.of("groups/north", "stacks/shop", "sources/apps", "sources/configuration")) {
            ApiTest.problem(hub.admin().call("DELETE", "/api/v1/" + path, ""), 409, "OwnedByConfiguration");
        }
        ApiTest.problem(hub.admin().call("POST", "/api/v1/sources/apps/suspend", ""), 409, "OwnedByConfiguration");
        assertThat(hub.admin().call("POST", "/api/v1/sources/apps/resume", "").statusCode())
                .isEqualTo(200); // changes nothing
    }

    @Test
    void thoseWhoLookSeeTheFile() {
        Json.Obj owner =
                hub.admin().object("/api/v1/stacks/shop").object("metadata").object("owner");

        assertThat(owner.string("file")).isEqualTo("hub/shop.yaml");
        assertThat(owner.string("commit")).isEqualTo(commit);
        assertThat(hub.admin()
                        .object("/api/v1/sources/configuration")
                        .object("metadata")
                        .object("owner")
                        .string("file"))
                .isEqualTo("hub.yaml");
        assertThat(status().string("phase")).isEqualTo("Ready");
    }

    @Test
    void theRepositoryItselfMayBeSuspendedAndSynced() throws InterruptedException {
        hub.admin().post("/api/v1/sources/configuration/suspend", Json.object().build());
        assertThat(status().string("phase")).isEqualTo("Suspended");
        origin.commit("second", Map.of("hub/groups.yaml", group("south")));
        hub.admin().post("/api/v1/sources/configuration/resume", Json.object().build());
        hub.admin().post("/api/v1/sources/configuration/sync", Json.object().build());

        await(status -> !status.findString("applied").orElse("").equals(commit));
        assertThat(selector()).isEqualTo("site=south");
    }

    @Test
    void aBrokenCommitIsRedAndNamedAndKeepsWhatWasThere() throws InterruptedException {
        origin.commit("broken", Map.of("hub/groups.yaml", group("south") + "specs: {}\n"));
        hub.admin().post("/api/v1/sources/configuration/sync", Json.object().build());

        await(status -> status.string("phase").equals("ConfigurationInvalid"));
        assertThat(status().string("level")).isEqualTo("bad");
        assertThat(status().string("message")).contains("hub/groups.yaml:5:1: unknown field \"specs\"");
        assertThat(status().string("applied")).isEqualTo(commit);
        assertThat(status().objects("conditions"))
                .filteredOn(one -> one.string("type").equals("Applied"))
                .singleElement()
                .matches(one -> one.string("status").equals("False"));
    }

    @Test
    void aStackThatIsTakenOutWaitsForAPerson() throws InterruptedException {
        origin.commit("gone", Map.of("hub/shop.yaml", ""));
        hub.admin().post("/api/v1/sources/configuration/sync", Json.object().build());
        await(status -> status.string("phase").equals("ConfigurationWaits"));
        assertThat(status().string("message"))
                .contains("Stack/shop is no longer declared: its workloads would end at every site")
                .contains("Source/apps is no longer declared: stack shop needs it");

        String told = hub.admin()
                .post("/api/v1/sources/configuration/accept", Json.object().build())
                .string("message");

        assertThat(told).contains("Stack/shop is no longer declared");
        await(status -> status.string("phase").equals("Ready"));
        assertThat(hub.admin().object("/api/v1/sources").objects("items"))
                .extracting(source -> source.object("metadata").string("name"))
                .containsExactly("configuration");
    }
}
