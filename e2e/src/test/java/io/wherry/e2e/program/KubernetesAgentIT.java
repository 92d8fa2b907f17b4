package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.Digest;
import io.wherry.e2e.Checkout;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.kubernetes.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hub and an agent of a real cluster as processes: from a commit to pods and back. */
class KubernetesAgentIT {
    private static final String FIRST = "canary-of-the-first-password";
    private static final String SECOND = "canary-of-the-second-password";
    private static final String THEIRS = "canary-of-another-password";
    private static final String NAMESPACE = "program-" + ProcessHandle.current().pid();

    @RegisterExtension
    static final Fleet fleet = Fleet.of().withRenderers();

    private static final AgentInCluster inside = new AgentInCluster(NAMESPACE + "-agent");

    @BeforeAll
    static void join() throws Exception {
        Cluster.get().kubectl("create", "namespace", NAMESPACE);
        fleet.joinCluster("cluster", Cluster.get().kubeconfig());
    }

    @AfterAll
    static void leave() {
        inside.remove();
        Cluster.get().kubectl("delete", "namespace", NAMESPACE, "--wait=false");
    }

    private static App app(String name) throws Exception {
        return new App(fleet, fleet.named(name), fleet.repository(), "cluster");
    }

    private static final String OBSERVE = "observe: 3s";

    /** A pod on a busy machine takes its time; one that is broken is known by its crash. */
    private static final String PATIENT = "healthTimeout: 2m";

    private static String[] spec() {
        return spec(NAMESPACE);
    }

    private static String[] spec(String namespace) {
        return new String[] {"format: kubernetes", OBSERVE, PATIENT, "kubernetes: {namespace: " + namespace + "}"};
    }

    private static String kubectl(String path, String object) {
        return Cluster.get()
                .kubectl(
                        "get", object, "--namespace", NAMESPACE, "--ignore-not-found", "-o", "jsonpath={" + path + "}");
    }

    private static String colour() {
        return kubectl(".spec.template.spec.containers[0].env[0].value", "deployment/web");
    }

    @Test
    void aCommitRunsIsRepairedAndABrokenOneGoesBack() throws Exception {
        App shop = app("shop");
        String blue = shop.commit(ClusterFiles.web("blue", "sleep, infinity"));
        String[] spec = spec();
        spec[1] = "observe: 10s"; // long enough for a busy kubelet to tell that red ended
        shop.declare(spec).healthyAt(blue);
        assertThat(colour()).isEqualTo("blue");
        assertThat(kubectl(".data.mode", "configmap/settings")).isEqualTo("0644");

        Cluster.get().kubectl("scale", "deployment/web", "--replicas=0", "--namespace", NAMESPACE);
        Cluster.get().kubectl("delete", "configmap/settings", "--namespace", NAMESPACE);
        fleet.until(
                "the settings come back",
                () -> kubectl(".data.colour", "configmap/settings").equals("blue"),
                () -> shop.phase());

        shop.commit(ClusterFiles.web("red", "\"false\""));
        shop.nudge();
        shop.says("RolledBack");
        assertThat(fleet.operator().does("describe", "stack", shop.name()).out())
                .contains("Deployment.apps/" + NAMESPACE + "/web");
        fleet.until("blue is back", () -> colour().equals("blue"), KubernetesAgentIT::colour);

        String green = shop.commit(ClusterFiles.web("green", "sleep, infinity"));
        shop.nudge();
        shop.healthyAt(green);
        assertThat(colour()).isEqualTo("green");
    }

    private static final String BY_HAND = "by-hand-" + ProcessHandle.current().pid();

