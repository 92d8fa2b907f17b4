package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.WatchedRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API server is asked: nothing twice that it has answered already, and nothing missed for that. */
class KubernetesCostIT {
    private static final int MANY = 30;

    @TempDir
    Path folder;

    private KubeSite site;

    @BeforeEach
    void open() {
        site = new KubeSite("cost", folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** Thirty ConfigMaps, and the given value in the first. */
    private static String many(String first) {
        return IntStream.range(0, MANY)
                .mapToObj(i -> settings("c" + i, i == 0 ? first : "1"))
                .collect(Collectors.joining(","));
    }

    private List<String> calls(String beginning) {
        return List.copyOf(site.calls).stream()
                .filter(call -> call.startsWith(beginning))
                .toList();
    }

    private List<String> ofObjects() {
        return calls("GET ").stream()
                .filter(call -> call.matches(".*/configmaps/c[0-9]+"))
                .toList();
    }

    @Test
    void aFirstApplyAsksForNothingThatIsNotThere() {
        site.apply(site.next(many("1")));

        assertThat(ofObjects()).isEmpty();
        assertThat(calls("PATCH "))
                .as("each tried and made, and the set's parent")
                .hasSize(2 * MANY + 1);
        assertThat(calls("GET ")).hasSizeLessThan(12);
    }

    @Test
    void aCycleInWhichNothingChangedAsksOnceForEachKind() throws Exception {
        Deployment good = site.next(many("1") + "," + workload("web", "sleep", "1000"));
        site.release(good);
        assertThat(site.runtime.diff(good)).isEmpty();
        site.kubectl(
                "patch",
                "deployment/web",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Seen\",\"status\":\"True\"}]}}");
        site.probe(good); // until the controller has put its own conditions beside it again
        site.calls.clear();

        assertThat(site.runtime.diff(good)).isEmpty();

        assertThat(site.calls)
                .hasSize(2)
                .allMatch(call -> call.contains("/configmaps?limit=") || call.contains("/deployments?limit="));
        site.calls.clear();
        assertThat(site.runtime.probe(good)).isInstanceOf(Health.Healthy.class);
        assertThat(site.calls)
                .as("ConfigMaps, the Deployment, its pods and what stands between")
                .hasSize(4)
                .allMatch(call -> call.contains("?limit="));
    }

    @Test
    void whatWasHealthyIsWatchedAndAskedForNoMoreUntilItChanges() throws Exception {
        site.watching = true;
        Deployment good = site.next(many("1") + "," + workload("web", "sleep", "1000"));
        site.release(good);
        site.probe(good);
        assertThat(calls("WATCH ")).hasSizeGreaterThanOrEqualTo(4);
        until(() -> {
            site.calls.clear();
            return site.runtime.probe(good) instanceof Health.Healthy && site.calls.isEmpty();
        });

        site.kubectl("delete", "configmap/c1");
        until(() -> site.runtime.probe(good) instanceof Health.Unhealthy(var _, String detail, var _)
                && detail.contains("/c1 is missing"));
        site.runtime.apply(good, ApplyMode.CORRECT);
        assertThat(site.probe(good)).isInstanceOf(Health.Healthy.class);
    }

    /** Released, and found healthy by a look whose watches are quiet. */
    private Deployment watched(String objects) throws InterruptedException {
        Deployment good = site.next(objects);
        site.release(good);
        until(() -> site.runtime.probe(good) instanceof Health.Healthy
                && site.runtime.holding(good.identity(), good.timing()).isPresent());
        site.calls.clear();
        return good;
    }

    @Test
    void aNewGenerationOfWhatIsWatchedListsNothing() throws Exception {
        site.watching = true;
        watched(many("1"));

        assertThat(site.apply(site.next(many("1")))).isEmpty();
        assertThat(site.calls)
                .as("whose the set is, and whether the namespace is there")
                .hasSize(2)
                .allMatch(call -> call.endsWith("/configmaps/wherry-shop") || call.endsWith(site.namespace));

        watched(many("1"));
        assertThat(site.apply(site.next(many("2")))).containsExactly("ADJUSTED ConfigMap/NS/c0");
        assertThat(site.calls)
                .as("the set, the namespace, the object; tried, and written")
                .hasSize(5)
                .noneMatch(call -> call.contains("?limit="));
        assertThat(ofObjects()).hasSize(1);
    }

    @Test
    void aNewGenerationAlsoBringsBackWhatAWatchToldOf() throws Exception {
        site.watching = true;
        Deployment good = watched(many("1"));

        site.kubectl("patch", "configmap/c3", "--type=merge", "-p", "{\"data\":{\"value\":\"9\"}}");
        site.kubectl("delete", "configmap/c4");
        until(() -> site.runtime.holding(good.identity(), good.timing()).isEmpty());

        assertThat(site.apply(site.next(many("2"))))
                .containsExactlyInAnyOrder(
                        "ADJUSTED ConfigMap/NS/c0", "ADJUSTED ConfigMap/NS/c3", "CREATED ConfigMap/NS/c4");
    }

    @Test
    void whatWentWithAFailedGenerationIsMadeAnewByTheNextOne() throws Exception {
        site.watching = true;
        Deployment good = watched(many("1"));
        Deployment failed = site.next(many("1") + "," + settings("more", "1"));
        site.apply(failed);
        site.rollback(failed, Optional.of(good));
        assertThat(site.exists("configmap/more")).isFalse();
        until(() -> site.runtime.probe(good) instanceof Health.Healthy
                && site.runtime.holding(good.identity(), good.timing()).isPresent());

        assertThat(site.apply(site.next(many("1") + "," + settings("more", "1"))))
                .containsExactly("CREATED ConfigMap/NS/more");
        assertThat(site.exists("configmap/more")).isTrue();
    }

    /** The worst that a watch can do: for as long as its silence is believed it tells nothing of what people do. */
    @Test
    void whatADeafWatchHidesFromANewGenerationIsFoundInTheNextLook() throws Exception {
        try (KubernetesRuntime deaf = WatchedRuntime.deaf(site.settings, site.calls)) {
            Deployment good = site.next(many("1"));
            assertThat(deaf.apply(good, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            until(() -> deaf.probe(good) instanceof Health.Healthy);
            deaf.commit(good);
            site.kubectl("patch", "configmap/c3", "--type=merge", "-p", "{\"data\":{\"value\":\"9\"}}");
            site.kubectl("delete", "configmap/c4");

            Deployment next = site.next(many("2"));
            assertThat(deaf.apply(next, ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Applied.class, applied -> assertThat(applied.changes())
                            .hasSize(1));
            assertThat(deaf.probe(next))
                    .isInstanceOfSatisfying(Health.Unhealthy.class, health -> assertThat(health.detail())
                            .contains("/c4 is missing"));
            assertThat(deaf.diff(next))
                    .extracting(difference -> difference.object().replace(site.namespace, "NS"))
                    .contains("ConfigMap/NS/c3", "ConfigMap/NS/c4");
            assertThat(deaf.apply(next, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        }
        assertThat(site.field("configmap/c3", ".data.value")).isEqualTo("1");
        assertThat(site.exists("configmap/c4")).isTrue();
    }

    /** Within its patience. */
    private static void until(BooleanSupplier done) {
        assertThat(KubeSite.until(done::getAsBoolean, Boolean::booleanValue)).isTrue();
    }

    @Test
    void anApplyOfWhatIsThereTriesNothing() throws Exception {
        site.release(site.next(many("1")));
        site.calls.clear();

        assertThat(site.apply(site.next(many("1")))).isEmpty();

        assertThat(calls("PATCH ")).isEmpty();
        assertThat(ofObjects()).isEmpty();
    }

    @Test
    void ofOneChangedObjectOnlyThatIsTried() throws Exception {
        site.release(site.next(many("1")));
        site.calls.clear();

        assertThat(site.apply(site.next(many("2")))).containsExactly("ADJUSTED ConfigMap/NS/c0");

        assertThat(calls("PATCH ")).hasSize(2).allMatch(call -> call.contains("/configmaps/c0?"));
        assertThat(ofObjects()).hasSize(1);
    }

    @Test
    void whatPeopleChangeIsFoundInTheNextLookAndOnlyThatIsAskedFor() throws Exception {
        Deployment good = site.next(many("1"));
        site.release(good);
        site.runtime.diff(good);
        site.kubectl("patch", "configmap/c3", "--type=merge", "-p", "{\"data\":{\"value\":\"2\"}}");
        site.kubectl("label", "configmap/c4", "applyset.kubernetes.io/part-of-");
        site.kubectl("delete", "configmap/c5");
        site.calls.clear();

        assertThat(site.runtime.diff(good))
                .extracting(difference -> difference.object().replace(site.namespace, "NS"))
                .containsOnly("ConfigMap/NS/c3", "ConfigMap/NS/c4", "ConfigMap/NS/c5");
        assertThat(ofObjects()).hasSize(3);
        site.calls.clear();
        assertThat(site.runtime.diff(good))
                .as("told again, as long as it is so")
                .hasSizeGreaterThan(2);
        assertThat(site.runtime.probe(good))
                .isInstanceOfSatisfying(Health.Unhealthy.class, health -> assertThat(health.detail())
                        .contains("/c5 is missing"));

        assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        assertThat(site.runtime.diff(good)).isEmpty();
        assertThat(site.field("configmap/c3", ".data.value")).isEqualTo("1");
        assertThat(site.exists("configmap/c5")).isTrue();
        assertThat(site.field("configmap/c4", ".metadata.labels.applyset\\.kubernetes\\.io/part-of"))
                .isNotEmpty();
    }

    @Test
    void anObjectAsBigAsTheStoreTakesRunsAndABiggerOneIsRefused() throws Exception {
        String group = site.namespace + ".example.org";
        String definition = """
                {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'logs.GROUP'},
                 'spec':{'group':'GROUP','scope':'Namespaced','names':{'kind':'Log','plural':'logs'},'versions':[{'name':'v1','served':true,'storage':true,
                 'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','properties':{'text':{'type':'string'}}}}}}}]}}
                """.replace("GROUP", group);
        String log = "{'apiVersion':'" + group + "/v1','kind':'Log','metadata':{'name':'long'},'spec':{'text':'%s'}}";
        Deployment good = site.next(definition + "," + log.formatted("x".repeat(1_400_000)));

        assertThat(site.apply(good)).hasSize(2);
        assertThat(site.runtime.diff(good)).isEmpty();
        site.calls.clear();
        assertThat(site.runtime.diff(good)).isEmpty();
        assertThat(calls("PATCH ")).isEmpty();

        assertThat(site.runtime.apply(
                        site.next(definition + "," + log.formatted("x".repeat(1_700_000))), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.REFUSED_BY_RUNTIME);
                    assertThat(refused.detail())
                            .contains("Log." + group + "/", "/long")
                            .contains("too large");
                });
        assertThat(site.runtime.apply(site.next(settings("big", "x".repeat(1_400_000))), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> assertThat(refused.detail())
                        .contains("ConfigMap/" + site.namespace + "/big", "1048576"));
        site.cluster.kubectl("delete", "customresourcedefinition", "logs." + group, "--wait=false");
    }
}
