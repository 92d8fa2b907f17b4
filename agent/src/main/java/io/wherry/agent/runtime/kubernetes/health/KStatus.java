package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.time.Instant;
import java.util.Optional;

/**
 * What an object's own status says, by the rules of kstatus: deletion first, then whether the controller has seen the present generation, then the kind's
 * own rule, or its {@code Ready} condition.
 *
 * <p>Three rules are stricter, because healthy means verified: a Job must complete, a Service of type LoadBalancer must have an address, and a Pod that
 * failed has failed. What ends a kind's wait is a matter of {@link ClusterHealth}.
 */
public final class KStatus {
    /** The controller has not looked at the object since it changed: what it tells, and what it made, is of before. */
    static final String NOT_OBSERVED = "LatestGenerationNotObserved";

    private KStatus() {}

    /** @param live as the API server gives it */
    public static ObjectStatus of(Json.Obj live, Instant now) {
        return terminating(live)
                .or(() -> behind(live))
                .or(() -> told(live))
                .or(() -> byKind(live, now))
                .orElseGet(() -> ready(live));
    }

    /** What comes before every rule, also one of the stack's own: an object that goes, or whose controller speaks of an earlier generation. */
    static Optional<ObjectStatus> beforeRules(Json.Obj live) {
        return terminating(live).or(() -> behind(live));
    }

    private static Optional<ObjectStatus> terminating(Json.Obj live) {
        String since = Fields.text(live, "metadata", "deletionTimestamp");
        if (since.isEmpty()) {
            return Optional.empty();
        }
        String finalizers = Fields.find(live, "metadata", "finalizers")
                .map(JsonWriter::compact)
                .map(list -> ", waits for its finalizers " + list)
                .orElse("");
        return Optional.of(new ObjectStatus(
                ObjectStatus.State.TERMINATING, "Terminating", "is being deleted since " + since + finalizers));
    }

    private static Optional<ObjectStatus> behind(Json.Obj live) {
        long generation = Fields.number(0, live, "metadata", "generation");
        long observed = Fields.number(generation, live, "status", "observedGeneration");
        return observed >= generation
                ? Optional.empty()
                : Optional.of(ObjectStatus.inProgress(
                        NOT_OBSERVED,
                        "is not looked at yet by its controller (status.observedGeneration " + observed
                                + ", metadata.generation " + generation + ")"));
    }

    /** The two conditions that controllers made for kstatus set. */
    private static Optional<ObjectStatus> told(Json.Obj live) {
        return Condition.find(live, "Stalled")
                .filter(Condition::isTrue)
                .map(c -> ObjectStatus.failed(
                        c.reason().isEmpty() ? "Stalled" : c.reason(), "has stalled: " + c.sentence()))
                .or(() -> Condition.find(live, "Reconciling")
                        .filter(Condition::isTrue)
                        .map(c -> ObjectStatus.inProgress("Reconciling", "is being worked on: " + c.sentence())));
    }

    private static Optional<ObjectStatus> byKind(Json.Obj live, Instant now) {
        String group = Fields.group(live);
        String key = (group.isEmpty() ? "" : group + "/") + Fields.kind(live);
        return Optional.ofNullable(
                switch (key) {
                    case "apps/Deployment" -> Workloads.deployment(live);
                    case "apps/StatefulSet" -> Workloads.statefulSet(live);
                    case "apps/DaemonSet" -> Workloads.daemonSet(live);
                    case "apps/ReplicaSet", "ReplicationController" -> Workloads.replicaSet(live);
                    case "batch/Job" -> Workloads.job(live);
                    case "Pod" -> PodStatus.of(live, now);
                    case "PersistentVolumeClaim" -> BuiltIn.claim(live);
                    case "PersistentVolume" -> BuiltIn.volume(live);
                    case "Service" -> BuiltIn.service(live);
                    case "Namespace" -> BuiltIn.namespace(live);
                    case "autoscaling/HorizontalPodAutoscaler" -> BuiltIn.autoscaler(live);
                    case "policy/PodDisruptionBudget" -> BuiltIn.disruptionBudget(live);
                    case "apiextensions.k8s.io/CustomResourceDefinition" -> BuiltIn.definition(live);
                    case "apiregistration.k8s.io/APIService" -> BuiltIn.apiService(live);
                    case "batch/CronJob",
                            "ConfigMap",
                            "Secret",
                            "ServiceAccount",
                            "networking.k8s.io/Ingress",
                            "networking.k8s.io/NetworkPolicy" -> ObjectStatus.current("is there");
                    case "bitnami.com/SealedSecret" -> awaited(live, "Synced");
                    case "external-secrets.io/ExternalSecret", "external-secrets.io/ClusterExternalSecret" ->
                        awaited(live, "Ready");
                    default -> null;
                });
    }

    /** What stands for a Secret that others make: nothing is there before its controller says so. */
    private static ObjectStatus awaited(Json.Obj live, String type) {
        return Condition.find(live, type)
                .map(c -> c.isTrue()
                        ? ObjectStatus.current("has its Secret")
                        : ObjectStatus.inProgress(
                                c.reason().isEmpty() ? "NotSynced" : c.reason(), "has no Secret: " + c.sentence()))
                .orElseGet(() -> ObjectStatus.inProgress(
                        "NotObserved", "is not looked at yet by its controller (no condition " + type + ")"));
    }

    private static ObjectStatus ready(Json.Obj live) {
        Optional<Condition> found = Condition.find(live, "Ready");
        if (found.isEmpty()) {
            return ObjectStatus.current("is there");
        }
        Condition ready = found.get();
        long generation = Fields.number(0, live, "metadata", "generation");
        if (ready.observedGeneration() > 0 && ready.observedGeneration() < generation) {
            return ObjectStatus.inProgress(
                    NOT_OBSERVED,
                    "is not looked at yet by its controller (condition Ready is of generation "
                            + ready.observedGeneration() + ", metadata.generation " + generation + ")");
        }
        return ready.isTrue()
                ? ObjectStatus.current("is ready")
                : ObjectStatus.inProgress(
                        ready.reason().isEmpty() ? "NotReady" : ready.reason(), "is not ready: " + ready.sentence());
    }
}