    /** What people made goes into a repository and under the hub as it is; then the hub is asked how it does. */
    @Test
    void whatPeopleMadeComesBackAsFilesAndIsSeenFromTheHub() throws Exception {
        Cluster.get().kubectl("create", "namespace", BY_HAND);
        App shop = app("till");
        String words = "serving as till";
        Path made = Files.writeString(
                fleet.folder().resolve("made.yaml"),
                ClusterFiles.web("blue", "sh, -c, \"echo " + words + "; sleep 1000\"").values().stream()
                        .collect(Collectors.joining("---\n")));
        Cluster.get().kubectl("create", "--namespace", BY_HAND, "-f", made.toString());

        Cluster.get().kubectl("rollout", "status", "deployment/web", "--namespace", BY_HAND, "--timeout=150s");
        Path file = fleet.folder().resolve("exported.yaml");
        fleet.operator().does("export", "stack", "--agent", "cluster", "--namespace", BY_HAND, "-o", file.toString());
        String pods = pods();
        shop.commit(Map.of("all.yaml", Files.readString(file)));
        String kubernetes = "kubernetes: {namespace: " + BY_HAND + ", adopt: true}";
        shop.declare("format: kubernetes", OBSERVE, PATIENT, kubernetes).healthy();
        assertThat(pods()).isEqualTo(pods).isNotEmpty(); // none was made anew

        String tree = fleet.operator()
                .does("get", "stack", shop.name(), "-o", "tree", "--agent", "cluster")
                .out();
        assertThat(tree).contains("agent/cluster", "Deployment.apps/" + BY_HAND + "/web  \u2714 Healthy", "Pod/web-");
        assertThat(fleet.operator()
                        .does("logs", shop.name(), "--agent", "cluster", "--object", "web")
                        .out())
                .contains("Deployment.apps/" + BY_HAND + "/web web-")
                .contains("| " + words);
        assertThat(fleet.operator()
                        .says("logs", shop.name(), "--agent", "cluster", "--object", "db")
                        .err())
                .contains("StackNotHere")
                .contains("there is: Deployment.apps/" + BY_HAND + "/web");
        assertThat(fleet.operator()
                        .does("stack", "plan", shop.name(), "--agent", "cluster")
                        .out())
                .contains("nothing changes");

        shop.declare("format: kubernetes", OBSERVE, PATIENT, kubernetes, "sync: {mode: manual, siteInterval: 10s}");
        Cluster.get().kubectl("scale", "deployment/web", "--replicas=2", "--namespace", BY_HAND);
        Said diff = fleet.agent("cluster").says("diff", shop.name());
        assertThat(diff.out()).contains("-  replicas: 2", "+  replicas: 1");
        shop.commit(Map.of("all.yaml", Files.readString(file).replace("blue", "red")));
        shop.nudge();
        fleet.until(
                "the plan has the new colour",
                () -> fleet.operator().does("stack", "plan", shop.name()).out().contains("+  colour: red"),
                shop::phase);
        assertThat(fleet.operator().does("stack", "plan", shop.name()).out())
                .contains("~ ConfigMap/" + BY_HAND + "/settings", "-  colour: blue", "-  replicas: 2");
        assertThat(fleet.operator()
                        .does("audit", "list", "--object", "Stack/" + shop.name(), "-o", "json")
                        .out())
                .contains("stack.logs", "stack.tree", "stack.plan");
        Cluster.get().kubectl("delete", "namespace", BY_HAND, "--wait=false");
    }

    private static String pods() {
        return Cluster.get().kubectl("get", "pods", "--namespace", BY_HAND, "-o", "jsonpath={.items[*].metadata.uid}");
    }

    @Test
    void theBaselineIsAppliedRepairedUsedAndRemoved() throws Exception {
        App baseline = app("baseline");
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(Checkout.ROOT.resolve("examples/cluster-baseline/baseline"))) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        String first = baseline.commit(files);
        baseline.declare("format: kubernetes", "observe: 0s").healthyAt(first);
        Cluster.get().kubectl("delete", "networkpolicy/closed", "--namespace", "shop");
        fleet.until(
                "the network is closed again",
                () -> !found("networkpolicy/closed", "--namespace", "shop").isEmpty(),
                () -> baseline.phase());

        App till = app("till");
        String commit = till.commit(Map.of(
                "settings.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}\n"));
        till.declare(
                        "format: kubernetes",
                        "observe: 0s",
                        "kubernetes: {namespace: shop, serviceAccount: deployer}",
                        "dependsOn: [" + baseline.name() + "]")
                .healthyAt(commit);
        assertThat(found("configmap/settings", "--namespace", "shop")).isNotEmpty();

