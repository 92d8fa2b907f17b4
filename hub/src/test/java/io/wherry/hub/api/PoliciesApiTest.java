package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies bind those who apply the rest: only administrators write them. */
class PoliciesApiTest {
    private static final String POLICY = """
            apiVersion: wherry.io/v1alpha1
            kind: Policy
            metadata: {name: till}
            spec: {agentSelector: tier=till, require: {pinnedRefs: %s, imageDigests: true}}
            """;
    private static final String GROUP = """
            ---
            apiVersion: wherry.io/v1alpha1
            kind: Group
            metadata: {name: north}
            spec: {selector: region=north}
            """;

    @TempDir
    Path folder;

    private TestHub hub;
    private TestHub.Caller operator;

    @BeforeEach
    void start() {
        hub = TestHub.start(folder);
        operator = hub.as(hub.key("otto", Role.OPERATOR, "1h"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void aNewHubHasOneForProductionAndItIsRecorded() {
        Json.Obj baseline = hub.admin().object("/api/v1/policies/production").object("spec");

        assertThat(baseline.object("agentSelector").object("matchLabels").string("environment"))
                .isEqualTo("production");
        assertThat(baseline.object("require").boolOr("pinnedRefs", false)).isTrue();
        assertThat(baseline.object("require").boolOr("manualSync", false)).isTrue();
        assertThat(baseline.object("deny").boolOr("rawSecrets", false)).isTrue();
        assertThat(records("Policy/production")).singleElement().satisfies(record -> {
            assertThat(record.string("actor")).isEqualTo("hub");
            assertThat(record.object("detail").object("after")).isEqualTo(baseline);
        });
    }

    @Test
    void anOperatorWritesNoneAndNothingOfTheFileTakesEffect() {
        HttpResponse<String> answer = apply(operator, "", POLICY.formatted("true") + GROUP);

        assertThat(ApiTest.problem(answer, 403, "RoleDenied").string("detail"))
                .isEqualTo("otto (operator) may not create Policy/till; nothing was changed");
        assertThat(hub.admin().get("/api/v1/groups/north").statusCode()).isEqualTo(404);
        assertThat(records("Policy/till")).singleElement().satisfies(record -> {
            assertThat(record.string("stream")).isEqualTo("policy");
            assertThat(record.string("actor")).isEqualTo("user:otto");
            assertThat(record.string("outcome")).isEqualTo("refused");
        });
        assertThat(operator.call("DELETE", "/api/v1/policies/production", "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void anOperatorMayApplyFilesInWhichAPolicyIsAsItIsAndMayAskWhatWouldChange() {
        apply(hub.admin(), "?set=fleet", POLICY.formatted("true"));

        assertThat(apply(operator, "?set=fleet", POLICY.formatted("true") + GROUP)
                        .statusCode())
                .isEqualTo(200);
        assertThat(apply(operator, "?set=fleet", POLICY.formatted("false")).statusCode())
                .isEqualTo(403);
        assertThat(apply(operator, "?set=fleet&prune=true", GROUP).statusCode()).isEqualTo(403);
        assertThat(hub.admin().get("/api/v1/policies/till").statusCode()).isEqualTo(200);
        assertThat(send(operator, "/api/v1/diff", POLICY.formatted("false")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aChangeIsRecordedWithWhatItWasAndWhatItIs() {
        apply(hub.admin(), "", POLICY.formatted("true"));
        apply(hub.admin(), "", POLICY.formatted("false"));
        hub.admin().call("DELETE", "/api/v1/policies/till", "");

        List<Json.Obj> records = records("Policy/till");
        assertThat(records).extracting(record -> record.string("action")).containsExactly("create", "change", "delete");
        assertThat(records).allMatch(record -> record.string("stream").equals("user"));
        assertThat(records.getFirst().object("detail").find("before")).isEmpty();
        Json.Obj change = records.get(1).object("detail");
        assertThat(change.object("before").object("require").boolOr("pinnedRefs", false))
                .isTrue();
        assertThat(change.object("after").object("require").boolOr("pinnedRefs", true))
                .isFalse();
        assertThat(records.getLast().object("detail").object("before")).isEqualTo(change.object("after"));
    }

    private List<Json.Obj> records(String object) {
        return hub.admin().object("/api/v1/audit?object=" + object).objects("items");
    }

    private static HttpResponse<String> apply(TestHub.Caller who, String query, String content) {
        return send(who, "/api/v1/apply" + query, content);
    }

    private static HttpResponse<String> send(TestHub.Caller who, String path, String content) {
        Json.Obj file =
                Json.object().put("name", "test.yaml").put("content", content).build();
        return who.call(
                "POST",
                path,
                JsonWriter.compact(
                        Json.object().put("files", new Json.Arr(List.of(file))).build()));
    }
}
