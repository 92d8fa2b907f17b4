package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotUndoneTest {
    private static final String CLAIM = """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
             "spec": {"resources": {"requests": {"storage": "%s"}}}}
            """;
    private static final String DEFINITION = """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "tills.shop.test"},
             "spec": {"versions": [%s]}}
            """;
    private static final String SETTINGS =
            "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}, \"data\": {\"a\": \"%s\"}}";

    private static Json.Obj model(String hooks, String... objects) {
        return JsonReader.object(("{\"namespace\": \"shop\", \"objects\": [" + String.join(",", objects)
                        + "], \"hooks\": [" + hooks + "]}")
                .getBytes(UTF_8));
    }

    private static List<String> notes(Json.Obj before, Json.Obj after) {
        return NotUndone.of(ModelDiff.between(before, after), after);
    }

    @Test
    void dataThatNoRollbackBringsBackIsNamed() {
        assertThat(notes(
                        model("", CLAIM.formatted("1Gi"), DEFINITION.formatted("{\"name\": \"v1\"}")),
                        model("", SETTINGS.formatted("1"))))
                .hasSize(2)
                .anyMatch(
                        note -> note.startsWith("CustomResourceDefinition.apiextensions.k8s.io//tills.shop.test goes"))
                .anyMatch(note -> note.startsWith("PersistentVolumeClaim/shop/data is no longer declared and stays"));
    }

    @Test
    void aMigratedDefinitionAndAClaimThatGrowsAreNamed() {
        assertThat(notes(
                        model("", CLAIM.formatted("1Gi"), DEFINITION.formatted("{\"name\": \"v1\"}")),
                        model(
                                "",
                                CLAIM.formatted("2Gi"),
                                DEFINITION.formatted("{\"name\": \"v1\"}, {\"name\": \"v2\"}"))))
                .hasSize(2)
                .anyMatch(note -> note.contains("tills.shop.test changes its versions"))
                .anyMatch(note -> note.contains("data asks for \"2Gi\" in the place of \"1Gi\""));
    }

    @Test
    void hooksThatRunAreNamedAndAnOrdinaryChangeIsNot() {
        String hook = """
                {"events": ["pre-upgrade"], "weight": 0, "deletePolicies": [],
                 "object": {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migrate"}}}
                """;
        Json.Obj before = model(hook, SETTINGS.formatted("1"));
        Json.Obj after = model(hook, SETTINGS.formatted("2"));

        assertThat(notes(before, after))
                .containsExactly("hook Job migrate may run (pre-upgrade): what it changes outside of the stack's"
                        + " objects no rollback undoes");
        assertThat(notes(before, before)).isEmpty();
        assertThat(notes(model("", SETTINGS.formatted("1")), model("", SETTINGS.formatted("2"))))
                .isEmpty();
    }
}
