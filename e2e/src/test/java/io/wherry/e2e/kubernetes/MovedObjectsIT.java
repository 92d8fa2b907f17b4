package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Neighbours;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Settled;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object that moves from one stack to another in one commit is never away, whichever of the two comes first. */
class MovedObjectsIT {
    /** Of this test alone. */
    private StackId theirs;

    @TempDir
    Path folder;

    private KubeSite site;
    private final Map<StackId, Optional<Set<String>>> assigned = new ConcurrentHashMap<>();
    private final Neighbours neighbours = new Neighbours() {
        @Override
        public Claim claim(StackId stack, String object) {
            return assigned.getOrDefault(stack, Optional.of(Set.of()))
                    .map(names -> names.contains(object) ? Claim.DECLARED : Claim.NONE)
                    .orElse(Claim.UNKNOWN);
        }

        @Override
        public Optional<String> wants(StackId besides, String object) {
            return assigned.keySet().stream()
                    .filter(stack -> !stack.equals(besides) && claim(stack, object) != Claim.NONE)
                    .map(stack -> object + " is wanted")
                    .findFirst();
        }
    };

    @BeforeEach
    void open() {
        site = new KubeSite("moved", folder);
        theirs = StackId.parse("1" + site.next("").identity().stack().toString().substring(1));
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Deployment shop(String objects, String... mayDelete) {
        return site.next(objects, mayDelete).beside(neighbours);
    }

    private Deployment other(String objects, String... mayDelete) {
        Deployment one = site.next(objects, mayDelete);
        Deployment.Identity mine = one.identity();
        Deployment.Identity its = new Deployment.Identity(
                theirs, "other", mine.generation(), mine.bundle(), mine.project(), folder.resolve("other/files"));
        return new Deployment(its, one.model(), one.files(), one.deletions(), one.timing()).beside(neighbours);
    }

    private void assign(StackId stack, String... objects) {
        assigned.put(
                stack,
                Optional.of(Set.of(objects).stream()
                        .map(name -> name.replace("NS", site.namespace))
                        .collect(java.util.stream.Collectors.toSet())));
    }

    private String moved() {
        return site.field("configmap/moving", ".metadata.uid");
    }

    private String owner() {
        return site.field("configmap/moving", ".metadata.labels.wherry\\.io/stack");
    }

    private Settled.Done committed(Deployment deployment) {
        return KubeSite.done(site.runtime.commit(deployment));
    }

    @Test
    void whoLosesItComesFirst() throws Exception {
        StackId shop = shop("").identity().stack();
        assign(shop, "ConfigMap/NS/moving", "ConfigMap/NS/a");
        site.release(shop(settings("moving", "1") + "," + settings("a", "1")));
        String uid = moved();
        assign(shop, "ConfigMap/NS/a");
        assigned.put(theirs, Optional.empty()); // its content is still on its way

        Deployment without = shop(settings("a", "1"), "ConfigMap/NS/moving");
        site.apply(without);
        assertThat(committed(without).waits()).isPresent();
        assign(theirs, "ConfigMap/NS/moving");
        Settled.Done done = committed(without);
        assertThat(done.waits()).isPresent();
        assertThat(done.leftovers()).isEmpty();
        assertThat(moved()).isEqualTo(uid);

        Deployment with = other(settings("moving", "2"));
        assertThat(site.apply(with)).containsExactly("ADJUSTED ConfigMap/NS/moving");
        committed(with);
        assertThat(committed(without)).isEqualTo(new Settled.Done(java.util.List.of(), java.util.List.of()));
        assertThat(moved()).isEqualTo(uid);
        assertThat(owner()).isEqualTo(theirs.toString());
        assertThat(site.runtime.diff(with)).isEmpty();
    }

    @Test
    void whoGetsItComesFirstAndTheOtherNeitherTakesItBackNorDeletesIt() throws Exception {
        StackId shop = shop("").identity().stack();
        assign(shop, "ConfigMap/NS/moving", "ConfigMap/NS/a");
        Deployment before = shop(settings("moving", "1") + "," + settings("a", "1"));
        site.release(before);
        String uid = moved();
        assign(theirs, "ConfigMap/NS/moving");
        Deployment with = other(settings("moving", "2"));
        assertThat(site.runtime.apply(with, ApplyMode.FULL))
                .as("both declare it")
                .isInstanceOfSatisfying(Application.Pending.class, pending -> assertThat(pending.detail())
                        .contains("/moving: belongs to stack " + shop + " of this agent, which declares it too"));

        assign(shop, "ConfigMap/NS/a");
        assertThat(site.apply(with)).containsExactly("ADJUSTED ConfigMap/NS/moving");
        committed(with);
        site.kubectl("delete", "configmap/a");
        assertThat(site.runtime.diff(before))
                .extracting(d -> d.object().replace(site.namespace, "NS"))
                .containsExactly("ConfigMap/NS/a");
        assertThat(site.runtime.apply(before, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
        Deployment without = shop(settings("a", "2"), "ConfigMap/NS/moving");
        site.release(without);

        assertThat(moved()).isEqualTo(uid);
        assertThat(owner()).isEqualTo(theirs.toString());
        assertThat(site.runtime.diff(with)).isEmpty();
        site.rollback(without, Optional.of(before));
        assertThat(owner()).as("a way back leaves it too").isEqualTo(theirs.toString());
    }

    @Test
    void aRemovalWaitsUntilItIsTakenAndAWayBackGivesItBack() throws Exception {
        StackId shop = shop("").identity().stack();
        assign(shop, "ConfigMap/NS/moving");
        site.release(shop(settings("moving", "1")));
        String uid = moved();
        assigned.remove(shop);
        assign(theirs, "ConfigMap/NS/moving");
        Deployment gone = shop("", "ConfigMap/NS/moving");
        assertThat(KubeSite.done(site.runtime.remove(gone, false)).waits()).isPresent();

        Deployment failing = other(settings("moving", "2"));
        site.apply(failing);
        site.rollback(failing, Optional.empty());
        assertThat(owner()).isEqualTo(shop.toString());
        assertThat(site.field("configmap/moving", ".data.value")).isEqualTo("1");
        site.apply(other(settings("moving", "3")));

        assertThat(site.remove(gone).leftovers()).isEmpty();
        assertThat(moved()).isEqualTo(uid);
        assertThat(site.exists("configmap/wherry-shop")).isFalse();
    }

    private Deployment in(String namespace, Deployment one) {
        Json.Obj model = JsonReader.object(JsonWriter.compact(one.model())
                .replaceFirst("\"namespace\":\"[^\"]*\"", "\"namespace\":\"" + namespace + "\"")
                .getBytes(UTF_8));
        return new Deployment(one.identity(), model, one.files(), one.deletions(), one.timing());
    }

    @Test
    void aStackThatGetsAnotherNamespaceTakesWhatItHadWithIt() throws Exception {
        String role =
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole','metadata':{'name':'NS'},'rules':[]}";
        String next = site.namespace + "-next";
        site.cluster.kubectl("create", "namespace", next);
        try {
            Deployment first = site.next(role + "," + settings("a", "1") + "," + settings("kept", "1"));
            site.release(first);
            String uid = site.field("clusterrole/" + site.namespace, ".metadata.uid");

            Deployment broken = in(next, site.doomed(role + "," + KubeSite.workload("web", "false"), "ConfigMap/NS/a"));
            site.apply(broken);
            assertThat(site.probe(broken)).isInstanceOf(Health.Unhealthy.class);
            site.rollback(broken, Optional.of(first));
            assertThat(site.runtime.diff(first)).isEmpty();
            assertThat(site.cluster.kubectl("get", "configmap,deployment", "--namespace", next, "-o", "name"))
                    .as("nothing of it is left, its inventory neither")
                    .isEqualTo("configmap/kube-root-ca.crt");

            Deployment moved = in(next, site.next(role + "," + settings("a", "2"), "ConfigMap/NS/a"));
            Outlook plan = site.runtime.outlook(moved).orElseThrow();
            assertThat(plan.objects())
                    .extracting(
                            changed -> changed.action() + " " + changed.object().replace(site.namespace, "NS"))
                    .contains("DELETED ConfigMap/NS/a", "LEFT ConfigMap/NS/kept");
            assertThat(site.release(moved).leftovers()).containsExactly("ConfigMap/" + site.namespace + "/kept");
            assertThat(site.field("clusterrole/" + site.namespace, ".metadata.uid"))
                    .isEqualTo(uid);
            assertThat(site.exists("configmap/a")).isFalse();
            assertThat(site.exists("configmap/wherry-shop")).isFalse();
            assertThat(site.runtime.diff(moved)).isEmpty();

            Settled.Done done = site.release(in(next, site.next(role + "," + settings("a", "2"), "ConfigMap/NS/kept")));
            assertThat(done.leftovers()).isEmpty();
            assertThat(site.exists("configmap/kept")).isFalse();
        } finally {
            site.cluster.kubectl("delete", "namespace", next, "--wait=false");
            site.cluster.kubectl("delete", "clusterrole", site.namespace, "--ignore-not-found");
        }
    }
}
