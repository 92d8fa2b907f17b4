package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Entry;
import io.wherry.contract.Features;
import io.wherry.contract.Manifest;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.AgentRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack for clusters on its way through the hub: rendered, packed, signed, assigned, and planned. */
class KubernetesStackTest {
    private static final String MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {mode: '%s'}\n";

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord cluster;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        cluster = hub.joinOlder("cluster", Features.UNDERSTOOD_ON_KUBERNETES);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void objectsGoToAnAgentOfKubernetesAsASignedBundle() {
        stack("shop", "serviceAccount: deployer", "takeBack: ['kubectl*']");
        hub.commitAndCheck("first", Map.of("shop/a.yaml", MAP.formatted("a", "x")));

        Entry entry = hub.entry(cluster, "shop");
        Manifest manifest = hub.bundles
                .read(entry.bundle().orElseThrow().digest())
                .map(Manifest::parse)
                .orElseThrow();
        Json.Obj model = hub.bundles
                .read(manifest.model().digest())
                .map(JsonReader::object)
                .orElseThrow();

        assertThat(manifest.format()).isEqualTo(ModelFormat.KUBERNETES);
        assertThat(manifest.requires()).containsExactly(Features.KUBERNETES);
        assertThat(manifest.layers()).hasSize(1);
        assertThat(entry.options().project()).isEqualTo("shop");
        assertThat(model.fields().keySet())
                .containsExactlyInAnyOrder("namespace", "objects", "serviceAccount", "takeBack");
        assertThat(model.objects("objects").getFirst().object("data").string("mode"))
                .isEqualTo("x");
    }

    @Test
    void whatDisappearsMayBeDeletedByItsName() {
        stack("shop", "", "");
        hub.commitAndCheck(
                "first", Map.of("shop/a.yaml", MAP.formatted("a", "x"), "shop/old.yaml", MAP.formatted("old", "x")));
        hub.commitAndCheck("second", Map.of("shop/old.yaml", MAP.formatted("new", "x")));

        assertThat(hub.release(hub.entry(cluster, "shop")).permissions().delete())
                .containsExactly("ConfigMap/shop/old");
    }

    @Test
    void anAgentOfDockerIsRefusedInThoseWordsAndSoIsTheReverse() {
        hub.join("engine", Map.of("app", "yes"));
        stack("shop", "", "");
        hub.stack("web", "web", "");
        hub.commitAndCheck(
                "first",
                Map.of(
                        "shop/a.yaml",
                        MAP.formatted("a", "x"),
                        "web/compose.yaml",
                        "services: {web: {image: 'shop:1'}}"));

        assertThat(target("shop", "engine").problem())
                .contains(
                        "OtherRuntime: engine runs Docker, and this is a Kubernetes stack (target agents of Kubernetes)");
        assertThat(target("web", "cluster").problem())
                .contains(
                        "OtherRuntime: cluster runs Kubernetes, and this is a Compose stack (target agents of Docker)");
        assertThat(target("shop", "cluster").problem()).isEmpty();
        assertThat(target("web", "engine").problem()).isEmpty();
    }

    @Test
    void aStackForClustersGoesOnlyWithTheOneItDependsOn() {
        stack("shop", "", "dependsOn: [base]");
        hub.commitAndCheck(
                "first", Map.of("shop/a.yaml", MAP.formatted("a", "x"), "base/b.yaml", MAP.formatted("b", "x")));
        assertThat(hub.assignments.newest(cluster.id())).isEmpty();
        assertThat(target("shop", "cluster").problem())
                .contains("DependencyMissing: dependsOn: stack base does not exist");

        hub.apply(yaml("base", "base", "", ""));
        hub.sync.fleetChanged();

        assertThat(hub.entry(cluster, "shop").options().dependsOn())
                .containsExactly(hub.entry(cluster, "base").stack());
    }

    /** An agent has one runtime: what cannot be there is never healthy there, so waiting for it would have no end. */
    @Test
    void aStackDoesNotGoWhereTheOneItDependsOnCanNeverBe() {
        AgentRecord engine = hub.join("engine", Map.of("app", "yes"));
        stack("shop", "", "");
        hub.stack("web", "web", "dependsOn: [shop]\n");
        hub.commitAndCheck(
                "first",
                Map.of(
                        "shop/a.yaml",
                        MAP.formatted("a", "x"),
                        "web/compose.yaml",
                        "services: {web: {image: 'shop:1'}}"));

        assertThat(hub.assignments.newest(engine.id())).isEmpty();
        assertThat(target("web", "engine").problem().orElseThrow())
                .startsWith("DependencyMissing: dependsOn: stack shop is never at engine: engine runs Docker");
        assertThat(target("shop", "cluster").problem()).isEmpty();
    }

