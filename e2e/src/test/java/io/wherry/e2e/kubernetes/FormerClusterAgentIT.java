package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.KubernetesSettings;
import io.wherry.agent.runtime.kubernetes.images.NodeImages;
import io.wherry.contract.StackId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose agent lost its state and joined again, at another hub: another agent and another stack by id, and what runs was made by the one before. */
class FormerClusterAgentIT {
    private static final String FORMER = "test-domain/former";
    private static final String WEB = workload("web", "sleep", "1000");
    private static final String HOOK = """
            {'events':['%s'],'weight':0,'deletePolicies':[],'object':{'apiVersion':'batch/v1','kind':'Job',
             'metadata':{'name':'%s'},'spec':{'backoffLimit':0,'template':{'spec':{'restartPolicy':'Never',
             'containers':[{'name':'c','image':'%s','imagePullPolicy':'Never','command':['true']}]}}}}}
            """;

    @TempDir
    Path folder;

    private KubeSite site;
    private Deployment made;

    @BeforeEach
    void runsAsTheFormerAgentMadeIt() throws Exception {
        site = new KubeSite("former", folder);
        made = site.with(
                "'hooks':[" + HOOK.formatted("pre-install','pre-upgrade", "migrate", Cluster.IMAGE) + "],",
                WEB + "," + settings("a", "1") + "," + settings("gone", "1"));
        try (KubernetesRuntime former = runtime(FORMER, Set.of())) {
            assertThat(former.apply(made, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            assertThat(site.probe(made)).isInstanceOf(Health.Healthy.class);
            KubeSite.done(former.commit(made));
        }
    }

    @AfterEach
    void close() {
        site.close();
    }

    private KubernetesRuntime runtime(String owner, Set<String> former) {
        return KubernetesRuntime.open(
                new KubernetesSettings(
                        Optional.of(site.cluster.kubeconfig()),
                        owner,
                        KubeSite.HASH_KEY,
                        new NodeImages.None(),
                        former),
                InstantSource.system());
    }

    private KubernetesRuntime successor(Set<String> former) {
        return runtime(site.settings.owner(), former);
    }

    /** Of the hub that the site joined now: its stack has another id, and its generations begin anew. */
    private Deployment at(long generation, Deployment one) {
        Deployment.Identity was = one.identity();
        Deployment.Identity now = new Deployment.Identity(
                StackId.parse("2" + was.stack().toString().substring(1)),
                was.stackName(),
                generation,
                was.bundle(),
                was.project(),
                folder.resolve("successor/files"));
        return new Deployment(now, one.model(), one.files(), one.deletions(), one.timing());
    }

    private String marked(String object) {
        return site.field(object, ".metadata.annotations.wherry\\.io/owner");
    }

    private String everything() {
        return site.kubectl(
                "get", "deployment,configmap,job,pod", "-o", "jsonpath={.items[*].metadata.resourceVersion}");
    }

    private static void waits(Application application, String why) {
        assertThat(application).isInstanceOfSatisfying(Application.Pending.class, pending -> {
            assertThat(pending.reason()).isEqualTo(RuntimeReason.NAME_TAKEN);
            assertThat(pending.detail()).contains(why);
        });
    }

    @Test
    void isToldHowToTakeItOverAndTouchesNothingUntilTheSiteSaysSo() throws Exception {
        String before = everything();
        Deployment mine = at(1, made).adopting(true);
        try (KubernetesRuntime runtime = successor(Set.of("test-domain/another"))) {
            waits(runtime.apply(mine, ApplyMode.FULL), "add " + FORMER + " to kubernetes.formerAgents");
            assertThat(runtime.outlook(mine).orElseThrow().toString()).contains("add " + FORMER);
            KubeSite.done(runtime.rollback(mine, Optional.empty()));
            assertThat(runtime.remove(mine, false)).isEqualTo(new Settled.Done(List.of(), List.of()));
        }
        try (KubernetesRuntime runtime = successor(Set.of(FORMER))) {
            waits(runtime.apply(at(1, made), ApplyMode.FULL), "kubernetes.adopt: true");
            KubeSite.done(runtime.remove(mine, false));
        }
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void takesItOverWithoutARestartAndKeepsItWhenTheSiteForgetsWhoItWas() throws Exception {
        String pod = site.kubectl("get", "pod", "-l", "app=web", "-o", "jsonpath={.items[*].metadata.uid}");
        Deployment rest = site.with(
                "'hooks':[" + HOOK.formatted("pre-install", "install", Cluster.IMAGE) + ","
                        + HOOK.formatted("pre-upgrade", "migrate", Cluster.IMAGE) + "],",
                WEB + "," + settings("a", "1"));
        Deployment first = at(made.identity().generation(), rest).adopting(true);
        try (KubernetesRuntime runtime = successor(Set.of(FORMER, site.settings.owner()))) {
            assertThat(runtime.apply(first, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            assertThat(KubeSite.done(runtime.commit(first)).leftovers())
                    .containsExactly("ConfigMap/" + site.namespace + "/gone");
            assertThat(runtime.diff(first)).isEmpty();
        }
        assertThat(site.exists("job/install")).as("it runs already").isFalse();
        assertThat(marked("configmap/wherry-shop")).isEqualTo(site.settings.owner());
        assertThat(marked("deployment/web")).isEqualTo(site.settings.owner());

        try (KubernetesRuntime runtime = successor(Set.of())) {
            assertThat(runtime.diff(first)).isEmpty();
            Deployment second = at(
                    first.identity().generation() + 1, site.next(WEB + "," + settings("a", "2"), "ConfigMap/NS/gone"));
            assertThat(runtime.apply(second, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            assertThat(KubeSite.done(runtime.commit(second)).leftovers()).isEmpty();
        }
        assertThat(site.exists("configmap/gone")).isFalse();
        assertThat(site.field("configmap/a", ".data.value")).isEqualTo("2");
        assertThat(site.kubectl("get", "pod", "-l", "app=web", "-o", "jsonpath={.items[*].metadata.uid}"))
                .isEqualTo(pod);
    }

    @Test
    void aFirstGenerationThatFailsLeavesAllToTheFormerAgent() throws Exception {
        Deployment failing = at(
                        made.identity().generation(),
                        site.doomed(workload("web", "false") + "," + settings("a", "2") + "," + settings("new", "1")))
                .adopting(true);
        try (KubernetesRuntime runtime = successor(Set.of(FORMER))) {
            assertThat(runtime.apply(failing, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            KubeSite.done(runtime.rollback(failing, Optional.empty()));
        }
        assertThat(marked("configmap/wherry-shop")).isEqualTo(FORMER);
        assertThat(site.exists("configmap/new")).isFalse();
        try (KubernetesRuntime former = runtime(FORMER, Set.of())) {
            assertThat(former.diff(made)).isEmpty();
            former.apply(made, ApplyMode.CORRECT); // who owns which field
            assertThat(former.apply(made, ApplyMode.CORRECT)).isEqualTo(new Application.Applied(List.of()));
        }
    }
}
