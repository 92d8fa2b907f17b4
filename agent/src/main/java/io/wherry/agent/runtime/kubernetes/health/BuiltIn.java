package io.wherry.agent.runtime.kubernetes.health;

import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.current;
import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.failed;
import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.inProgress;

import io.wherry.contract.json.Json;
import java.util.Optional;

/** The rules for built-in kinds that make no pods and are more than there. */
final class BuiltIn {
    private BuiltIn() {}

    static ObjectStatus claim(Json.Obj live) {
        String phase = phase(live);
        return switch (phase) {
            case "Bound" -> current("is bound to " + Fields.text(live, "spec", "volumeName"));
            case "Lost" -> failed("ClaimLost", "has lost its volume (status.phase Lost)");
            default -> inProgress("NotBound", "is not bound (status.phase " + phase + ")");
        };
    }

    static ObjectStatus volume(Json.Obj live) {
        String phase = phase(live);
        return switch (phase) {
            case "Failed" ->
                failed(
                        "VolumeFailed",
                        "has failed: " + Fields.text(live, "status", "reason") + " "
                                + Fields.text(live, "status", "message"));
            case "Available", "Bound", "Released" -> current("is " + phase);
            default -> inProgress("VolumePending", "is not available (status.phase " + phase + ")");
        };
    }

    static ObjectStatus service(Json.Obj live) {
        if (!Fields.text(live, "spec", "type").equals("LoadBalancer")) {
            return current("is there");
        }
        if (Fields.text(live, "spec", "clusterIP").isEmpty()) {
            return inProgress("NoIPAssigned", "has no address in the cluster (spec.clusterIP)");
        }
        return Fields.objects(live, "status", "loadBalancer", "ingress").isEmpty()
                ? inProgress("NoLoadBalancer", "has no address from a load balancer (status.loadBalancer.ingress)")
                : current("has an address from the load balancer");
    }

    static ObjectStatus namespace(Json.Obj live) {
        String phase = phase(live);
        return phase.equals("Terminating")
                ? new ObjectStatus(
                        ObjectStatus.State.TERMINATING, "Terminating", "is being deleted (status.phase Terminating)")
                : phase.equals("Active")
                        ? current("is active")
                        : inProgress("NotActive", "is not active (status.phase " + phase + ")");
    }

    /** Metrics that cannot be had are the surroundings' fault: what it would scale runs as declared, and going back would not bring them. */
    static ObjectStatus autoscaler(Json.Obj live) {
        Optional<Condition> blind = Condition.find(live, "ScalingActive")
                .filter(c -> c.isFalse() && c.reason().matches("FailedGet\\w*Metric"));
        if (blind.isPresent()
                && Condition.find(live, "AbleToScale")
                        .filter(Condition::isFalse)
                        .isEmpty()) {
            return current("scales nothing meanwhile: " + blind.get().sentence());
        }
        for (String type : new String[] {"AbleToScale", "ScalingActive"}) {
            Optional<Condition> off = Condition.find(live, type)
                    .filter(c -> !c.isTrue()
                            && !c.reason().equals("ScalingDisabled")); // replicas 0: switched off on purpose
            if (off.isPresent()) {
                return inProgress(
                        off.get().reason(), "cannot scale: " + off.get().sentence());
            }
        }
        return Condition.of(live).isEmpty()
                ? inProgress("NotObserved", "is not looked at yet by its controller (no status.conditions)")
                : current("can scale");
    }

    static ObjectStatus disruptionBudget(Json.Obj live) {
        if (Fields.find(live, "status", "observedGeneration").isEmpty()) {
            return inProgress("NotObserved", "is not looked at yet by its controller (no status.observedGeneration)");
        }
        return Condition.find(live, "DisruptionAllowed")
                .filter(c -> c.reason().equals("SyncFailed"))
                .map(c -> inProgress("SyncFailed", "cannot be computed: " + c.sentence()))
                .orElseGet(() ->
                        current("allows " + Fields.number(0, live, "status", "disruptionsAllowed") + " disruptions"));
    }

    static ObjectStatus definition(Json.Obj live) {
        Optional<Condition> names = Condition.find(live, "NamesAccepted").filter(Condition::isFalse);
        if (names.isPresent()) {
            return failed(
                    names.get().reason(),
                    "has names that are taken: " + names.get().sentence());
        }
        Optional<Condition> established = Condition.find(live, "Established");
        if (established.filter(Condition::isTrue).isPresent()) {
            return current("is established");
        }
        return established
                .filter(c -> c.isFalse() && !c.reason().equals("Installing"))
                .map(c -> failed(c.reason(), "is not established: " + c.sentence()))
                .orElseGet(() -> inProgress("Installing", "is not established yet"));
    }

    static ObjectStatus apiService(Json.Obj live) {
        Optional<Condition> available = Condition.find(live, "Available");
        return available.filter(Condition::isTrue).isPresent()
                ? current("is available")
                : inProgress(
                        "NotAvailable",
                        "is not available: "
                                + available.map(Condition::sentence).orElse("no condition Available"));
    }

    private static String phase(Json.Obj live) {
        String phase = Fields.text(live, "status", "phase");
        return phase.isEmpty() ? "not set" : phase;
    }
}
