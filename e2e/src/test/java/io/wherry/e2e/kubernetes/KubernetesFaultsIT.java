package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.kubernetes.FaultyApi;
import io.wherry.agent.runtime.kubernetes.FaultyApi.Fault;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.KubernetesSettings;
import io.wherry.agent.runtime.kubernetes.WatchedRuntime;
import io.wherry.contract.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong between an agent and its cluster, and with it: each is told with its cause and its cure, and afterwards all is as declared. */
class KubernetesFaultsIT {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MOST_TRIES = 240;
    private static final int MOST_LOOKS = 600;

    @TempDir
    Path folder;

    private KubeSite site;

    @BeforeEach
    void open() {
        site = new KubeSite("faults", folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static String three(int value) {
        return settings("a", "" + value) + "," + settings("b", "" + value) + "," + settings("c", "" + value);
    }

    private KubernetesSettings through(Path kubeconfig) {
        return new KubernetesSettings(Optional.of(kubeconfig), "test-domain/test-agent", KubeSite.HASH_KEY);
    }

    /** As the agent does it: again and again until it goes. @return what stood in the way meanwhile, in order */
    private static List<String> applied(KubernetesRuntime runtime, Deployment deployment) throws InterruptedException {
        List<String> trouble = new ArrayList<>();
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            try {
                switch (runtime.apply(deployment, ApplyMode.FULL)) {
                    case Application.Applied _ -> {
                        return trouble;
                    }
                    case Application.Pending(var reason, String detail) -> trouble.add(reason + ": " + detail);
                    case Application.Refused refused -> throw new AssertionError(refused.toString());
                }
            } catch (RuntimeUnavailable e) {
                trouble.add(e.reason() + ": " + e.getMessage());
            }
            Thread.sleep(500);
        }
        throw new AssertionError("not applied: " + trouble);
    }

    @Test
    void anApiServerThatIsStartedAnewInTheMiddleOfAnApplyLeavesItAsDeclared() throws Exception {
        Cluster alone = Cluster.ofApiServerAlone(); // others use the tests' cluster meanwhile
        try (KubeSite there = new KubeSite("restart", folder, alone)) {
            Deployment declared = there.next(three(1));
            Thread restart = new Thread(alone::restartApiServer);
            try (KubernetesRuntime runtime = WatchedRuntime.disturbed(there.settings, 2, restart::start, LONG)) {
                applied(runtime, declared);
                restart.join();

                assertThat(KubeSite.done(runtime.commit(declared)).leftovers()).isEmpty();
                assertThat(runtime.diff(declared)).isEmpty();
            }
            assertThat(there.kubectl("get", "configmap", "-l", "wherry.io/stack", "-o", "name")
                            .lines())
                    .containsExactlyInAnyOrder("configmap/a", "configmap/b", "configmap/c", "configmap/wherry-shop");
        } finally {
            alone.down();
        }
    }

    @Test
    void oneThatIsBusyOrBreaksOffIsAskedAgain() throws Exception {
        try (FaultyApi proxy = new FaultyApi(site.cluster.kubeconfig(), folder);
                KubernetesRuntime runtime =
                        WatchedRuntime.noting(through(proxy.kubeconfig()), site.writes, site.calls, () -> false)) {
            proxy.expect(List.of(
                    new Fault.Answered(429, Optional.of(1), "the server has received too many requests"),
                    new Fault.None(),
                    new Fault.Reset(true),
                    new Fault.Answered(503, Optional.of(1), "apiserver is shutting down"),
                    new Fault.Reset(false)));
            Deployment declared = site.next(three(1));

            assertThat(runtime.apply(declared, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

            assertThat(proxy.left()).isZero();
            assertThat(runtime.diff(declared)).isEmpty();
        }
    }

    @Test
    void oneThatStaysBusyOrIsFullOrSilentIsToldAndAfterwardsAllIsAsDeclared() throws Exception {
        try (FaultyApi proxy = new FaultyApi(site.cluster.kubeconfig(), folder);
                KubernetesRuntime runtime =
                        WatchedRuntime.disturbed(through(proxy.kubeconfig()), Integer.MAX_VALUE, () -> {}, SHORT)) {
            Deployment declared = site.next(three(1));
            proxy.expect(List.of(new Fault.Answered(429, Optional.of(300), "too many requests")));
            told(applied(runtime, declared), "API_BUSY", "it is tried again");

            proxy.expect(List.of(
                    new Fault.None(),
                    new Fault.Answered(500, Optional.empty(), "etcdserver: mvcc: database space exceeded")));
            declared = site.next(three(2));
            told(applied(runtime, declared), "RUNTIME_ERROR", "store (etcd) is full");

            proxy.expect(List.of(new Fault.None(), new Fault.Silent()));
            declared = site.next(three(3));
            told(applied(runtime, declared), "RUNTIME_TIMEOUT", "took longer than 2 s");
            assertThat(runtime.diff(declared)).isEmpty();
        }
    }

    /** Beside what a busy machine adds of its own: two seconds are short. */
    private static void told(List<String> trouble, String reason, String words) {
        assertThat(trouble).anyMatch(one -> one.startsWith(reason) && one.contains(words));
    }

    @Test
    void credentialsThatEndAreNamedAndTheNewOnesAreReadWithoutARestart() throws Exception {
        String admin = Files.readString(site.cluster.kubeconfig());
        Path mine = folder.resolve("kubeconfig");
        replace(mine, admin);
        Deployment declared = site.next(three(1));
        try (KubernetesRuntime runtime = WatchedRuntime.noting(through(mine), site.writes, site.calls, () -> false)) {
            assertThat(runtime.apply(declared, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

            replace(mine, admin.replaceFirst("client-certificate-data: [^}]+", "token: none"));
            assertThatExceptionOfType(RuntimeUnavailable.class)
                    .isThrownBy(() -> runtime.diff(declared))
                    .withMessageContaining("401 Unauthorized: the credentials in " + mine)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(RuntimeReason.RUNTIME_FORBIDDEN));

            replace(mine, admin);
            assertThat(runtime.diff(declared)).isEmpty();

            replace(mine, admin.replaceFirst("certificate-authority-data: [^}]+", "insecure-skip-tls-verify: false"));
            assertThatExceptionOfType(RuntimeUnavailable.class)
                    .isThrownBy(() -> runtime.diff(declared))
                    .withMessageContaining("its certificate is not signed by the authority in " + mine);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Files.move(Files.writeString(file.resolveSibling("part"), text), file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aNamespaceThatIsBeingDeletedIsNamedWithWhatHoldsIt() throws Exception {
        String other = site.namespace + "-ending";
        site.cluster.kubectl("create", "namespace", other);
        site.cluster.kubectl("create", "configmap", "held", "--namespace", other);
        hold(other, "[\"example.org/hold\"]");
        site.cluster.kubectl("delete", "namespace", other, "--wait=false");
        Deployment declared =
                site.next("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'x','namespace':'" + other + "'}}");
        String said = "";
        for (int tries = 0; tries < MOST_LOOKS && !said.contains("example.org/hold"); tries++) {
            said = ((Application.Pending) site.runtime.apply(declared, ApplyMode.FULL)).detail();
            // Its controller first looks what is in it, and has to come back to a server that was restarted.
            Thread.sleep(200);
        }

        hold(other, "null");
        assertThat(said)
                .startsWith("Namespace//" + other + ": is being deleted since ")
                .contains("Some content in the namespace has finalizers remaining: example.org/hold in 1 resource");
        assertThat(site.writes).isEmpty();
    }

    private void hold(String namespace, String finalizers) {
        site.cluster.kubectl(
                "patch",
                "configmap",
                "held",
                "--namespace",
                namespace,
                "--type=merge",
                "-p",
                "{\"metadata\":{\"finalizers\":" + finalizers + "}}");
    }

    @Test
    void aWebhookThatIsDownIsNamedAndAnOldVersionWithItsSuccessor() throws Exception {
        String webhook = """
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"NS"},"webhooks":[{
                 "name":"policy.NS.org","failurePolicy":"Fail","sideEffects":"None","admissionReviewVersions":["v1"],"timeoutSeconds":2,
                 "clientConfig":{"url":"https://127.0.0.1:9/"},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"NS"}},
                 "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}]}]}
                """.replace("NS", site.namespace);
        site.kubectl(
                "apply",
                "-f",
                Files.writeString(folder.resolve("webhook.json"), webhook).toString());
        Deployment declared = site.next(three(1));
        Application down;
        try {
            down = site.runtime.apply(declared, ApplyMode.FULL);
            for (int tries = 0; tries < MOST_TRIES && down instanceof Application.Applied; tries++) {
                Thread.sleep(200); // the API server has not noticed it yet
                declared = site.next(three(1) + "," + settings("x" + tries, "1"));
                down = site.runtime.apply(declared, ApplyMode.FULL);
            }
        } finally {
            site.cluster.kubectl("delete", "validatingwebhookconfiguration", site.namespace);
        }
        assertThat(down).isInstanceOfSatisfying(Application.Pending.class, pending -> assertThat(pending.detail())
                .contains("The admission webhook policy." + site.namespace
                        + ".org does not answer, and its failurePolicy is Fail"));
        applied(site.runtime, declared);

        assertThat(site.runtime.apply(
                        site.next("{'apiVersion':'extensions/v1beta1','kind':'Ingress','metadata':{'name':'old'}}"),
                        ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.KIND_UNKNOWN);
                    assertThat(refused.detail())
                            .contains("Kubernetes 1.22 removed it; expected: networking.k8s.io/v1, where each path");
                });
    }

    @Test
    void replicasThatAPersonSetAreTakenBackUnlessAnAutoscalerHasThem() throws Exception {
        Deployment good = site.next(workload("web", "sleep", "1000").replace("'replicas':1,", ""));
        site.release(good);
        site.kubectl("scale", "deployment/web", "--replicas=0");
        assertThat(site.runtime.diff(good))
                .extracting(d -> d.field() + ": " + d.wanted() + " -> " + d.found())
                .containsExactly("spec.replicas:  -> 0 (added by kubectl scale)");

        assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        assertThat(site.field("deployment/web", ".spec.replicas")).isEqualTo("1");
        assertThat(site.runtime.diff(good)).isEmpty();

        String autoscaler = """
                {'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler','metadata':{'name':'web','namespace':'NS'},'spec':{'maxReplicas':3,
                 'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'web'}}}
            """.replace("NS", site.namespace);
        site.create(autoscaler);
        site.kubectl("scale", "deployment/web", "--replicas=2");
        assertThat(site.runtime.diff(good)).isEmpty();
        assertThat(site.apply(good)).isEmpty();

        // The Deployment stays as it is: what was found of it before is of no worth any more.
        site.kubectl("delete", "horizontalpodautoscaler/web");
        assertThat(site.runtime.diff(good)).extracting(Difference::field).containsExactly("spec.replicas");
        site.create(autoscaler);
        assertThat(site.runtime.diff(good)).isEmpty();
    }

    @Test
    void whatStaysWithoutBeingDeclaredIsAsItWasAfterTheWayBackFromAGenerationThatTookItBack() throws Exception {
        site.release(site.next(settings("a", "1") + "," + settings("kept", "1")));
        site.kubectl("annotate", "configmap/kept", "wherry.io/prune=disabled");
        Deployment good = site.next(settings("a", "2"), "ConfigMap/NS/kept");
        assertThat(site.release(good).leftovers()).hasSize(1);
        site.kubectl("annotate", "configmap/kept", "by=hand");

        for (String value : new String[] {"2", "3"}) {
            Deployment failing = site.next(settings("a", value) + "," + settings("kept", value));
            site.apply(failing);
            assertThat(site.field("configmap/kept", ".data.value")).isEqualTo(value);
            site.rollback(failing, Optional.of(good));
            assertThat(site.field("configmap/kept", ".data.value"))
                    .as("after generation of value %s", value)
                    .isEqualTo("1");
            assertThat(site.field("configmap/kept", ".metadata.annotations.by")).isEqualTo("hand");
        }

        assertThat(KubeSite.done(site.runtime.commit(good)).leftovers()).hasSize(1);
        Deployment next = site.next(settings("kept", "4"));
        site.release(next);
        assertThat(site.runtime.diff(next)).isEmpty();
    }

    /** A claim that a StatefulSet made holds its volume, and nobody but a person takes it away: the way back does not wait for that. */
    @Test
    void aVolumeThatAClaimOfAStatefulSetHoldsKeepsNoWayBackFromItsEnd() throws Exception {
        String objects = """
                {'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'NS'},'spec':{'capacity':{'storage':'1Mi'},'accessModes':['ReadWriteOnce'],
                 'storageClassName':'NS','hostPath':{'path':'/tmp'}}},
                {'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db'},'spec':{'serviceName':'db','replicas':1,
                 'selector':{'matchLabels':{'app':'db'}},'template':{'metadata':{'labels':{'app':'db'}},
                 'spec':{'terminationGracePeriodSeconds':0,'containers':[{'name':'db','image':'wherry.test/none:9','imagePullPolicy':'Never'}]}},
                 'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'NS',
                  'resources':{'requests':{'storage':'1Mi'}}}}]}}
                """;
        Deployment failing = site.next(objects);
        site.apply(failing);
        String phase = KubeSite.until(
                () -> site.cluster.kubectl("get", "pv", site.namespace, "-o", "jsonpath={.status.phase}"),
                "Bound"::equals);
        assertThat(phase).isEqualTo("Bound");

        site.rollback(failing, Optional.empty());

        assertThat(site.exists("statefulset/db")).isFalse();
        assertThat(site.exists("pvc/data-db-0")).as("it is the cluster's").isTrue();
        Deployment next = site.next(objects);
        assertThat(site.apply(next)).as("and the volume is there for it").contains("CREATED StatefulSet.apps/NS/db");
        site.rollback(next, Optional.empty());
        site.kubectl("delete", "pvc/data-db-0");
        site.cluster.kubectl("delete", "pv", site.namespace);
    }

    /** The API server does not take both ports at once, and one object that cannot be tried must not keep the others from being put right. */
    @Test
    void whatIsNotValidBesideWhatPeopleDidIsToldAndPutBackWithEverythingElse() throws Exception {
        String service = """
                {'apiVersion':'v1','kind':'Service','metadata':{'name':'web'},'spec':{'selector':{'app':'web'},'ports':[{'name':'http','port':80}]}}
                """;
        String probed = workload("web", "sleep", "1000")
                .replace("'replicas':1", "'replicas':0,'strategy':{'type':'Recreate'}")
                .replace(
                        "'command'",
                        "'ports':[{'name':'http','containerPort':80}],'livenessProbe':{'httpGet':{'port':80}},'command'");
        Deployment good = site.next(settings("a", "1") + "," + service + "," + probed);
        site.release(good);
        site.kubectl(
                "patch",
                "deployment/web",
                "-p",
                "{\"spec\":{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":3}},\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"ports\":[{\"$patch\":\"replace\"},{\"name\":\"http\",\"containerPort\":81}],"
                        + "\"livenessProbe\":{\"httpGet\":null,\"exec\":{\"command\":[\"true\"]}}}]}}}}");
        site.kubectl(
                "patch",
                "service/web",
                "--type=json",
                "-p",
                "[{\"op\":\"replace\",\"path\":\"/spec/ports/0/port\",\"value\":8088}]");
        site.kubectl("delete", "configmap/a");

        String container = "spec.template.spec.containers[name=web].";
        assertThat(site.runtime.diff(good))
                .extracting(Difference::field)
                .contains(
                        "state",
                        "spec.ports[port=8088,protocol=TCP]",
                        container + "ports[containerPort=81,protocol=TCP]",
                        container + "livenessProbe.exec.command",
                        "spec.strategy.type");
        assertThat(site.runtime.outlook(good).orElseThrow().toString()).doesNotContain("Duplicate value");
        assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);

        assertThat(site.field("service/web", ".spec.ports[*].port")).isEqualTo("80");
        assertThat(site.field("deployment/web", ".spec.strategy")).isEqualTo("{\"type\":\"Recreate\"}");
        assertThat(site.field("deployment/web", ".spec.template.spec.containers[0].ports[*].containerPort"))
                .isEqualTo("80");
        assertThat(site.field("deployment/web", ".spec.template.spec.containers[0].livenessProbe.exec"))
                .isEmpty();
        assertThat(site.exists("configmap/a")).isTrue();
        assertThat(site.runtime.diff(good)).isEmpty();
    }

    @Test
    void aJobThatTheClusterDeletesWhenItHasFinishedIsNotRunAgainByARepair() throws Exception {
        String job = """
            {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'migrate'},'spec':{'ttlSecondsAfterFinished':0,'template':{'spec':{
             'restartPolicy':'Never','containers':[{'name':'migrate','image':'wherry.test/busybox:1','imagePullPolicy':'Never','command':['true']}]}}}}
            """;
        Deployment good = site.next(settings("a", "1") + "," + job);
        site.apply(good);
        for (int i = 0; i < 600 && site.exists("job/migrate"); i++) {
            Thread.sleep(100);
        }
        assertThat(site.exists("job/migrate")).isFalse();

        assertThat(site.probe(good)).isInstanceOf(Health.Healthy.class);
        KubeSite.done(site.runtime.commit(good));
        assertThat(site.runtime.diff(good)).isEmpty();
        site.kubectl("delete", "configmap/a");
        site.writes.clear();
        assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        assertThat(site.writes).singleElement().asString().contains("configmaps/a");

        Deployment next = site.next(settings("a", "2") + "," + job);
        assertThat(site.apply(next))
                .as("a new generation runs it")
                .containsExactly("ADJUSTED ConfigMap/NS/a", "CREATED Job.batch/NS/migrate");
    }

    @Test
    void anObjectThatAControllerWritesMeanwhileIsLookedAtAnew() throws Exception {
        Deployment good = site.next(settings("a", "1"));
        site.release(good);
        site.kubectl("label", "configmap/a", "by=hand");
        Runnable controller = () -> site.kubectl(
                "annotate", "--overwrite", "--field-manager=controller", "configmap/a", "seen=" + System.nanoTime());

        try (KubernetesRuntime often = WatchedRuntime.overtaken(site.settings, 3, controller)) {
            assertThat(often.diff(good)).extracting(Difference::field).containsExactly("metadata.labels.by");
        }
        // Two dry runs to find out, then the write itself, and again from a fresh look.
        try (KubernetesRuntime often = WatchedRuntime.overtaken(site.settings, 4, controller)) {
            assertThat(often.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        }
        assertThat(site.field("configmap/a", ".metadata.labels.by")).isEmpty();

        site.kubectl("label", "configmap/a", "by=hand");
        try (KubernetesRuntime always = WatchedRuntime.overtaken(site.settings, Integer.MAX_VALUE, controller)) {
            assertThatExceptionOfType(RuntimeUnavailable.class)
                    .isThrownBy(() -> always.diff(good))
                    .withMessageContaining("the object has been modified")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(RuntimeReason.RUNTIME_ERROR));
        }
    }

    @Test
    void aKindThatAControllerMakesIsWaitedForWithALimit() throws Exception {
        String group = site.namespace + ".example.org";
        String both =
                "{'apiVersion':'GROUP/v1','kind':'Template','metadata':{'name':'t'},'spec':{'names':{'kind':'Made'}}},"
                        + "{'apiVersion':'GROUP/v1','kind':'Made','metadata':{'name':'m'},'spec':{'x':1}}";
        String template = definition("Template", "templates", group, "Namespaced");
        site.release(site.next(template)); // the time that this takes is the cluster's, not the hurried one
        Deployment declared = site.next(template + "," + both.replace("GROUP", group));
        try (KubernetesRuntime hurried = WatchedRuntime.hurried(site.settings, 20)) {
            assertThat(hurried.apply(declared, ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Pending.class, pending -> {
                        assertThat(pending.reason()).isEqualTo(RuntimeReason.KIND_UNKNOWN);
                        assertThat(pending.detail())
                                .contains("/m: the cluster does not serve Made in " + group + "/v1 after 60 s");
                    });
        }
        site.kubectl("delete", "templates." + group, "t");
        Thread controller = new Thread(() -> {
            while (!site.exists("templates." + group + "/t")) {
                Thread.onSpinWait();
            }
            site.create(definition("Made", "mades", group, "Cluster"));
        });
        controller.start();
        site.release(declared);
        controller.join();

        assertThat(site.kubectl("get", "mades." + group, "-o", "name")).isEqualTo("made." + group + "/m");
        assertThat(site.runtime.diff(declared)).isEmpty();
        site.cluster.kubectl(
                "delete", "customresourcedefinition", "templates." + group, "mades." + group, "--wait=false");
    }

    private static String definition(String kind, String plural, String group, String scope) {
        return """
                {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'PLURAL.GROUP'},
                 'spec':{'group':'GROUP','scope':'SCOPE','names':{'kind':'KIND','plural':'PLURAL'},'versions':[{'name':'v1','served':true,'storage':true,
                 'schema':{'openAPIV3Schema':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}]}}
                """.replace("PLURAL", plural)
                .replace("GROUP", group)
                .replace("KIND", kind)
                .replace("SCOPE", scope);
    }
}