    @Test
    void thePlanAsksTheClusterWithWhatItWouldGetAndWhatMayGo() {
        stack("shop", "adopt: true", "sync: {mode: manual}");
        hub.commitAndCheck(
                "first", Map.of("shop/a.yaml", MAP.formatted("a", "x"), "shop/old.yaml", MAP.formatted("old", "x")));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.commitAndCheck("second", Map.of("shop/old.yaml", MAP.formatted("new", "x")));

        SiteQuestion.Plan question = target("shop", "cluster").question().orElseThrow();

        assertThat(question.name()).isEqualTo("shop");
        assertThat(question.adopt()).isTrue();
        assertThat(question.delete()).containsExactly("ConfigMap/shop/old");
        assertThat(question.model().objects("objects")).hasSize(2);
    }

    @Test
    void whoHasNotToldWhatItUnderstandsGetsNoObjects() {
        hub.joinOlder("silent", List.of());
        stack("shop", "", "");
        hub.commitAndCheck("first", Map.of("shop/a.yaml", MAP.formatted("a", "x")));

        assertThat(target("shop", "silent").problem().orElseThrow())
                .startsWith("AgentTooOld: silent does not understand kubernetes.v1");
    }

    @Test
    void severalStacksMayHaveOneNamespace() {
        stack("shop", "", "");
        hub.apply(yaml("more", "more", "", ""));
        hub.commitAndCheck(
                "first", Map.of("shop/a.yaml", MAP.formatted("a", "x"), "more/b.yaml", MAP.formatted("b", "x")));

        assertThat(hub.entry(cluster, "shop").options().project()).isEqualTo("shop");
        assertThat(hub.entry(cluster, "more").options().project()).isEqualTo("shop");
    }

    @Test
    void thePlanNamesObjectsAndFieldsButNoValueOfASecret() {
        stack("shop", "", "sync: {mode: manual}");
        String secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: %s}\n";
        hub.commitAndCheck(
                "first", Map.of("shop/a.yaml", MAP.formatted("a", "x"), "shop/s.yaml", secret.formatted("hunter2")));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.commitAndCheck(
                "second", Map.of("shop/a.yaml", MAP.formatted("a", "y"), "shop/s.yaml", secret.formatted("other3")));

        ModelDiff diff = target("shop", "cluster").diff();

        assertThat(diff.changed().keySet()).isEqualTo(Set.of("ConfigMap/shop/a", "Secret/shop/s"));
        assertThat(diff.changed())
                .extractingByKey("ConfigMap/shop/a")
                .asString()
                .contains("data.mode", "\"x\"", "\"y\"");
        assertThat(diff.toString()).contains("stringData.password").doesNotContain("hunter2", "other3");
    }

    @Test
    void aRenderingThatFailsKeepsWhatTheClusterHas() {
        stack("shop", "", "");
        hub.commitAndCheck("first", Map.of("shop/a.yaml", MAP.formatted("a", "x")));
        Entry before = hub.entry(cluster, "shop");
        hub.commitAndCheck("second", Map.of("shop/a.yaml", "kind: ConfigMap\n"));

        assertThat(hub.entry(cluster, "shop")).isEqualTo(before);
        assertThat(target("shop", "cluster").problem().orElseThrow())
                .startsWith("RenderFailed: shop/a.yaml:1:1: apiVersion is missing");
    }

    private StackPlan.TargetPlan target(String stack, String name) {
        return hub.operations.plan(stack).orElseThrow().targets().stream()
                .filter(target -> target.agentName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void stack(String name, String kubernetes, String more) {
        hub.apply(yaml(name, name, kubernetes, more));
    }

    private static String yaml(String name, String path, String kubernetes, String more) {
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: %s}
                spec:
                  sourceRef: main
                  path: %s
                  format: kubernetes
                  kubernetes: {namespace: shop%s}
                  targets:
                    - agentSelector: {matchLabels: {app: "yes"}}
                  %s
                """.formatted(name, path, kubernetes.isEmpty() ? "" : ", " + kubernetes, more);
    }
}
