package io.wherry.agent.runtime.kubernetes.health;

import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.current;
import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.failed;
import static io.wherry.agent.runtime.kubernetes.health.ObjectStatus.inProgress;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rule for a pod. */
final class PodStatus {
    /** As in kstatus: before, the scheduler may only not have come to it. */
    private static final Duration SCHEDULE_WINDOW = Duration.ofSeconds(15);

    private PodStatus() {}

    static ObjectStatus of(Json.Obj pod, Instant now) {
        String phase = Fields.text(pod, "status", "phase");
        return switch (phase) {
            case "Succeeded" ->
                new ObjectStatus(ObjectStatus.State.COMPLETED, "PodCompleted", "completed (status.phase Succeeded)");
            case "Failed" -> failed("PodFailed", "has failed" + words(pod));
            case "Running" -> running(pod);
            case "Pending" -> pending(pod, now);
            case "" -> inProgress("PodNotObserved", "is not looked at yet (no status.phase)");
            default -> new ObjectStatus(ObjectStatus.State.UNKNOWN, "UnknownPhase", "is in the phase " + phase);
        };
    }

    private static ObjectStatus running(Json.Obj pod) {
        Optional<Condition> ready = Condition.find(pod, "Ready");
        if (ready.filter(Condition::isTrue).isPresent()) {
            return current("is ready");
        }
        String looping = ContainerState.of(pod).stream()
                .filter(c -> c.waits("CrashLoopBackOff"))
                .map(ContainerState::name)
                .collect(Collectors.joining(", "));
        return looping.isEmpty()
                ? inProgress(
                        "PodRunningNotReady",
                        "runs and is not ready: "
                                + ready.map(Condition::sentence).orElse("no condition Ready"))
                : failed(
                        "ContainerCrashLooping",
                        "restarts over and over: container " + looping + " waits in CrashLoopBackOff");
    }

    private static ObjectStatus pending(Json.Obj pod, Instant now) {
        Optional<Condition> scheduled = Condition.find(pod, "PodScheduled").filter(Condition::isFalse);
        if (scheduled.filter(c -> c.reason().equals("Unschedulable")).isEmpty()) {
            List<String> waits = ContainerState.of(pod).stream()
                    .filter(c -> !c.waiting().isEmpty())
                    .map(c -> c.name() + " waits: " + c.waiting())
                    .toList();
            return inProgress(
                    "PodPending", "is pending" + (waits.isEmpty() ? "" : ": container " + String.join(", ", waits)));
        }
        String why = "has no node: " + scheduled.get().message();
        boolean young = Fields.time(pod, "metadata", "creationTimestamp")
                .filter(made -> made.plus(SCHEDULE_WINDOW).isAfter(now))
                .isPresent();
        return young ? inProgress("PodNotScheduled", why) : failed("PodUnschedulable", why);
    }

    private static String words(Json.Obj pod) {
        String words = (Fields.text(pod, "status", "reason") + " " + Fields.text(pod, "status", "message")).strip();
        return words.isEmpty() ? " (status.phase Failed)" : ": " + words;
    }
}
