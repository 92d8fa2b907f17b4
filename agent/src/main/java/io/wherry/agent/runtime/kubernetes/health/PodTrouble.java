package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.agent.health.HealthReason;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is wrong with the pods of an object, in the words of the kubelet, the scheduler and the controllers.
 *
 * @param settled  whether more time will not help; what is not settled (an image that cannot be pulled, no room) may pass, and has the object's whole
 *                 time to do so
 * @param sentence names pod and container, exit code or cause, and the latest warning
 * @param log      whose last lines tell more
 */
record PodTrouble(HealthReason reason, boolean settled, String sentence, Optional<LogSource> log) {
    /** As for Docker: one restart may be a start before the database, two bad luck. */
    private static final int LOOPING_RESTARTS = 3;

    private static final int MAX_WORDS_CHARS = 300;

    /** Waits that no time ends: the name is not one, or the node may not pull and does not have it. */
    private static final List<String> NEVER_PULLED = List.of("InvalidImageName", "ErrImageNeverPull");

    private static final List<String> NOT_PULLED = List.of(
            "ImagePullBackOff",
            "ErrImagePull",
            "RegistryUnavailable",
            "ImageInspectError",
            "SignatureValidationFailed");

    private static final List<String> NOT_STARTED = List.of(
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "PreCreateHookError",
            "PreStartHookError",
            "PostStartHookError");

    /** Words of an admission that says no: asked again it will say no again. */
    private static final List<String> REFUSALS =
            List.of("violates PodSecurity", "admission webhook", "ValidatingAdmissionPolicy");

    /**
     * Looks for the worst trouble among the pods that an object has now.
     *
     * @param observe pods younger than this are not said to restart over and over
     */
    static Optional<PodTrouble> find(Json.Obj object, Surroundings around, Duration observe, Instant now) {
        Surroundings.Family family = around.familyOf(object);
        List<PodTrouble> all = Stream.concat(
                        family.pods().stream().flatMap(pod -> of(pod, object, around, observe, now).stream()),
                        notMade(family, around).stream())
                .toList();
        return all.stream().filter(PodTrouble::settled).findFirst().or(() -> all.stream()
                .findFirst());
    }

    private static Optional<PodTrouble> of(
            Json.Obj pod, Json.Obj object, Surroundings around, Duration observe, Instant now) {
        List<ContainerState> states = ContainerState.of(pod);
        boolean retried = Fields.kind(object).equals("Job"); // the Job itself says how often
        boolean old = Fields.time(pod, "metadata", "creationTimestamp")
                .filter(made -> made.plus(observe).isAfter(now))
                .isEmpty();
        return states.stream()
                .flatMap(c -> ofContainer(pod, c, around, old, retried).stream())
                .findFirst()
                .or(() -> unscheduled(pod))
                .or(() -> waiting(pod, states, around));
    }

    private static Optional<PodTrouble> ofContainer(
            Json.Obj pod, ContainerState container, Surroundings around, boolean old, boolean retried) {
        String where = "container " + container.name() + " of pod " + Fields.name(pod) + " ";
        Optional<LogSource> log = Optional.of(LogSource.of(pod, container));
        boolean failed = container.endedWith().orElse(0) != 0;
        HealthReason ending = container.outOfMemory() ? HealthReason.OUT_OF_MEMORY : HealthReason.CRASH_LOOPING;
        if (NEVER_PULLED.contains(container.waiting()) || NOT_PULLED.contains(container.waiting())) {
            return Optional.of(new PodTrouble(
                    HealthReason.PULL_FAILED,
                    NEVER_PULLED.contains(container.waiting()),
                    where + "has no image: " + said(container) + latest(pod, around, "Failed"),
                    Optional.empty()));
        }
        if (NOT_STARTED.contains(container.waiting())) {
            return Optional.of(new PodTrouble(
                    HealthReason.CONTAINER_NOT_STARTED,
                    false,
                    where + "cannot be started: " + said(container),
                    Optional.empty()));
        }
        boolean restarts = container.waits("CrashLoopBackOff")
                || (container.restarts() > 0 && !container.ready() && (failed || container.outOfMemory()));
        if (restarts && container.restarts() >= LOOPING_RESTARTS) {
            String words =
                    "restarts over and over (" + container.restarts() + " times, last " + container.ending() + ")";
            return Optional.of(new PodTrouble(ending, old, where + words, log));
        }
        if (restarts) {
            return Optional.of(new PodTrouble(ending, false, where + "was restarted: " + container.ending(), log));
        }
        if (container.ended() && failed) {
            HealthReason reason = container.outOfMemory() ? HealthReason.OUT_OF_MEMORY : HealthReason.EXITED;
            boolean last = Fields.text(pod, "status", "phase").equals("Failed");
            return Optional.of(new PodTrouble(reason, last && !retried, where + container.ending(), log));
        }
        return Optional.empty();
    }

