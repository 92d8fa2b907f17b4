package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.kubernetes.Cluster;
import java.util.Map;
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
