package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import io.wherry.e2e.kubernetes.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hub and an agent of a real cluster as processes: from a commit to pods and back. */
class KubernetesAgentIT {
    private static final String NAMESPACE = "program-" + ProcessHandle.current().pid();

    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    @BeforeAll
    static void join() throws Exception {
        Cluster.get().kubectl("create", "namespace", NAMESPACE);
        fleet.joinCluster("cluster", Cluster.get().kubeconfig());
    }

    @AfterAll
    static void leave() {
        Cluster.get().kubectl("delete", "namespace", NAMESPACE, "--wait=false");
    }

    private static App app(String name) throws Exception {
        return new App(fleet, fleet.named(name), fleet.repository(), "cluster");
    }

    private static String[] spec() {
        return new String[] {"format: kubernetes", "observe: 3s", "kubernetes: {namespace: " + NAMESPACE + "}"};
    }

    /** One Deployment that runs a command, and its settings. */
    private static Map<String, String> files(String colour, String command) {
        return Map.of(
                "web.yaml",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: web
                          image: %s
                          imagePullPolicy: Never
                          command: [%s]
                          env: [{name: COLOUR, value: %s}]
                """.formatted(Cluster.IMAGE, command, colour),
                "settings.yaml",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {mode: \"0644\", colour: " + colour
                        + "}}\n");
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
        String blue = shop.commit(files("blue", "sleep, infinity"));
        shop.declare(spec()).healthyAt(blue);
        assertThat(colour()).isEqualTo("blue");
        assertThat(kubectl(".data.mode", "configmap/settings")).isEqualTo("0644");

        Cluster.get().kubectl("scale", "deployment/web", "--replicas=0", "--namespace", NAMESPACE);
        Cluster.get().kubectl("delete", "configmap/settings", "--namespace", NAMESPACE);
        fleet.until(
                "the settings come back",
                () -> kubectl(".data.colour", "configmap/settings").equals("blue"),
                () -> shop.phase());

        shop.commit(files("red", "\"false\""));
        shop.nudge();
        shop.says("RolledBack");
        assertThat(fleet.operator().does("describe", "stack", shop.name()).out())
                .contains("Deployment.apps/" + NAMESPACE + "/web");
        fleet.until("blue is back", () -> colour().equals("blue"), KubernetesAgentIT::colour);

        String green = shop.commit(files("green", "sleep, infinity"));
        shop.nudge();
        shop.healthyAt(green);
        assertThat(colour()).isEqualTo("green");
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

    @Test
    void aComposeStackIsRefusedForACluster() throws Exception {
        App compose = app("compose");
        compose.commit(App.web("blue"));
        compose.declare();

        compose.says("cluster runs Kubernetes, and this is a Compose stack");
    }

    @Test
    void itsDoctorKnowsTheCluster() throws Exception {
        Said doctor = fleet.agent("cluster").says("doctor").ok();

        assertThat(doctor.out()).contains("runtime: kubernetes v1.");
        assertThat(doctor.out()).doesNotContain("engine:");
        assertThat(fleet.operator().does("describe", "agent", "cluster").out()).contains("kubernetes");
    }
}