        fleet.operator().does("delete", "stack", baseline.name(), till.name(), "--yes");
        fleet.operator().does("wait", "stack", baseline.name(), "--for", "deleted", "--timeout", "4m");
        fleet.operator().does("wait", "stack", till.name(), "--for", "deleted", "--timeout", "4m");
        for (String gone : new String[] {
            "namespace/shop",
            "namespace/monitoring",
            "crd/backups.example.org",
            "storageclass/kept",
            "clusterrole/backups-view",
            "validatingadmissionpolicy/images-are-pinned"
        }) {
            assertThat(found(gone)).as(gone).isEmpty();
        }
    }

    private static String found(String object, String... place) {
        List<String> command = new ArrayList<>(List.of("get", object, "--ignore-not-found", "-o", "name"));
        command.addAll(List.of(place));
        return Cluster.get().kubectl(command.toArray(String[]::new));
    }

    @Test
    void anObjectMovesFromOneStackToAnotherAndIsNeverAway() throws Exception {
        String object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {a: b}}\n";
        App one = app("one");
        String first = one.commit(Map.of(
                "one/moving.yaml", object.formatted("moving"),
                "one/stays.yaml", object.formatted("stays"),
                "two/other.yaml", object.formatted("other")));
        one.declare(on("one")).healthyAt(first);
        String two = one.name() + "-two";
        String name = "metadata: {name: ";
        fleet.operator()
                .applies(one.stack(on("two")).replace(name + one.name(), name + two))
                .ok();
        fleet.operator().does("wait", "stack", two, "--revision", first, "--timeout", "4m");
        String uid = kubectl(".metadata.uid", "configmap/moving");
        Path copy = one.repository().workingCopy();
        Files.move(copy.resolve("one/moving.yaml"), copy.resolve("two/moving.yaml"));
        String second = one.repository().commitAll("move");
        one.nudge();

        one.healthyAt(second);
        fleet.operator().does("wait", "stack", two, "--revision", second, "--timeout", "4m");

        assertThat(kubectl(".metadata.uid", "configmap/moving")).isEqualTo(uid).isNotEmpty();
        String owner = ".metadata.labels.wherry\\.io/stack";
        assertThat(kubectl(owner, "configmap/moving")).isEqualTo(kubectl(owner, "configmap/other"));
        assertThat(one.phase()).doesNotContain("Leftover");
    }

    private static String[] on(String path) {
        return new String[] {
            "path: " + path, "format: kubernetes", "observe: 0s", "kubernetes: {namespace: " + NAMESPACE + "}"
        };
    }

    /** From the hub's vault to a Secret, and from a label to an object; and nowhere else. */
    @Test
    void valuesOfASiteAndSecretsOfTheHubComeToTheCluster() throws Exception {
        App vault = app("vault");
        String credential = vault.name() + "-db";
        credential("create", credential, FIRST, "--type", "secret", "--stack", vault.name());
        vault.commit(Map.of(
                "city.yaml",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: city}, data: {agent: \"${NAME} $HOME\","
                        + " tag: \"${TAG}\"}}\n"));
        vault.declare(
                "format: kubernetes",
                OBSERVE,
                PATIENT,
                "kubernetes: {namespace: " + NAMESPACE + ", variables: true}",
                "variables: {TAG: '1.10'}",
                "siteVariables: [{name: NAME, from: agent.name}]",
                "secretRefs: [{name: db, data: {password: " + credential + "}}]");
        vault.healthy();

        assertThat(kubectl(".data.agent", "configmap/city")).isEqualTo("cluster $HOME");
        assertThat(kubectl(".data.tag", "configmap/city")).isEqualTo("1.10");
        assertThat(kubectl(".data.password", "secret/db")).isEqualTo(base64(FIRST));

        credential("rotate", credential, SECOND);
        fleet.until(
                "the Secret has the new password",
                () -> kubectl(".data.password", "secret/db").equals(base64(SECOND)),
                vault::phase);
        vault.healthy();
        Cluster.get()
                .kubectl(
                        "patch",
                        "secret/db",
                        "--namespace",
                        NAMESPACE,
                        "--type=merge",
                        "-p",
                        "{\"stringData\":{\"password\":\"" + THEIRS + "\"}}");
        String diff = fleet.agent("cluster").says("diff").out();
        assertThat(diff
                        + fleet.agent("cluster").logEnd()
                        + fleet.operator()
                                .does("describe", "stack", vault.name())
                                .out()
                        + fleet.operator()
                                .does("stack", "history", vault.name(), "-o", "json")
                                .out())
                .doesNotContain(FIRST, SECOND, THEIRS, base64(FIRST), base64(SECOND), base64(THEIRS));
        fleet.until(
                "the agent mends it",
                () -> kubectl(".data.password", "secret/db").equals(base64(SECOND)),
                vault::phase);
    }

    /** No link, no registry: the file brings what runs, the image to run it from and the secret that it needs. */
    @Test
    void aBundleFileBringsImagesAndSecretsToAClusterThatNobodyReaches() throws Exception {
        Registry registry = Registry.in(fleet);
        registry.start();
        String image = registry.take(TestImages.BUSYBOX_1, "carried:1");
        RunningAgent ice = fleet.agent(
                "ice",
                fleet.ofCluster(Cluster.get().kubeconfig())
                        .with(
                                "WHERRY_AGENT_KUBERNETES_CONTAINERD",
                                "unix://" + Cluster.get().containerd()));
        ice.join(fleet.operator().token("--labels", "site=ice")).ok();
        App shop = new App(fleet, fleet.named("carried"), fleet.repository(), "ice");
        String credential = shop.name() + "-db";
        credential("create", credential, FIRST, "--type", "secret", "--stack", shop.name());
        String web = Objects.requireNonNull(
                ClusterFiles.web("blue", "sleep, infinity").get("web.yaml"));
        shop.commit(Map.of(
                "web.yaml",
                web.replace("name: web", "name: carried")
                        .replace(Cluster.IMAGE, image)
                        .replace("imagePullPolicy: Never", "envFrom: [{secretRef: {name: carried}}]")));
        shop.declare(
                "format: kubernetes",
                "observe: 3s",
                "kubernetes: {namespace: " + NAMESPACE + "}",
                "secretRefs: [{name: carried, data: {password: " + credential + "}}]");
        String file = fleet.folder().resolve("ice.wherry").toString();
        fleet.until(
                "the hub has it for the site",
                () -> fleet.operator().says("describe", "agent", "ice").out().contains(shop.name())
                        && fleet.operator()
                                        .says("bundle", "export", "--agent", "ice", "--include-images", "-o", file)
                                        .exit()
                                == 0,
                shop::phase);
        registry.stop();

        ice.says("bundle", "verify", file).ok();
        ice.says("bundle", "apply", file).ok();

        assertThat(kubectl(".status.readyReplicas", "deployment/carried")).isEqualTo("1");
        assertThat(kubectl(".data.password", "secret/carried")).isEqualTo(base64(FIRST));
        String receipts = fleet.folder().resolve("ice.receipts").toString();
        ice.says("receipts", "export", "-o", receipts).ok();
        fleet.operator().does("bundle", "import-receipts", receipts);
        shop.says("generation 1: applied and healthy");
        for (String told : List.of(file, receipts)) {
            assertThat(Files.readString(Path.of(told), ISO_8859_1)).doesNotContain(FIRST, base64(FIRST));
        }
        registry.end();
    }

    private static void credential(String verb, String name, String value, String... flags) throws Exception {
        Path file = Files.createTempFile("value", "");
        Files.writeString(file, value);
        List<String> command = new ArrayList<>(List.of("credential", verb, name));
        command.addAll(List.of("--value-file", file.toString()));
        command.addAll(List.of(flags));
        fleet.operator().does(command.toArray(String[]::new));
        Files.delete(file);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void aComposeStackIsRefusedForACluster() throws Exception {
        App compose = app("compose");
        compose.commit(App.web("blue"));
        compose.declare();

        compose.says("cluster runs Kubernetes, and this is a Compose stack");
    }

    /** A thousand times a thousand times a thousand times a thousand rounds, and nothing to keep. */
    private static final String ENDLESS =
            "{{ $l := until 1000 }}{{ range $l }}{{ range $l }}{{ range $l }}{{ range $l }}{{ end }}{{ end }}{{ end }}{{ end }}\n";

    @Test
    void aChartFromElsewhereRunsBesideOneOfTheSameSourceThatTakesAllItsTime() throws Exception {
        App shop = app("charts");
        App bomb = new App(fleet, fleet.named("bomb"), shop.repository(), "cluster");
        String commit = shop.commit(Map.of(
                "bomb/Chart.yaml",
                "apiVersion: v2\nname: bomb\nversion: 1.0.0\n",
                "bomb/templates/a.yaml",
                ENDLESS,
                "values.yaml",
                "colour: blue\n"));
        fleet.operator()
                .applies(shop.source() + "---\n"
                        + bomb.stack(
                                        "format: helm",
                                        "kubernetes: {namespace: " + NAMESPACE + "}",
                                        "helm: {chart: bomb}")
                                .replace("sourceRef: " + bomb.name(), "sourceRef: " + shop.name()))
                .ok();
        Map<String, String> chart = Map.of(
                "Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.2.3\n",
                "templates/map.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-a-chart}\ndata: {colour: {{ .Values.colour }}}\n");
        Path folder = Files.createDirectories(fleet.folder().resolve("charts"));
        try (ChartRepository repository = ChartRepository.start(fleet.programs(), folder, chart)) {
            fleet.operator().applies(repository.source("ada")).ok();
            shop.declare(
                    "format: helm",
                    "kubernetes: {namespace: " + NAMESPACE + "}",
                    "helm: {valuesFiles: [values.yaml], chartFrom: {sourceRef: ada, " + repository.web() + "}}");
            shop.healthyAt(commit);
            assertThat(fleet.operator().does("get", "sources", "-o", "wide").out())
                    .contains("1 of 1 charts");
        }
        assertThat(kubectl(".data.colour", "configmap/of-a-chart")).isEqualTo("blue");
        Path file = fleet.folder().resolve("charts.wherry");
        fleet.operator().does("bundle", "export", "--agent", "cluster", "-o", file.toString());
        assertThat(fleet.operator()
                        .does("bundle", "inspect", file.toString(), "-o", "json")
                        .out())
                .contains(Digest.of(Files.readAllBytes(folder.resolve("files/web-1.2.3.tgz")))
                        .toString());

        bomb.says("helm took more than 18 s");
        fleet.operator().does("delete", "stack", bomb.name(), "--yes"); // the hub would try again and again
    }

    @Test
    void itsDoctorKnowsTheCluster() throws Exception {
        Said doctor = fleet.agent("cluster").says("doctor").ok();

        assertThat(doctor.out()).contains("runtime: kubernetes v1.").doesNotContain("engine:");
        assertThat(fleet.operator().does("describe", "agent", "cluster").out()).contains("kubernetes");
    }

    /** Pods, settings and RBAC as {@code wherry agent manifest} prints them, the image as {@code packaging/} makes it. */
    @Test
    void itRunsAsAPodOfTheClusterWithNoMoreRightsThanItsManifestGives() throws Exception {
        assertThat(inside.tried(fleet))
                .contains("deployment.apps/wherry-agent created")
                .doesNotContain("would violate");
        inside.start(fleet, "inside", "--scope", "namespaces=" + NAMESPACE);
        App own = new App(fleet, fleet.named("inside"), fleet.repository(), "inside");
        String commit = own.commit(Map.of(
                "kept.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: kept}, data: {by: the pod}}\n"));

        own.declare(spec()).healthyAt(commit);

        assertThat(kubectl(".data.by", "configmap/kept")).isEqualTo("the pod");
        assertThat(inside.says("status")).contains("agent  inside", own.name(), "healthy");
        assertThat(inside.says("doctor")).contains("runtime: kubernetes v1.").doesNotContain("✘");

        App beyond = new App(fleet, fleet.named("beyond"), own.repository(), "inside");
        beyond.declare(spec("default"));
        beyond.says("may not get");

        inside.startAnewWithoutItsToken();
        fleet.until(
                "the pod's next process knows its stack",
                () -> inside.says("status").contains(own.name()),
                () -> inside.says("status"));
    }

    /** A cluster is told by the uid of its first namespace. The agent's note is of another one, as after the cluster was made anew. */
    @Test
    void nothingIsTouchedOnAClusterThatTookTheOldOnesPlaceUntilAPersonSaysSo() throws Exception {
        RunningAgent site = fleet.joinCluster("moved", Cluster.get().kubeconfig());
        App shop = new App(fleet, fleet.named("moved"), fleet.repository(), "moved");
        String first = shop.commit(ClusterFiles.settings("moved", "1"));
        shop.declare(spec()).healthyAt(first);
        site.stop();
        Files.writeString(site.data().resolve("runtime.json"), "{\"id\":\"11111111-2222-3333-4444-555555555555\"}");
        site.start();

        String second = shop.commit(ClusterFiles.settings("moved", "2"));
        shop.nudge();
        shop.says("RuntimeChanged");
        assertThat(kubectl(".data.value", "configmap/moved")).isEqualTo("1");
        assertThat(site.says("doctor").ended(ExitCode.BLOCKED).out())
                .contains("RuntimeChanged", "wherry-agent resume --accept-runtime");

        site.says("resume", "--accept-runtime").ok();
        shop.healthyAt(second);
        assertThat(kubectl(".data.value", "configmap/moved")).isEqualTo("2");
    }
}
