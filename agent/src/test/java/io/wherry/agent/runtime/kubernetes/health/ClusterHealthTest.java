package io.wherry.agent.runtime.kubernetes.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterHealthTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String SET =
            "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db','namespace':'n','uid':'u1','creationTimestamp':'%s'},"
                    + "'spec':{'replicas':1},'status':{'replicas':1,'readyReplicas':%s,'updatedReplicas':1,'currentRevision':'a','updateRevision':'a'}}";

    private final List<Json.Obj> pods = new ArrayList<>();
    private final List<Json.Obj> events = new ArrayList<>();

    @Test
    void aContainerWithoutAReadinessProbeMustRunForTheObservationWindow() {
        // 10 s by whole seconds may be nine and a bit
        pods.add(pod(ago(60), "{'running':{'startedAt':'" + ago(10) + "'}},'ready':true", "'phase':'Running'"));
        assertThat(judge(set(60, 1))).isInstanceOf(Health.Starting.class);

        pods.set(0, pod(ago(60), "{'running':{'startedAt':'" + ago(11) + "'}},'ready':true", "'phase':'Running'"));
        assertThat(judge(set(60, 1))).isInstanceOf(Health.Healthy.class);
    }

    /** The list of pods is read after that of the objects: what was available there may have ended here. */
    @Test
    void aContainerThatHasEndedMeanwhileKeepsItsWorkloadFromBeingHealthy() {
        String crashed = "{'terminated':{'exitCode':1}},'ready':false";
        pods.add(pod(ago(60), crashed, "'phase':'Running'"));
        assertThat(judge(set(60, 1)))
                .isInstanceOfSatisfying(Health.Starting.class, starting -> assertThat(starting.detail())
                        .contains("was available, but container c of pod db-0 ended with exit code 1"));

        pods.set(
                0,
                pod(
                        ago(60),
                        "{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':{'exitCode':1}},'restartCount':1",
                        "'phase':'Running'"));
        assertThat(judge(set(60, 1))).isInstanceOf(Health.Starting.class);

        pods.set(0, pod(ago(60), crashed, "'phase':'Failed'"));
        assertThat(judge(set(60, 1))).as("evicted, beside its successor").isInstanceOf(Health.Healthy.class);
    }

    @Test
    void whatGoesWhenItHasFinishedIsNotMissing() {
        List<ClusterHealth.Seen> gone = List.of(new ClusterHealth.Seen("Job.batch/n/j", Optional.empty(), true));

        Health health = health(HealthRules.NONE).judge(gone, new Surroundings(List.of(), pods, events), _ -> List.of());

        assertThat(health).isInstanceOfSatisfying(Health.Healthy.class, done -> assertThat(done.objects())
                .singleElement()
                .satisfies(job -> assertThat(job.state()).isEqualTo(ObjectHealth.State.COMPLETED)));
    }

    @Test
    void aRestartIsALoopFromTheThirdOnAndMemoryIsNamed() {
        String looping =
                "{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':{'exitCode':137,'reason':'OOMKilled'}},'restartCount':%d";
        pods.add(pod(ago(60), looping.formatted(2), "'phase':'Running'"));
        assertThat(judge(set(60, 0))).isInstanceOfSatisfying(Health.Starting.class, starting -> assertThat(
                        starting.detail())
                .contains("was restarted: ended with exit code 137, killed for using more memory than its limit"));

        pods.set(0, pod(ago(60), looping.formatted(3), "'phase':'Running'"));
        assertThat(judge(set(60, 0))).isInstanceOfSatisfying(Health.Unhealthy.class, bad -> {
            assertThat(bad.reason()).isEqualTo(HealthReason.OUT_OF_MEMORY);
            assertThat(bad.detail()).endsWith("; last log lines: (c of db-0, previous true)");
        });

        pods.set(0, pod(ago(9), looping.formatted(3), "'phase':'Running'"));
        assertThat(judge(set(60, 0))).as("too young to be a loop").isInstanceOf(Health.Starting.class);
    }

    @Test
    void podsOfWhatWasDeclaredBeforeAreNoVerdictOnWhatIsDeclaredNow() {
        pods.add(pod(
                ago(60),
                "{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':{'exitCode':3}},'restartCount':3",
                "'phase':'Running'"));
        String set =
                "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db','namespace':'n','uid':'u1','generation':2,"
                        + "'creationTimestamp':'%s'},'spec':{'replicas':1},'status':{'observedGeneration':%d,'replicas':1}}";

        assertThat(judge(object(set.formatted(ago(90), 1))))
                .isInstanceOfSatisfying(Health.Starting.class, starting -> assertThat(starting.detail())
                        .contains("is not looked at yet by its controller")
                        .doesNotContain("restarts"));
        assertThat(judge(object(set.formatted(ago(90), 2)))).isInstanceOf(Health.Unhealthy.class);
        pods.clear();
        assertThat(judge(object(set.formatted(ago(4000), 1))))
                .as("a controller that never looks")
                .isInstanceOf(Health.Unhealthy.class);
    }

    @Test
    void anImageThatCannotBePulledHasTheWholeTimeToAppear() {
        pods.add(pod(
                ago(299),
                "{'waiting':{'reason':'ImagePullBackOff','message':'Back-off pulling'}}",
                "'phase':'Pending'"));
        assertThat(judge(set(299, 0))).isInstanceOf(Health.Starting.class);

        pods.set(
                0,
                pod(
                        ago(300),
                        "{'waiting':{'reason':'ImagePullBackOff','message':'Back-off pulling'}}",
                        "'phase':'Pending'"));
        assertThat(judge(set(300, 0))).isInstanceOfSatisfying(Health.Unhealthy.class, bad -> {
            assertThat(bad.reason()).isEqualTo(HealthReason.PULL_FAILED);
            assertThat(bad.detail()).contains("is not healthy after 300 s").contains("Back-off pulling");
        });
    }

    @Test
    void aNewPodAndAChangeByTheAgentBeginItsTimeAnew() {
        assertThat(judge(set(4000, 0))).isInstanceOf(Health.Unhealthy.class);

        pods.add(pod(ago(20), "{'waiting':{'reason':'ContainerCreating'}}", "'phase':'Pending'"));
        assertThat(judge(set(4000, 0))).as("a node was drained").isInstanceOf(Health.Starting.class);

        pods.clear();
        Json.Obj changed = object(
                ("{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'uid':'u','creationTimestamp':'%s','managedFields':"
                                + "[{'manager':'wherry-agent','operation':'Apply','time':'%s'}]},'status':{'phase':'Pending'}}")
                        .formatted(ago(4000), ago(20)));
        assertThat(judge(changed)).isInstanceOf(Health.Starting.class);
    }

    @Test
    void whatIsMissingIsUnhealthyAtOnceAndTheWorstObjectIsNamed() {
        Health health = health(HealthRules.NONE)
                .judge(
                        List.of(
                                new ClusterHealth.Seen("Secret/n/b", Optional.empty()),
                                new ClusterHealth.Seen(
                                        "ConfigMap/n/a",
                                        Optional.of(object("{'apiVersion':'v1','kind':'ConfigMap'}")))),
                        Surroundings.NONE,
                        _ -> List.of());

        assertThat(health).isInstanceOfSatisfying(Health.Unhealthy.class, bad -> {
            assertThat(bad.reason()).isEqualTo(HealthReason.OBJECT_MISSING);
            assertThat(bad.detail()).isEqualTo("Secret/n/b is missing");
            assertThat(bad.objects()).extracting("object").containsExactly("ConfigMap/n/a", "Secret/n/b");
        });
    }

    @Test
    void aRuleOfTheStackGoesBeforeTheKindsOwnButNotBeforeItsGeneration() {
        HealthRules rules = HealthRules.parse(
                List.of(object("{'group':'example.org','kind':'Database','healthy':'{.status.phase} =="
                        + " Ready','failed':'{.status.phase} == Error'}")));
        String database =
                "{'apiVersion':'example.org/v1','kind':'Database','metadata':{'generation':2,'creationTimestamp':'"
                        + ago(20) + "'},'status':{'observedGeneration':%d,'phase':'%s'}}";

        assertThat(judge(rules, object(database.formatted(2, "Ready")))).isInstanceOf(Health.Healthy.class);
        assertThat(judge(rules, object(database.formatted(1, "Ready")))).isInstanceOf(Health.Starting.class);
        assertThat(judge(rules, object(database.formatted(2, "Creating")))).isInstanceOf(Health.Starting.class);
        assertThat(judge(rules, object(database.formatted(2, "Error"))))
                .isInstanceOfSatisfying(
                        Health.Unhealthy.class, bad -> assertThat(bad.reason()).isEqualTo(HealthReason.OBJECT_FAILED));
    }

    @Test
    void aCustomResourceWithoutAStatusIsWaitedForAsLongAsItIsObserved() {
        String thing = "{'apiVersion':'example.org/v1','kind':'Thing','metadata':{'creationTimestamp':'%s'}}";

        assertThat(judge(object(thing.formatted(ago(9))))).isInstanceOf(Health.Starting.class);
        assertThat(judge(object(thing.formatted(ago(10))))).isInstanceOf(Health.Healthy.class);
    }

    @Test
    void aRefusalByAdmissionIsAVerdictAndAFullQuotaWaits() {
        events.add(event(
                "u1", "FailedCreate", "create Pod db-0 failed: pods \\\"db-0\\\" is forbidden: exceeded quota: few"));
        assertThat(judge(set(20, 0)))
                .isInstanceOfSatisfying(Health.Starting.class, starting -> assertThat(starting.detail())
                        .contains("its pods cannot be made: create Pod db-0 failed"));

        events.set(0, event("u1", "FailedCreate", "admission webhook \\\"w\\\" denied the request: no"));
        assertThat(judge(set(20, 0))).isInstanceOfSatisfying(Health.Unhealthy.class, bad -> assertThat(bad.reason())
                .isEqualTo(HealthReason.PODS_REFUSED));

        pods.add(pod(ago(1), "{'waiting':{'reason':'ContainerCreating'}}", "'phase':'Pending'"));
        assertThat(judge(set(20, 0))).as("a pod was made since").isInstanceOf(Health.Starting.class);
    }

    @Test
    void podsOfAnEarlierRevisionAndThoseThatGoDoNotCount() {
        Json.Obj deployment = object(
                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'uid':'d','annotations':{'deployment.kubernetes.io/revision':'2'}}}");
        String set =
                "{'kind':'ReplicaSet','metadata':{'uid':'%s','annotations':{'deployment.kubernetes.io/revision':'%s'},'ownerReferences':[{'controller':true,'uid':'d'}]}}";
        String pod =
                "{'kind':'Pod','metadata':{'name':'%s','uid':'%s','ownerReferences':[{'controller':true,'uid':'%s'}]%s}}";
        Surroundings around = new Surroundings(
                List.of(object(set.formatted("r1", "1")), object(set.formatted("r2", "2"))),
                List.of(
                        object(pod.formatted("old", "p1", "r1", "")),
                        object(pod.formatted("new", "p2", "r2", "")),
                        object(pod.formatted("going", "p3", "r2", ",'deletionTimestamp':'2026-03-01T11:00:00Z'")),
                        object(pod.formatted("other", "p4", "x", ""))),
                List.of());

        assertThat(around.familyOf(deployment).pods()).extracting(Fields::name).containsExactly("new");
    }

    private Health judge(Json.Obj object) {
        return judge(HealthRules.NONE, object);
    }

    private Health judge(HealthRules rules, Json.Obj object) {
        return health(rules)
                .judge(
                        List.of(new ClusterHealth.Seen("it", Optional.of(object))),
                        new Surroundings(List.of(), pods, events),
                        log -> List.of(
                                "(" + log.container() + " of " + log.pod() + ", previous " + log.previous() + ")"));
    }

    private static ClusterHealth health(HealthRules rules) {
        return new ClusterHealth(rules, Duration.ofSeconds(10), Duration.ofMinutes(5), NOW);
    }

    private static Json.Obj set(int age, int ready) {
        return object(SET.formatted(ago(age), ready));
    }

    private static Json.Obj pod(String made, String state, String status) {
        return object(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'db-0','namespace':'n','uid':'p','creationTimestamp':'"
                        + made
                        + "','ownerReferences':[{'controller':true,'uid':'u1'}]},'spec':{'containers':[{'name':'c'}]},'status':{"
                        + status
                        + ",'containerStatuses':[{'name':'c','state':" + state + "}]}}");
    }

    private static Json.Obj event(String uid, String reason, String message) {
        return object("{'involvedObject':{'uid':'" + uid + "'},'type':'Warning','reason':'" + reason + "','message':'"
                + message + "','lastTimestamp':'" + ago(10) + "'}");
    }

    private static String ago(int seconds) {
        return NOW.minusSeconds(seconds).toString();
    }

    private static Json.Obj object(String json) {
        return JsonReader.object(json.replace('\'', '"').getBytes(UTF_8));
    }
}
