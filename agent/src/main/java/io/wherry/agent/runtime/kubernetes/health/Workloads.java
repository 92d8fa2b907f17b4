package io.wherry.agent.runtime.kubernetes.health;

import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.current;
import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.failed;
import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.inProgress;

import io.wherry.contract.json.Json;
import java.util.Optional;

/** The rules for what makes pods. */
final class Workloads {
    /** What the controller takes for "no limit". */
    private static final long NO_DEADLINE = Integer.MAX_VALUE;

    private static final String NOTHING = "is scaled to 0, so nothing of it runs";

    private Workloads() {}

    static ObjectStatus deployment(Json.Obj live) {
        Optional<Condition> progressing = Condition.find(live, "Progressing");
        if (progressing
                .filter(c -> c.reason().equals("ProgressDeadlineExceeded"))
                .isPresent()) {
            return failed(
                    "ProgressDeadlineExceeded",
                    "made no progress within its "
                            + Fields.number(NO_DEADLINE, live, "spec", "progressDeadlineSeconds")
                            + " s (spec.progressDeadlineSeconds)");
        }
        long wanted = Fields.number(1, live, "spec", "replicas");
        long all = Fields.number(0, live, "status", "replicas");
        long updated = Fields.number(0, live, "status", "updatedReplicas");
        long available = Fields.number(0, live, "status", "availableReplicas");
        long ready = Fields.number(0, live, "status", "readyReplicas");
        if (Fields.truth(live, "spec", "paused") && updated < wanted) {
            return paused(live, wanted, updated, available);
        }
        return too(all, wanted, "LessReplicas", "made", "status.replicas")
                .or(() -> too(updated, wanted, "LessUpdated", "updated", "status.updatedReplicas"))
                .or(() -> extra(all, wanted))
                .or(() -> too(available, updated, "LessAvailable", "available", "status.availableReplicas"))
                .or(() -> too(ready, wanted, "LessReady", "ready", "status.readyReplicas"))
                .or(() -> rolledOut(live, progressing))
                .or(() -> Condition.find(live, "Available")
                                .filter(Condition::isTrue)
                                .isPresent()
                        ? Optional.empty()
                        : Optional.of(inProgress(
                                "DeploymentNotAvailable",
                                "is not available: "
                                        + Condition.find(live, "Available")
                                                .map(Condition::sentence)
                                                .orElse("no condition Available"))))
                .orElseGet(() -> current(wanted == 0 ? NOTHING : "has all " + wanted + " replicas available"));
    }

    /**
     * Its controller rolls nothing out. Where the stack declares that, it is as it was asked to be, and what ran before must do well; where a person paused it,
     * the rollout is not done. The revision is written with the first pods.
     */
    private static ObjectStatus paused(Json.Obj live, long wanted, long updated, long available) {
        if (!Fields.isApplied(live, "f:spec", "f:paused")) {
            return inProgress(
                    "Paused",
                    "is paused (spec.paused, which the stack does not declare) with " + updated + " of " + wanted
                            + " replicas updated");
        }
        if (Fields.text(live, "metadata", "annotations", "deployment.kubernetes.io/revision")
                .isEmpty()) {
            return current("is paused (spec.paused) since it was made, so nothing of it runs");
        }
        return too(available, wanted, "LessAvailable", "available", "status.availableReplicas")
                .orElseGet(() -> current("is paused (spec.paused) with " + updated + " of " + wanted
                        + " replicas updated; the others run as before"));
    }

    private static Optional<ObjectStatus> rolledOut(Json.Obj live, Optional<Condition> progressing) {
        boolean deadline = Fields.number(NO_DEADLINE, live, "spec", "progressDeadlineSeconds") != NO_DEADLINE;
        boolean done = progressing
                        .filter(c -> c.isTrue() && c.reason().equals("NewReplicaSetAvailable"))
                        .isPresent()
                || Fields.truth(live, "spec", "paused");
        return !deadline || done
                ? Optional.empty()
                : Optional.of(inProgress(
                        "ReplicaSetNotAvailable",
                        "is being rolled out: "
                                + progressing.map(Condition::sentence).orElse("no condition Progressing")));
    }

