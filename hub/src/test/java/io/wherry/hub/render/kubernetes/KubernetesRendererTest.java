package io.wherry.hub.render.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Problem;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.PinnedImages;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.MemoryTree;
import io.wherry.hub.source.ReadSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KubernetesRendererTest {
    private static final String MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n";

    @Test
    void readsEveryFileBelowThePathFolderByFolderInTheOrderOfNames() {
        Rendering.Rendered rendered = rendered(Map.of(
                "app/b.yaml", MAP.formatted("b"),
                "app/a/z.yml", MAP.formatted("az"),
                "app/a.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}}",
                "app/readme.md", "no: object",
                "other/c.yaml", MAP.formatted("c")));

        assertThat(rendered.model().objects("objects"))
                .extracting(object -> object.object("metadata").string("name"))
                .containsExactly("az", "a", "b");
        assertThat(rendered.objects()).containsExactly("ConfigMap/shop/a", "ConfigMap/shop/az", "ConfigMap/shop/b");
        assertThat(rendered.model().string("namespace")).isEqualTo("shop");
    }

    @Test
    void readsValuesAndKeysAsKubectlDoes() {
        Json.Obj object = rendered(Map.of("app/a.yaml", MAP.formatted("a") + """
                spec: {mode: 0644, on: yes, text: "yes", none: ~, big: 9007199254740993, half: 0.5, one: 1.0, 8: [no, 'no']}
                """))
                .model()
                .objects("objects")
                .getFirst();

        assertThat(JsonWriter.compact(object.object("spec")))
                .isEqualTo(
                        "{\"mode\":420,\"true\":true,\"text\":\"yes\",\"none\":null,\"big\":9007199254740993,\"half\":0.5,\"one\":1,\"8\":[false,\"no\"]}");
    }

    @Test
    void takesListsApartAndPassesOverEmptyDocuments() {
        Rendering.Rendered rendered = rendered(Map.of("app/a.yaml", """
                ---
                # nothing
                ---
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
                - {apiVersion: v1, kind: ConfigMapList, items: [{metadata: {name: inner, namespace: other}}]}
                ---
                """));

        assertThat(rendered.objects()).containsExactly("ConfigMap/other/inner", "Namespace//shop");
        assertThat(JsonWriter.compact(rendered.model().objects("objects").getLast()))
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"inner\",\"namespace\":\"other\"}}");
    }

    @Test
    void includesAndExcludesByPattern() {
        Map<String, String> files = Map.of(
                "app/a.yaml", MAP.formatted("a"),
                "app/test/b.yaml", MAP.formatted("b"),
                "app/more/c.yaml", MAP.formatted("c"),
                "app/more/d.yaml", MAP.formatted("d"));

        assertThat(names(files, List.of(), List.of("test", "more/d.*")))
                .containsExactly("ConfigMap/shop/a", "ConfigMap/shop/c");
        assertThat(names(files, List.of("more/**"), List.of())).containsExactly("ConfigMap/shop/c", "ConfigMap/shop/d");
    }

    @Test
    void knowsTheImagesOfContainersAndPinsThem() {
        Rendering.Rendered rendered = rendered(Map.of("app/a.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec: {template: {spec: {initContainers: [{name: i, image: "init:1"}], containers: [{name: c, image: "web:1"}, {name: n, image: "own:1", imagePullPolicy: Never}]}}}
                ---
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: night}
                spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: "night:1"}]}}}}}
                """));

        assertThat(rendered.images()).containsExactly("init:1", "night:1", "own:1", "web:1");
        assertThat(PinnedImages.open(rendered)).containsExactly("init:1", "night:1", "web:1");
        var digest = io.wherry.contract.Digest.of(new byte[1]);
        Rendering.Rendered pinned =
                PinnedImages.pin(rendered, Map.of("init:1", digest, "night:1", digest, "web:1", digest));
        assertThat(pinned.images())
                .containsExactly("init:1@" + digest, "night:1@" + digest, "own:1", "web:1@" + digest);
        assertThat(JsonWriter.compact(pinned.model())).contains("\"image\":\"web:1@" + digest + "\"");
    }

    @Test
    void leavesOutWhatOnlyOneClusterCanMeanAndSaysSo() {
        Rendering.Rendered rendered = rendered(Map.of("app/a.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: a
                  resourceVersion: "17"
                  uid: 6f0c3f35-0c5f-4a7e-8ee7-0f4a6a7d7b10
                  ownerReferences: [{apiVersion: v1, kind: Pod, name: b, uid: 0b5d7a52-6d0a-4f0e-9f5c-2f4f3a1d9c11}]
                  managedFields: [{manager: kubectl}]
                  labels: {uid: kept}
                data: {uid: kept}
                """));

        assertThat(JsonWriter.compact(rendered.model().objects("objects").getFirst()))
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"labels\":{\"uid\":\"kept\"}},\"data\":{\"uid\":\"kept\"}}");
        assertThat(rendered.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "app/a.yaml:6:8: ConfigMap a: metadata.uid, metadata.resourceVersion, metadata.ownerReferences, metadata.managedFields left out: the cluster sets them (take them out of the file)");
    }

    @Test
    void warnsOfReplicasThatAnAutoscalerSetsToo() {
        String scaler =
                "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a%1$s}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %1$s}}\n---\n";
        String web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: %s}\n---\n";
        Rendering.Rendered rendered = rendered(Map.of(
                "app/a.yaml", scaler.formatted("b") + scaler.formatted("zero") + scaler.formatted("undeclared"),
                "app/b.yaml",
                        web.formatted("b", "2")
                                + web.formatted("zero", "0")
                                + web.formatted("undeclared", "~")
                                + web.formatted("other", "2"),
                "app/c.yaml", web.formatted("c", "3") + scaler.formatted("c")));

        assertThat(rendered.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "app/b.yaml:4:18: Deployment.apps/shop/b: spec.replicas is declared, and HorizontalPodAutoscaler.autoscaling/shop/ab sets it too: each takes back what the other did (take spec.replicas out, or name it in ignoreDifferences)",
                        "app/c.yaml:4:18: Deployment.apps/shop/c: spec.replicas is declared, and HorizontalPodAutoscaler.autoscaling/shop/ac sets it too: each takes back what the other did (take spec.replicas out, or name it in ignoreDifferences)");
    }

    @Test
    void warnsOfSecretsWithTheirPlace() {
        Rendering.Rendered rendered = rendered(Map.of(
                "app/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"));

        assertThat(rendered.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "app/s.yaml:4:13: Secret/shop/s holds its values in the repository (whoever can read the repository can read them)");
    }

    @Test
    void refusesWhatNoClusterTakesWithFileLineAndColumn() {
        assertThat(problems(Map.of("app/a.yaml", """
                kind: ConfigMap
                metadata: {name: a}
                ---
                apiVersion: v1
                metadata: {name: a}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {generateName: a-}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: 7}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: l, labels: {on: "x", ready: true}}
                ---
                just text
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: t}
                data: {a: .nan, b: !reset x, ~: y}
                """)))
                .containsExactly(
                        "app/a.yaml:1:1: apiVersion is missing (add apiVersion: …)",
                        "app/a.yaml:4:1: kind is missing (add kind: …)",
                        "app/a.yaml:9:26: metadata.generateName: the object would be another one each time (write metadata.name)",
                        "app/a.yaml:13:18: metadata.name is not a text (write it in quotes)",
                        "app/a.yaml:17:46: metadata.labels.ready is not a text (write the value in quotes)",
                        "app/a.yaml:19:1: \"just text\" is no object (an object has apiVersion, kind and metadata)",
                        "app/a.yaml:24:11: JSON has no such number (write it in quotes if it is a text)",
                        "app/a.yaml:24:20: tag !reset means nothing in an object (remove it)",
                        "app/a.yaml:24:30: key ~ is not a text (write it in quotes)");
    }

    @Test
    void refusesNamesThatNoReleaseCouldNameForDeletion() {
        assertThat(problems(Map.of("app/a.yaml", MAP.formatted("\"a\\nb\"") + "---\n" + MAP.formatted("a/b"))))
                .containsExactly(
                        "app/a.yaml:1:1: object: a control character (expected: text on one line)",
                        "app/a.yaml:5:1: name: a/b (expected: the name of an object)");
    }

    @Test
    void refusesDoubledObjectsAndDoubledKeys() {
        assertThat(problems(Map.of(
                        "app/a.yaml",
                        MAP.formatted("a"),
                        "app/b.yaml",
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n")))
                .containsExactly(
                        "app/b.yaml:1:1: ConfigMap/shop/a stands here a second time (first at app/a.yaml:1:1)");
        assertThat(problems(Map.of("app/a.yaml", MAP.formatted("a") + "data: {a: x, a: y}\n")))
                .containsExactly("app/a.yaml:4:14: key \"a\" stands here a second time (first at app/a.yaml:4:8)");
        assertThat(problems(Map.of("app/a.yaml", MAP.formatted("a") + "data: {yes: x, \"true\": y}\n")))
                .containsExactly("app/a.yaml:4:16: key \"true\" stands here a second time (it is read as that)");
    }

    @Test
    void refusesFilesOfOtherTools() {
        assertThat(problems(
                        Map.of("app/kustomization.yaml", "resources: [a.yaml]\n", "app/a.yaml", MAP.formatted("a"))))
                .containsExactly(
                        "app/kustomization.yaml: is a file of kustomize and no object (write format: kustomize, or exclude the folder)");
    }

    @Test
    void saysThatNothingIsThere() {
        assertThat(problems(Map.of("other/a.yaml", "")))
                .containsExactly("app: no such folder (path is relative to the root of the repository)");
        assertThat(problems(Map.of("app/readme.md", "")))
                .containsExactly(
                        "app: no file with objects is there (looked for *.yaml, *.yml and *.json, here and below)");
    }

    @Test
    void neverReadsWhatLeavesTheTree() {
        assertThat(problems(Map.of("app/a.yaml", "LINK OUT")))
                .containsExactly(
                        "app/a.yaml: app/a.yaml: a symbolic link that leaves the repository (expected: one that stays inside)");
    }

    @Test
    void theReadSetHoldsEveryFileAndFolder() {
        Rendering.Rendered rendered = rendered(Map.of("app/x/a.yaml", MAP.formatted("a")));

        assertThat(rendered.readSet().looks().keySet())
                .extracting(ReadSet.Look::path)
                .containsExactly("app", "app/x", "app/x/a.yaml");
    }

    private static java.util.SortedSet<String> names(
            Map<String, String> files, List<String> include, List<String> exclude) {
        return ((Rendering.Rendered) KubernetesRenderer.render(new KubernetesRequest(
                        MemoryTree.of(files), "app", include, exclude, ClusterOptions.of("shop"))))
                .objects();
    }

    private static Rendering.Rendered rendered(Map<String, String> files) {
        return (Rendering.Rendered) render(files);
    }

    private static List<String> problems(Map<String, String> files) {
        return ((Rendering.Invalid) render(files))
                .problems().stream().map(Problem::toString).toList();
    }

    private static Rendering render(Map<String, String> files) {
        return KubernetesRenderer.render(
                new KubernetesRequest(MemoryTree.of(files), "app", List.of(), List.of(), ClusterOptions.of("shop")));
    }
}
