package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.YamlWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real cluster shows of a stack and of a namespace, without being changed. */
class KubernetesLookIT {
    private static final int LOOKS = 1200;

    @TempDir
    Path folder;

    private KubeSite site;

    @BeforeEach
    void open() {
        site = new KubeSite("look", folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static final String JOB = """
            {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'migrate'},'spec':{'template':{'spec':{'restartPolicy':'Never',
             'containers':[{'name':'migrate','image':'%s','imagePullPolicy':'Never','command':['echo','migrated']}]}}}}
            """.formatted(Cluster.IMAGE);

    /** Of a kind that names its pods itself. */
    private static String of(String kind, String name) {
        return workload(name, "sh", "-c", "echo I am " + name + "; sleep 1000")
                .replace("'kind':'Deployment'", "'kind':'" + kind + "'")
                .replace("'replicas':1,", kind.equals("DaemonSet") ? "" : "'replicas':1,'serviceName':'none',");
    }

    @Test
    void treeAndLogsFindThePodsOfEveryKindOfWorkloadAndTheRunBeforeACrash() throws Exception {
        Deployment all = site.next(String.join(
                ",",
                workload("web", "sh", "-c", "echo one; echo two; sleep 1000"),
                workload("crash", "sh", "-c", "echo last words; exit 3"),
                of("StatefulSet", "db"),
                of("DaemonSet", "node"),
                JOB,
                settings("a", "1")));
        site.apply(all);

        List<ServiceLog> logs = until(
                () -> site.runtime.logs(all, 1),
                found -> has(found, "crash", "last words")
                        && has(found, "web", "two")
                        && has(found, "db", "I am db")
                        && has(found, "node", "I am node")
                        && has(found, "migrate", "migrated"));
        assertThat(logs).filteredOn(log -> log.service().endsWith("/web")).allSatisfy(log -> assertThat(log.lines())
                .containsExactly("two"));
        until(() -> site.runtime.logs(all, 5), found -> found.stream()
                .anyMatch(log -> log.service().endsWith("/crash")
                        && log.container().endsWith("/crash (its run before)")
                        && log.lines().contains("last words")));

        List<Part> tree = until(
                () -> site.runtime.tree(all),
                found -> part(found, "Job.batch", "migrate").state() == ObjectHealth.State.COMPLETED
                        && part(found, "Deployment.apps", "crash").state() == ObjectHealth.State.UNHEALTHY);
        assertThat(part(tree, "Deployment.apps", "web").parts()).hasSize(1).allMatch(pod -> pod.object()
                .startsWith("Pod/web-"));
        assertThat(part(tree, "StatefulSet.apps", "db").parts())
                .extracting(Part::object)
                .containsExactly("Pod/db-0");
        assertThat(part(tree, "Deployment.apps", "crash").parts()).hasSize(1).allMatch(pod -> pod.detail()
                .contains("exit code 3"));
        assertThat(part(tree, "ConfigMap", "a").parts()).isEmpty();
    }

    private static boolean has(List<ServiceLog> logs, String name, String line) {
        return logs.stream()
                .anyMatch(
                        log -> log.service().endsWith("/" + name) && log.lines().contains(line));
    }

    private Part part(List<Part> tree, String kind, String name) {
        String object = kind + "/" + site.namespace + "/" + name;
        return tree.stream()
                .filter(part -> part.object().equals(object))
                .findFirst()
                .orElseThrow(() -> new AssertionError(object + " is not in " + tree));
    }

    private interface Look<T> {
        T see();
    }

    private static <T> T until(Look<T> look, Predicate<T> holds) throws InterruptedException {
        T seen = look.see();
        for (int i = 0; i < LOOKS && !holds.test(seen); i++) {
            Thread.sleep(200);
            seen = look.see();
        }
        assertThat(seen).matches(holds);
        return seen;
    }

    private static String secret(String value) {
        return "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'key'},'stringData':{'password':'" + value
                + "'}}";
    }

    @Test
    void aPlanShowsWhatWouldChangeByWhomAndWritesNothing() throws Exception {
        site.release(site.next(String.join(
                ",",
                settings("a", "1"),
                settings("old", "1"),
                settings("kept", "1"),
                settings("same", "1"),
                secret("hunter2-a"))));
        site.kubectl("label", "configmap/same", "by-hand=yes");
        int writes = site.writes.size();
        site.calls.clear();

        Outlook outlook = site.runtime
                .outlook(site.next(
                        String.join(
                                ",",
                                settings("a", "2"),
                                settings("same", "1"),
                                secret("hunter2-b"),
                                settings("new", "1"),
                                workload("web", "sleep", "infinity")),
                        "ConfigMap/NS/old"))
                .orElseThrow();

        assertThat(site.writes).hasSize(writes);
        assertThat(callsFor("configmaps/a")).as("got and tried once").containsExactly("GET", "PATCH");
        assertThat(callsFor("configmaps/same")).as("and what people added").containsExactly("GET", "PATCH", "PATCH");
        assertThat(outlook.notes()).isEmpty();
        assertThat(outlook.objects())
                .extracting(changed -> changed.action() + " " + changed.object().replace(site.namespace, "NS"))
                .containsExactlyInAnyOrder(
                        "CHANGED ConfigMap/NS/a",
                        "CHANGED ConfigMap/NS/same",
                        "CHANGED Secret/NS/key",
                        "CREATED ConfigMap/NS/new",
                        "CREATED Deployment.apps/NS/web",
                        "DELETED ConfigMap/NS/old",
                        "LEFT ConfigMap/NS/kept");
        assertThat(changed(outlook, "ConfigMap/NS/a").diff()).contains("-  value: \"1\"", "+  value: \"2\"");
        assertThat(changed(outlook, "ConfigMap/NS/same").note())
                .contains("taken back")
                .contains("by-hand");
        assertThat(changed(outlook, "Secret/NS/key").diff())
                .anyMatch(line -> line.startsWith("-  password: ") && line.contains("hmac:"));
        assertThat(outlook.toString()).doesNotContain("hunter2").doesNotContain("aHVudGVyMi");

        assertThat(site.runtime.outlook(site.next(settings("a", "1").replace("ConfigMap", "NoSuchKind"))))
                .hasValueSatisfying(blocked ->
                        assertThat(blocked.notes()).singleElement().asString().startsWith("KindUnknown: "));
    }

    /** Their methods. */
    private List<String> callsFor(String object) {
        return List.copyOf(site.calls).stream()
                .filter(call -> call.matches(".*/" + object + "([?].*)?"))
                .map(call -> call.substring(0, call.indexOf(' ')))
                .toList();
    }

    private Outlook.Changed changed(Outlook outlook, String object) {
        return outlook.objects().stream()
                .filter(one -> one.object().equals(object.replace("NS", site.namespace)))
                .findFirst()
                .orElseThrow();
    }

    private static final String MIXED = """
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, labels: {app: web}}, data: {mode: "0644"}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: key}, stringData: {password: hunter2-exported}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}}
            ---
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: none, accessModes: [ReadWriteOnce],
              resources: {requests: {storage: 1Gi}}}}
            ---
            {apiVersion: v1, kind: LimitRange, metadata: {name: limits}, spec: {limits: [{type: Container, max: {memory: 4Gi}}]}}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reader}, rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web}, spec: {podSelector: {matchLabels: {app: web}},
              ingress: [{ports: [{port: 80}]}], policyTypes: [Ingress]}}
            ---
            {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}
            ---
            {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", suspend: true, jobTemplate: {spec: {template:
              {spec: {restartPolicy: OnFailure, containers: [{name: nightly, image: "IMAGE", imagePullPolicy: Never, command: ["true"]}]}}}}}}
            ---
            {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {serviceName: db, replicas: 0, selector: {matchLabels: {app: db}},
              template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: "IMAGE"}]}}}}
            ---
            {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: node}, spec: {selector: {matchLabels: {app: node}},
              template: {metadata: {labels: {app: node}}, spec: {nodeSelector: {none: here}, containers: [{name: node, image: "IMAGE"}]}}}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1, selector: {matchLabels: {app: web}},
              template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, terminationGracePeriodSeconds: 0,
                volumes: [{name: settings, configMap: {name: settings}}],
                containers: [{name: web, image: "IMAGE", imagePullPolicy: Never, command: [sleep, infinity], ports: [{containerPort: 80}],
                  volumeMounts: [{name: settings, mountPath: /settings}],
                  readinessProbe: {exec: {command: ["true"]}, periodSeconds: 2}}]}}}}
            """.replace("IMAGE", Cluster.IMAGE);

    private static String yaml(Exported exported) {
        if (exported instanceof Exported.Objects(List<Json.Obj> objects, var _)) {
            return objects.stream().map(one -> "---\n" + YamlWriter.write(one)).collect(Collectors.joining());
        }
        throw new AssertionError(exported.toString());
    }

    @Test
    void aNamespaceComesBackAsFilesThatMakeTheSameAgain() throws Exception {
        Path mixed = Files.writeString(folder.resolve("mixed.yaml"), MIXED);
        site.kubectl("create", "-f", mixed.toString()); // whoever creates owns the defaults too
        Exported exported = site.runtime.export(site.namespace);

        String yaml = yaml(exported);
        assertThat(yaml).doesNotContain("hunter2").doesNotContain("aHVudGVyMi");
        assertThat(yaml)
                .doesNotContain("status:", "managedFields", "uid:", "creationTimestamp", "kube-root-ca.crt")
                .doesNotContain("terminationMessagePath", "dnsPolicy", "ReplicaSet", "kind: Pod\n");
        assertThat(((Exported.Objects) exported).notes())
                .singleElement()
                .asString()
                .startsWith("Secret/" + site.namespace + "/key: left out");
        Path file = Files.writeString(folder.resolve("exported.yaml"), yaml);
        // It asks for each object twice, and where a controller writes a status in between that is a difference.
        assertThat(KubeSite.until(
                        () -> site.cluster.tries(
                                "diff",
                                "--server-side",
                                "--force-conflicts",
                                "--field-manager=proof",
                                "--namespace",
                                site.namespace,
                                "-f",
                                file.toString()),
                        String::isEmpty))
                .isEmpty();

        try (KubeSite copy = new KubeSite("copy", folder)) {
            Path moved = Files.writeString(
                    folder.resolve("moved.yaml"),
                    yaml.replace("namespace: " + site.namespace, "namespace: " + copy.namespace));
            copy.kubectl("apply", "-f", moved.toString());
            assertThat(yaml(copy.runtime.export(copy.namespace)).replace(copy.namespace, site.namespace))
                    .isEqualTo(yaml);
        }

        assertThat(site.runtime.export("no-such-namespace")).isInstanceOf(Exported.Refused.class);
    }
}
