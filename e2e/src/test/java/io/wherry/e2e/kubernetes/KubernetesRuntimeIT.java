package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.KubernetesSettings;
import io.wherry.agent.runtime.kubernetes.WatchedRuntime;
import io.wherry.agent.runtime.kubernetes.images.Containerd;
import io.wherry.agent.runtime.kubernetes.images.NodeImages;
import io.wherry.e2e.docker.TestImages;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apply, look, go back and delete on a real cluster with real pods. */
class KubernetesRuntimeIT {
    @TempDir
    Path folder;

    private KubeSite site;

    @BeforeEach
    void open() {
        site = new KubeSite("apply", folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void knowsTheClusterByItsFirstNamespace() {
        assertThat(site.runtime.info().kind()).isEqualTo("kubernetes");
        assertThat(site.runtime.info().id())
                .isEqualTo(site.cluster.kubectl("get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"));
    }

    @Test
    void aFirstApplyRunsAndASecondOfTheSameWritesNothing() throws Exception {
        Deployment first = site.next(settings("web", "1") + "," + workload("web", "sleep", "1000"));

        assertThat(site.apply(first)).containsExactly("CREATED ConfigMap/NS/web", "CREATED Deployment.apps/NS/web");
        assertThat(site.probe(first)).isInstanceOf(Health.Healthy.class);
        assertThat(KubeSite.done(site.runtime.commit(first)).leftovers()).isEmpty();
        assertThat(site.runtime.diff(first)).isEmpty();
        assertThat(site.field("deployment/web", ".metadata.annotations.wherry\\.io/generation"))
                .isEqualTo("1");

        site.writes.clear();
        Deployment same = site.next(settings("web", "1") + "," + workload("web", "sleep", "1000"));
        assertThat(site.apply(same)).isEmpty();
        KubeSite.done(site.runtime.commit(same));
        assertThat(site.writes).isEmpty();
    }

    @Test
    void onlyWhatChangedIsWritten() throws Exception {
        site.release(site.next(settings("web", "1") + "," + workload("web", "sleep", "1000")));
        site.writes.clear();

        assertThat(site.apply(site.next(settings("web", "2") + "," + workload("web", "sleep", "1000"))))
                .containsExactly("ADJUSTED ConfigMap/NS/web");
        assertThat(site.writes).hasSize(1);
        assertThat(site.field("configmap/web", ".data.value")).isEqualTo("2");
    }

    @Test
    void aBrokenReleaseIsNamedAndGoesBack() throws Exception {
        Deployment good = site.next(settings("web", "1") + "," + workload("web", "sleep", "1000"));
        site.release(good);
        Deployment broken = site.doomed(settings("web", "2") + "," + settings("added", "1") + ","
                + workload("web", "sh", "-c", "echo no database; exit 3"));
        site.apply(broken);

        Health health = site.probe(broken);
        assertThat(health).isInstanceOf(Health.Unhealthy.class);
        assertThat(((Health.Unhealthy) health).detail())
                .contains("Deployment.apps/" + site.namespace + "/web")
                .contains("no database");

        site.rollback(broken, Optional.of(good));
        assertThat(site.probe(good)).isInstanceOf(Health.Healthy.class);
        assertThat(site.runtime.diff(good)).isEmpty();
        assertThat(site.field("configmap/web", ".data.value")).isEqualTo("1");
        assertThat(site.exists("configmap/added")).isFalse();
    }

    @Test
    void aFirstReleaseThatFailsLeavesNothing() throws Exception {
        Deployment broken = site.doomed(settings("web", "1") + "," + workload("web", "false"));
        site.apply(broken);
        assertThat(site.probe(broken)).isInstanceOf(Health.Unhealthy.class);

        site.rollback(broken, Optional.empty());

        assertThat(site.exists("configmap/web")).isFalse();
        assertThat(site.exists("deployment/web")).isFalse();
        assertThat(site.exists("configmap/wherry-shop")).isFalse();
        site.writes.clear();
        site.rollback(broken, Optional.empty());
        assertThat(site.writes).isEmpty();
    }

    @Test
    void onlyWhatTheReleaseNamesIsDeletedAndTheRestIsTold() throws Exception {
        site.release(site.next(settings("a", "1") + "," + settings("b", "1") + "," + settings("c", "1")));

        Settled.Done done = site.release(site.next(settings("a", "1"), "ConfigMap/NS/b"));

        assertThat(done.leftovers()).containsExactly("ConfigMap/" + site.namespace + "/c");
        assertThat(site.exists("configmap/b")).isFalse();
        assertThat(site.exists("configmap/c")).isTrue();
        site.kubectl("annotate", "configmap/c", "wherry.io/prune=disabled");
        assertThat(site.release(site.next(settings("a", "1"), "ConfigMap/NS/c")).leftovers())
                .containsExactly("ConfigMap/" + site.namespace + "/c");
        site.kubectl("annotate", "configmap/c", "wherry.io/prune-", "helm.sh/resource-policy=keep");
        assertThat(site.release(site.next(settings("a", "1"), "ConfigMap/NS/c")).leftovers())
                .as("as charts say it")
                .containsExactly("ConfigMap/" + site.namespace + "/c");
        site.kubectl("annotate", "configmap/c", "wherry.io/prune=disabled", "helm.sh/resource-policy-");

        Deployment back = site.next(settings("a", "1") + "," + settings("c", "2"));
        assertThat(site.release(back).leftovers()).isEmpty();
        assertThat(site.field("configmap/c", ".data.value")).isEqualTo("2");
        assertThat(site.runtime.diff(back)).isEmpty();
        assertThat(site.release(site.next(settings("a", "1"), "ConfigMap/NS/c")).leftovers())
                .as("what a person said on the cluster stands")
                .containsExactly("ConfigMap/" + site.namespace + "/c");
    }

    @Test
    void namesWithDotsAndColonsAndAsLongAsTheyMayBeAreNamesLikeOthers() throws Exception {
        String name = ("long." + "x".repeat(50) + ".").repeat(4) + "y".repeat(29);
        String role =
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole','metadata':{'name':'NS:reader'},'rules':[]}";
        assertThat(name).hasSize(253);
        Deployment good = site.next(settings(name, "1") + "," + role + "," + settings("a", "1"));
        site.release(good);
        assertThat(site.runtime.diff(good)).isEmpty();
        site.kubectl("delete", "configmap/" + name);
        assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        assertThat(site.field("configmap/" + name, ".data.value")).isEqualTo("1");

        assertThat(site.release(site.next(
                                settings("a", "1"),
                                "ConfigMap/NS/" + name,
                                "ClusterRole.rbac.authorization.k8s.io//NS:reader"))
                        .leftovers())
                .isEmpty();
        assertThat(site.exists("configmap/" + name)).isFalse();
        assertThat(site.exists("clusterrole/" + site.namespace + ":reader")).isFalse();
    }

    @Test
    void aRemovalTakesAllThatIsNamedAndTheInventory() throws Exception {
        site.release(site.next(settings("a", "1") + "," + workload("web", "sleep", "1000")));

        Deployment gone = site.next("", "ConfigMap/NS/a", "Deployment.apps/NS/web");
        assertThat(site.remove(gone).leftovers()).isEmpty();

        assertThat(site.kubectl("get", "configmap,deployment", "-o", "name")).isEqualTo("configmap/kube-root-ca.crt");
    }

    @Test
    void whatSomebodyElseMadeIsNotTakenOver() {
        site.kubectl("create", "configmap", "web", "--from-literal=value=theirs");
        Deployment mine = site.next(settings("other", "1") + "," + settings("web", "mine"));

        Application refused = site.runtime.apply(mine, ApplyMode.FULL);

        assertThat(refused).isInstanceOf(Application.Refused.class);
        assertThat(((Application.Refused) refused).reason()).isEqualTo(RuntimeReason.NAME_TAKEN);
        assertThat(((Application.Refused) refused).detail()).contains("kubectl-create owns .data.value");
        assertThat(site.field("configmap/web", ".data.value")).isEqualTo("theirs");
        assertThat(site.exists("configmap/other")).as("nothing was written").isFalse();
        assertThat(site.writes).isEmpty();
    }

    @Test
    void whatWasTakenOverIsGivenBackWhereTheFirstReleaseFails() throws Exception {
        site.kubectl("create", "configmap", "web", "--from-literal=value=theirs");
        Deployment mine = site.next(settings("web", "mine") + "," + workload("web", "false"))
                .adopting(true);
        site.apply(mine);
        assertThat(site.field("configmap/web", ".data.value")).isEqualTo("mine");

        site.rollback(mine, Optional.empty());

        assertThat(site.field("configmap/web", ".data.value")).isEqualTo("theirs");
        assertThat(site.field("configmap/web", ".metadata.labels")).isEmpty();
    }

    @Test
    void anImmutableChangeIsRefusedBeforeTheFirstWriteAndReplacedWhereAllowed() throws Exception {
        String job = """
                {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'migrate'%s},'spec':{'template':{'spec':{
                 'restartPolicy':'Never','containers':[{'name':'migrate','image':'wherry.test/busybox:1','imagePullPolicy':'Never','command':['%s']}]}}}}
                """;
        Deployment good = site.next(settings("a", "1") + "," + job.formatted("", "true"));
        site.release(good);
        site.writes.clear();

        Application refused =
                site.runtime.apply(site.next(settings("a", "2") + "," + job.formatted("", "ls")), ApplyMode.FULL);
        assertThat(((Application.Refused) refused).reason()).isEqualTo(RuntimeReason.FIELD_IMMUTABLE);
        assertThat(site.writes).isEmpty();

        Deployment allowed = site.next(
                settings("a", "2") + "," + job.formatted(",'annotations':{'wherry.io/replace':'allowed'}", "ls"));
        assertThat(site.apply(allowed)).contains("RECREATED Job.batch/NS/migrate");
        site.rollback(allowed, Optional.of(good));
        assertThat(site.runtime.diff(good)).isEmpty();

        site.release(site.next(job.formatted(",'annotations':{'wherry.io/replace':'allowed'}", "true")));
        assertThat(site.runtime.apply(site.next(job.formatted("", "pwd")), ApplyMode.FULL))
                .as("what runs allows it, and what is signed now does not")
                .isInstanceOf(Application.Refused.class);
    }

    @Test
    void driftIsToldAndRepaired() throws Exception {
        Deployment good = site.next(settings("a", "1") + "," + workload("web", "sleep", "1000"));
        site.release(good);
        site.kubectl("scale", "deployment/web", "--replicas=2");
        site.kubectl("patch", "configmap/a", "--type=merge", "-p", "{\"data\":{\"value\":\"2\",\"added\":\"3\"}}");

        assertThat(site.runtime.diff(good))
                .extracting(d -> d.object().replace(site.namespace, "NS") + " " + d.field())
                .contains(
                        "Deployment.apps/NS/web spec.replicas",
                        "ConfigMap/NS/a data.value",
                        "ConfigMap/NS/a data.added");

        assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        assertThat(site.runtime.diff(good)).isEmpty();
        assertThat(site.field("configmap/a", ".data")).isEqualTo("{\"value\":\"1\"}");
        assertThat(site.field("deployment/web", ".spec.replicas")).isEqualTo("1");
    }

    @Test
    void whatTheStackLeavesToOthersIsNeitherToldNorSetBack() throws Exception {
        String rule = "'ignoreDifferences':[{'group':'apps','kind':'Deployment','jsonPointers':['/spec/replicas']}],";
        site.release(site.with(rule, settings("a", "1") + "," + workload("web", "sleep", "1000")));
        site.kubectl("scale", "deployment/web", "--replicas=2");
        Deployment next = site.with(rule, settings("a", "2") + "," + workload("web", "sleep", "1001"));

        assertThat(site.apply(next)).containsExactly("ADJUSTED ConfigMap/NS/a", "ADJUSTED Deployment.apps/NS/web");

        assertThat(site.field("deployment/web", ".spec.replicas")).isEqualTo("2");
        assertThat(site.runtime.diff(next)).isEmpty();
        site.writes.clear();
        assertThat(site.apply(next)).isEmpty();
        assertThat(site.writes).isEmpty();
    }

    @Test
    void alwaysAppliesEverythingAndChangesNothing() throws Exception {
        Deployment good = site.next(settings("a", "1") + "," + workload("web", "sleep", "1000"));
        site.release(good);
        String version = site.field("configmap/a", ".metadata.resourceVersion");
        site.writes.clear();

        site.runtime.apply(good, ApplyMode.ALWAYS);

        assertThat(site.writes).hasSize(2);
        assertThat(site.field("configmap/a", ".metadata.resourceVersion")).isEqualTo(version);
    }

    @Test
    void aStackActsAsItsOwnServiceAccountWhereItSaysSo() throws Exception {
        site.kubectl("create", "serviceaccount", "deployer");
        site.kubectl(
                "create",
                "role",
                "deployer",
                "--verb=get,list,patch,create,delete",
                "--resource=configmaps,namespaces");
        site.kubectl(
                "create",
                "rolebinding",
                "deployer",
                "--role=deployer",
                "--serviceaccount=" + site.namespace + ":deployer");
        Deployment own = site.with("'serviceAccount':'deployer',", settings("a", "1"));

        // The agent's own user may do nothing but act as that account.
        site.kubectl("create", "serviceaccount", "agent");
        site.kubectl(
                "create",
                "role",
                "agent",
                "--verb=impersonate",
                "--resource=serviceaccounts",
                "--resource-name=deployer");
        site.kubectl("create", "rolebinding", "agent", "--role=agent", "--serviceaccount=" + site.namespace + ":agent");
        Path kubeconfig = site.kubeconfigWithToken(site.kubectl("create", "token", "agent"));
        site.untilAllowed("deployer", "create", "configmaps");
        site.untilAllowed("agent", "impersonate", "serviceaccounts/deployer");
        KubernetesSettings least =
                new KubernetesSettings(Optional.of(kubeconfig), site.settings.owner(), KubeSite.HASH_KEY);
        try (KubernetesRuntime runtime = WatchedRuntime.noting(least, site.writes, site.calls, () -> false)) {
            assertThat(runtime.apply(own, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            assertThat(runtime.probe(own)).isInstanceOf(Health.Healthy.class);
            KubeSite.done(runtime.commit(own));
            assertThat(runtime.diff(own)).isEmpty();
            assertThat(runtime.apply(site.next(settings("a", "2")), ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Pending.class, pending -> assertThat(pending.detail())
                            .contains(site.namespace + ":agent may not get", "kubectl create role"));
        }
        assertThat(site.runtime.diff(own)).isEmpty();
        assertThat(site.runtime.apply(
                        site.with("'serviceAccount':'deployer',", settings("a", "1") + "," + workload("web", "true")),
                        ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Pending.class, pending -> assertThat(pending.detail())
                        .contains("deployments", "apiGroups: [\"apps\"]"));
    }

    @Test
    void anObjectThatWaitsForAFinalizerIsNamedWithIt() throws Exception {
        site.release(site.next(settings("a", "1")));
        site.kubectl(
                "patch", "configmap/a", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":[\"example.org/hold\"]}}");
        site.kubectl("delete", "configmap/a", "--wait=false");

        Application held = site.runtime.apply(site.next(settings("a", "2")), ApplyMode.FULL);

        site.kubectl("patch", "configmap/a", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");
        assertThat(held).isInstanceOfSatisfying(Application.Pending.class, pending -> assertThat(pending.detail())
                .contains("ConfigMap/", "/a: is being deleted", "example.org/hold"));
    }

    @Test
    void aSecretsValuesAppearInNoDifference() throws Exception {
        String secret = "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'stringData':{'word':'%s'}}";
        Deployment good = site.next(secret.formatted("Sesame"));
        site.release(good);
        assertThat(site.field("secret/s", ".data.word")).isEqualTo("U2VzYW1l");
        site.kubectl("patch", "secret/s", "--type=merge", "-p", "{\"stringData\":{\"word\":\"Canary\"}}");

        assertThat(site.runtime.diff(good)).singleElement().satisfies(difference -> {
            assertThat(difference.field()).isEqualTo("data.word");
            assertThat(difference.toString()).doesNotContain("Sesame", "Canary", "U2VzYW1l", "Q2FuYXJ5");
        });
    }

    @Test
    void aDefinitionAndItsObjectComeInOneStack() throws Exception {
        String group = site.namespace + ".example.org";
        String definition = """
                {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'ships.GROUP'},
                 'spec':{'group':'GROUP','scope':'Namespaced','names':{'kind':'Ship','plural':'ships'},'versions':[{'name':'v1','served':true,'storage':true,
                 'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','properties':{'sails':{'type':'integer'}}}}}}}]}}
                """.replace("GROUP", group);
        String ship = "{'apiVersion':'GROUP/v1','kind':'Ship','metadata':{'name':'wherry'},'spec':{'sails':1}}"
                .replace("GROUP", group);
        Deployment both = site.next(ship + "," + definition);
        site.release(both);

        assertThat(site.kubectl("get", "ships." + group, "-o", "name")).isEqualTo("ship." + group + "/wherry");
        Deployment gone = site.next(
                "", "Ship." + group + "/NS/wherry", "CustomResourceDefinition.apiextensions.k8s.io//ships." + group);
        assertThat(site.remove(gone).leftovers()).isEmpty();
        assertThat(site.exists("customresourcedefinition/ships." + group)).isFalse();
    }

    @Test
    void aNamespaceOfTheStackIsMadeFirstAndNeverTakenWithWhatIsNotItsOwn() throws Exception {
        String other = site.namespace + "-more";
        String namespace = "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + other + "'}}";
        String inside = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'in','namespace':'" + other + "'}}";
        site.release(site.next(inside + "," + namespace));
        site.cluster.kubectl("create", "configmap", "foreign", "--namespace", other);
        String[] names = {"Namespace//" + other, "ConfigMap/" + other + "/in"};

        assertThat(site.release(site.next(settings("a", "1"), names)).leftovers())
                .containsExactly("Namespace//" + other);

        site.cluster.kubectl("delete", "configmap", "foreign", "--namespace", other);
        assertThat(site.release(site.next(settings("a", "1"), names)).leftovers())
                .isEmpty();
        assertThat(site.exists("namespace/" + other)).isFalse();
    }

    @Test
    void whatRefersToAnotherObjectOfTheStackWaitsForIt() throws Exception {
        String account = "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'own'}}";
        String pod =
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'serviceAccountName':'own','terminationGracePeriodSeconds':0,"
                        + "'containers':[{'name':'p','image':'wherry.test/busybox:1','imagePullPolicy':'Never','command':['sleep','1000']}]}}";

        assertThat(site.runtime.apply(site.next(pod), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> assertThat(refused.detail())
                        .contains("serviceaccount \"own\" not found"));
        site.release(site.next(pod + "," + account));

        assertThat(site.exists("pod/p")).isTrue();
    }

    @Test
    void anUnknownKindAndARefusedObjectLeaveEverythingAsItWas() {
        Application unknown = site.runtime.apply(
                site.next(settings("a", "1")
                        + ",{'apiVersion':'extensions/v1beta1','kind':'Ingress','metadata':{'name':'old'}}"),
                ApplyMode.FULL);
        assertThat(((Application.Refused) unknown).reason()).isEqualTo(RuntimeReason.KIND_UNKNOWN);
        Application invalid = site.runtime.apply(
                site.next(
                        settings("a", "1")
                                + ",{'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{'ports':[{'port':0}]}}"),
                ApplyMode.FULL);
        assertThat(((Application.Refused) invalid).reason()).isEqualTo(RuntimeReason.REFUSED_BY_RUNTIME);
        assertThat(((Application.Refused) invalid).detail())
                .contains("Service/" + site.namespace + "/s")
                .contains("spec.ports[0].port");
        assertThat(site.writes).isEmpty();
    }

    @Test
    void aQuotaIsSurroundingsAndAForbiddenCallNamesTheRule() {
        site.kubectl("create", "quota", "few", "--hard=configmaps=1");
        // The namespace's own one is counted, and the API server has heard of the quota.
        assertThat(KubeSite.until(
                        () -> site.cluster.tries(
                                "create", "configmap", "x", "--dry-run=server", "--namespace", site.namespace),
                        said -> said.contains("exceeded quota")))
                .contains("exceeded quota");
        assertThat(site.runtime.apply(site.next(settings("a", "1")), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Pending.class, pending -> assertThat(pending.reason())
                        .isEqualTo(RuntimeReason.QUOTA_EXCEEDED));

        site.kubectl("create", "serviceaccount", "deployer");
        assertThat(site.runtime.apply(site.with("'serviceAccount':'deployer',", settings("b", "1")), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Pending.class, pending -> {
                    assertThat(pending.reason()).isEqualTo(RuntimeReason.RUNTIME_FORBIDDEN);
                    assertThat(pending.detail())
                            .contains("system:serviceaccount:" + site.namespace
                                    + ":deployer may not get configmaps in namespace " + site.namespace)
                            .contains(
                                    "the stack's inventory, a ConfigMap",
                                    "needs get, create, patch and delete of configmaps")
                            .contains("resources: [\"configmaps\"], verbs: [\"get\"]");
                });
    }

    @Test
    void logsAreThoseOfThePods() throws Exception {
        Deployment chatty = site.next(workload("web", "sh", "-c", "echo one; echo two; sleep 1000"));
        site.release(chatty);

        List<ServiceLog> logs = KubeSite.until(() -> site.runtime.logs(chatty, 1), seen -> seen.stream()
                .anyMatch(log -> log.lines().equals(List.of("two"))));

        assertThat(logs).hasSize(1);
        assertThat(logs.getFirst().service()).isEqualTo("Deployment.apps/" + site.namespace + "/web");
        assertThat(logs.getFirst().lines()).containsExactly("two");
    }

    /** By tag and by digest, as stacks name images: the kubelet finds both without a registry. */
    @Test
    void aPodRunsFromAnImageThatABundleFileBrought() throws Exception {
        String registry = "registry.invalid/" + site.namespace;
        String digest = "@sha256:"
                + TestImages.carried(registry + "/pinned").image().manifest().hex();
        NodeImages node = new NodeImages.InContainerd(new Containerd(site.cluster.containerd()));
        KubernetesSettings settings = new KubernetesSettings(
                Optional.of(site.cluster.kubeconfig()), "test-domain/test-agent", KubeSite.HASH_KEY, node, Set.of());
        try (KubernetesRuntime runtime = KubernetesRuntime.open(settings, InstantSource.system())) {
            for (LoadableImage image : List.of(
                    TestImages.carried(registry + "/carried:1"), TestImages.carried(registry + "/pinned" + digest))) {
                assertThat(runtime.has(image.image())).isFalse();
                runtime.load(image);
                assertThat(runtime.has(image.image())).isTrue();
                runtime.load(image);
            }
        }

        site.release(site.next(workload("tagged", "sleep", "1000").replace(Cluster.IMAGE, registry + "/carried:1") + ","
                + workload("pinned", "sleep", "1000").replace(Cluster.IMAGE, registry + "/pinned" + digest)));

        assertThat(site.field("deployment/pinned", ".status.readyReplicas")).isEqualTo("1");
    }
}