    static ObjectStatus statefulSet(Json.Obj live) {
        long wanted = Fields.number(1, live, "spec", "replicas");
        long all = Fields.number(0, live, "status", "replicas");
        long ready = Fields.number(0, live, "status", "readyReplicas");
        long available = Fields.number(ready, live, "status", "availableReplicas");
        long updated = Fields.number(0, live, "status", "updatedReplicas");
        long partition = Fields.number(0, live, "spec", "updateStrategy", "rollingUpdate", "partition");
        Optional<ObjectStatus> less = too(all, wanted, "LessReplicas", "made", "status.replicas")
                .or(() -> too(ready, wanted, "LessReady", "ready", "status.readyReplicas"))
                .or(() -> extra(all, wanted))
                .or(() -> too(available, wanted, "LessAvailable", "available", "status.availableReplicas"));
        if (less.isPresent()) {
            return less.get();
        }
        if (Fields.text(live, "spec", "updateStrategy", "type").equals("OnDelete")) {
            return current(
                    "has all " + wanted + " replicas ready; who deletes a pod updates it (updateStrategy OnDelete)");
        }
        // The partition counts from spec.ordinals.start: of the ordinals from partition on all are updated, whatever
        // the first one is called.
        long toUpdate = Math.max(0, wanted - partition);
        if (updated < toUpdate) {
            return inProgress(
                    partition > 0 ? "PartitionRollout" : "LessUpdated",
                    "has " + updated + " of " + toUpdate + " replicas updated (status.updatedReplicas"
                            + (partition > 0 ? ", partition " + partition : "") + ")");
        }
        String present = Fields.text(live, "status", "currentRevision");
        String next = Fields.text(live, "status", "updateRevision");
        if (partition == 0 && !present.equals(next)) {
            return inProgress(
                    "RevisionMismatch",
                    "is being rolled out (status.currentRevision " + present + ", updateRevision " + next + ")");
        }
        return current(
                partition > 0
                        ? "has " + updated + " replicas updated, as its partition " + partition + " asks, and all "
                                + wanted + " ready"
                        : "has all " + wanted + " replicas ready");
    }

    static ObjectStatus daemonSet(Json.Obj live) {
        if (Fields.find(live, "status", "observedGeneration").isEmpty()) {
            return inProgress(
                    "NoObservedGeneration", "is not looked at yet by its controller (no status.observedGeneration)");
        }
        long wanted = Fields.number(0, live, "status", "desiredNumberScheduled");
        long scheduled = Fields.number(0, live, "status", "currentNumberScheduled");
        long updated = Fields.number(0, live, "status", "updatedNumberScheduled");
        long available = Fields.number(0, live, "status", "numberAvailable");
        long ready = Fields.number(0, live, "status", "numberReady");
        boolean onDelete = Fields.text(live, "spec", "updateStrategy", "type").equals("OnDelete");
        return too(scheduled, wanted, "LessCurrent", "scheduled", "status.currentNumberScheduled")
                .or(() -> onDelete
                        ? Optional.empty()
                        : too(updated, wanted, "LessUpdated", "updated", "status.updatedNumberScheduled"))
                .or(() -> too(available, wanted, "LessAvailable", "available", "status.numberAvailable"))
                .or(() -> too(ready, wanted, "LessReady", "ready", "status.numberReady"))
                .orElseGet(() -> current("runs on all " + wanted + " nodes that it is for"));
    }

    static ObjectStatus replicaSet(Json.Obj live) {
        Optional<Condition> failure = Condition.find(live, "ReplicaFailure").filter(Condition::isTrue);
        if (failure.isPresent()) {
            return inProgress(
                    "ReplicaFailure", "cannot make its pods: " + failure.get().sentence());
        }
        long wanted = Fields.number(1, live, "spec", "replicas");
        long labelled = Fields.number(0, live, "status", "fullyLabeledReplicas");
        long available = Fields.number(0, live, "status", "availableReplicas");
        long ready = Fields.number(0, live, "status", "readyReplicas");
        return too(labelled, wanted, "LessLabelled", "made with all labels", "status.fullyLabeledReplicas")
                .or(() -> too(available, wanted, "LessAvailable", "available", "status.availableReplicas"))
                .or(() -> too(ready, wanted, "LessReady", "ready", "status.readyReplicas"))
                .or(() -> extra(Fields.number(0, live, "status", "replicas"), wanted))
                .orElseGet(() -> current("has all " + wanted + " replicas available"));
    }

    static ObjectStatus job(Json.Obj live) {
        Optional<Condition> failed = Condition.find(live, "Failed").filter(Condition::isTrue);
        if (failed.isPresent()) {
            return failed(
                    "JobFailed",
                    "has failed with " + Fields.number(0, live, "status", "failed") + " failed pods: "
                            + failed.get().sentence());
        }
        long succeeded = Fields.number(0, live, "status", "succeeded");
        if (Condition.find(live, "Complete").filter(Condition::isTrue).isPresent()) {
            return new ObjectStatus(
                    ObjectStatus.State.COMPLETED, "JobComplete", "completed (status.succeeded " + succeeded + ")");
        }
        if (Fields.truth(live, "spec", "suspend")) {
            return current("is suspended (spec.suspend)");
        }
        return Fields.text(live, "status", "startTime").isEmpty()
                ? inProgress("JobNotStarted", "has not started (no status.startTime)")
                : inProgress(
                        "JobRunning",
                        "runs (status.active " + Fields.number(0, live, "status", "active") + ", succeeded " + succeeded
                                + ", failed " + Fields.number(0, live, "status", "failed") + ")");
    }

    private static Optional<ObjectStatus> too(long have, long wanted, String reason, String verb, String field) {
        return have >= wanted
                ? Optional.empty()
                : Optional.of(
                        inProgress(reason, "has " + have + " of " + wanted + " replicas " + verb + " (" + field + ")"));
    }

    private static Optional<ObjectStatus> extra(long all, long wanted) {
        return all <= wanted
                ? Optional.empty()
                : Optional.of(inProgress(
                        "ExtraPods",
                        "still has " + (all - wanted) + " replicas too many (status.replicas " + all
                                + ", spec.replicas " + wanted + ")"));
    }
}