    private static Optional<PodTrouble> unscheduled(Json.Obj pod) {
        return Condition.find(pod, "PodScheduled")
                .filter(c -> c.isFalse() && !c.message().isEmpty())
                .map(c -> new PodTrouble(
                        HealthReason.UNSCHEDULABLE,
                        false,
                        "pod " + Fields.name(pod) + " has no node: " + line(c.message()),
                        Optional.empty()));
    }

    /** Nothing is wrong with a container itself: what the kubelet warns of (a volume, a readiness probe) says what is waited for. */
    private static Optional<PodTrouble> waiting(Json.Obj pod, List<ContainerState> states, Surroundings around) {
        if (Condition.find(pod, "Ready").filter(Condition::isTrue).isPresent()
                || Fields.text(pod, "status", "phase").equals("Succeeded")) {
            return Optional.empty();
        }
        Optional<ContainerState> unready = states.stream()
                .filter(c -> c.runningSince().isPresent() && !c.ready() && !c.init())
                .findFirst();
        return around.warning(List.of(pod), "")
                .map(event -> new PodTrouble(
                        reasonOf(event),
                        false,
                        "pod " + Fields.name(pod) + ": " + event.sentence(),
                        unready.map(c -> LogSource.of(pod, c))));
    }

    private static HealthReason reasonOf(Event event) {
        if (event.reason().equals("Unhealthy")) {
            return HealthReason.HEALTH_CHECK_FAILED;
        }
        return event.message().startsWith("Failed to pull image")
                ? HealthReason.PULL_FAILED
                : HealthReason.CONTAINER_NOT_STARTED;
    }

    /** Pods that could not even be made; one that was made since says that the cause has gone. */
    private static Optional<PodTrouble> notMade(Surroundings.Family family, Surroundings around) {
        Instant newest = family.pods().stream()
                .flatMap(pod -> Fields.time(pod, "metadata", "creationTimestamp").stream())
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
        return around.warning(family.makers(), "FailedCreate")
                .filter(e -> !e.last().isBefore(newest))
                .map(event -> {
                    boolean quota = event.message().contains("exceeded quota");
                    boolean refused = REFUSALS.stream().anyMatch(event.message()::contains);
                    return new PodTrouble(
                            quota ? HealthReason.QUOTA_EXCEEDED : HealthReason.PODS_REFUSED,
                            refused && !quota,
                            "its pods cannot be made: " + line(event.message()),
                            Optional.empty());
                });
    }

    private static String said(ContainerState container) {
        return container.waiting() + (container.words().isEmpty() ? "" : ": " + line(container.words()));
    }

    private static String latest(Json.Obj pod, Surroundings around, String reason) {
        return around.warning(List.of(pod), reason)
                .map(e -> "; " + e.sentence())
                .orElse("");
    }

    /** One line, bounded. */
    static String line(String words) {
        String line = words.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > MAX_WORDS_CHARS ? line.substring(0, MAX_WORDS_CHARS) + " …" : line;
    }
}
