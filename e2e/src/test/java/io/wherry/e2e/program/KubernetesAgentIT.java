package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.kubernetes.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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

    /** From the hub's vault to a Secret, and from a label to an object; and nowhere else. */
    @Test
    void valuesOfASiteAndSecretsOfTheHubComeToTheCluster() throws Exception {
        App vault = app("vault");
        String credential = vault.name() + "-db";
        credential("create", credential, FIRST, "--type", "secret", "--stack", vault.name());
        vault.commit(
                Map.of(
                        "city.yaml",
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: city}, data: {agent: \"${NAME} $HOME\", tag: \"${TAG}\"}}\n"));
        vault.declare(
                "format: kubernetes",
                "observe: 3s",
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

    @Test
    void itsDoctorKnowsTheCluster() throws Exception {
        Said doctor = fleet.agent("cluster").says("doctor").ok();

        assertThat(doctor.out()).contains("runtime: kubernetes v1.");
        assertThat(doctor.out()).doesNotContain("engine:");
        assertThat(fleet.operator().does("describe", "agent", "cluster").out()).contains("kubernetes");
    }
}
