package io.wherry.agent.runtime.kubernetes.health;

import static java.util.Objects.requireNonNull;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Part;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges a stack's objects by what one look at the cluster found: by the stack's own rules, else by {@link KStatus}; and what is not healthy by what
 * its pods tell and how long it had.
 *
 * <p>Its time begins anew with every change of the object by the agent, with every new pod and with every change of one of its conditions: a node that
 * is drained does not make an old workload unhealthy at once.
 */
public final class ClusterHealth {
    /** A cluster tells times in whole seconds, downwards. */
    private static final Duration ROUNDED = Duration.ofSeconds(1);

    private final HealthRules rules;
    private final Duration observe;
    private final Duration healthTimeout;
    private final Instant now;

    /**
     * @param observe       how long a container without a readiness probe must run without a restart, and how long the controller of a custom resource
     *                      that has no status yet has to begin with one
     * @param healthTimeout after this long what is not healthy is unhealthy
     * @param now           the time of the look
     */
    public ClusterHealth(HealthRules rules, Duration observe, Duration healthTimeout, Instant now) {
        this.rules = requireNonNull(rules, "rules");
        this.observe = requireNonNull(observe, "observe");
        this.healthTimeout = requireNonNull(healthTimeout, "healthTimeout");
        this.now = requireNonNull(now, "now");
    }

    /**
     * A declared object and what was found of it.
     *
     * @param name like {@code Deployment.apps/shop/web}
     * @param live as the API server gives it; empty: it is missing
     * @param goesWhenFinished whether it is missing by itself after it has finished
     */
    public record Seen(String name, Optional<Json.Obj> live, boolean goesWhenFinished) {
        /** One that stays. */
        public Seen(String name, Optional<Json.Obj> live) {
            this(name, live, false);
        }
    }

    /**
     * Judges a stack by its worst object.
     *
     * @param lastLines gives the last log lines of a container; asked for only where something is wrong
     */
    public Health judge(List<Seen> objects, Surroundings around, Function<LogSource, List<String>> lastLines) {
        List<ObjectVerdict> verdicts = objects.stream()
                .sorted(Comparator.comparing(Seen::name))
                .map(seen -> judge(seen, around))
                .toList();
        List<ObjectHealth> healths =
                verdicts.stream().map(ObjectVerdict::health).toList();
        Optional<ObjectVerdict> bad =
                verdicts.stream().filter(ObjectVerdict::isBad).findFirst();
        if (bad.isPresent()) {
            ObjectVerdict worst = bad.get();
            List<String> lines = worst.log().map(lastLines).orElse(List.of());
            String log = lines.isEmpty() ? "" : "; last log lines: " + String.join(" | ", lines);
            return new Health.Unhealthy(
                    worst.reason().orElseThrow(),
                    worst.health().object() + " " + worst.health().detail() + log,
                    healths);
        }
        String starting = healths.stream()
                .filter(h -> h.state() == ObjectHealth.State.STARTING)
                .map(h -> h.object() + " " + h.detail())
                .collect(Collectors.joining(", "));
        return starting.isEmpty() ? new Health.Healthy(healths) : new Health.Starting(starting, healths);
    }

    /** Each object with the pods that its controller made of it last. */
    public List<Part> tree(List<Seen> objects, Surroundings around) {
        return objects.stream()
                .sorted(Comparator.comparing(Seen::name))
                .map(seen -> part(seen, around))
                .toList();
    }

    private Part part(Seen seen, Surroundings around) {
        ObjectHealth health = judge(seen, around).health();
        List<Json.Obj> pods = seen.live()
                .filter(live -> !Fields.kind(live).equals("Pod"))
                .map(live -> around.familyOf(live).pods())
                .orElse(List.of());
        return new Part(
                health.object(),
                health.state(),
                health.detail(),
                pods.stream()
                        .map(pod -> judge(new Seen("Pod/" + Fields.name(pod), Optional.of(pod)), around)
                                .health())
                        .map(pod -> new Part(pod.object(), pod.state(), pod.detail()))
                        .toList());
    }

    private ObjectVerdict judge(Seen seen, Surroundings around) {
        if (seen.live().isEmpty() && seen.goesWhenFinished()) {
            return ObjectVerdict.good(
                    seen.name(),
                    ObjectHealth.State.COMPLETED,
                    "has finished, and its time after that is over (spec.ttlSecondsAfterFinished)");
        }
        if (seen.live().isEmpty()) {
            return ObjectVerdict.bad(seen.name(), HealthReason.OBJECT_MISSING, "is missing", Optional.empty());
        }
        Json.Obj live = seen.live().get();
        ObjectStatus status = status(live);
        return switch (status.state()) {
            case COMPLETED -> ObjectVerdict.good(seen.name(), ObjectHealth.State.COMPLETED, status.message());
            case CURRENT -> current(seen.name(), live, status, around);
            case FAILED -> failed(seen.name(), live, status, around);
            case IN_PROGRESS, TERMINATING, UNKNOWN -> waiting(seen.name(), live, status, around);
        };
    }

    private ObjectStatus status(Json.Obj live) {
        return rules.find(Fields.group(live), Fields.kind(live))
                .map(rule -> KStatus.beforeRules(live).orElseGet(() -> {
                    var verdict = rule.of(live);
                    return switch (verdict.state()) {
                        case HEALTHY -> ObjectStatus.current(verdict.message());
                        case WAITING -> ObjectStatus.inProgress("RuleWaits", verdict.message());
                        case FAILED -> ObjectStatus.failed("RuleFailed", verdict.message());
                    };
                }))
                .orElseGet(() -> KStatus.of(live, now));
    }

    private ObjectVerdict current(String name, Json.Obj live, ObjectStatus status, Surroundings around) {
        boolean runs = !Fields.group(live).equals("batch"); // what a CronJob started just now is no part of its health
        for (Json.Obj pod : runs ? around.familyOf(live).pods() : List.<Json.Obj>of()) {
            for (ContainerState container : ContainerState.of(pod)) {
                if (!isOver(pod) && container.isDown()) { // the object was listed a moment before its pods
                    return waiting(
                            name,
                            live,
                            ObjectStatus.inProgress(
                                    "Observed",
                                    "was available, but container " + container.name() + " of pod " + Fields.name(pod)
                                            + " " + container.ending()),
                            around);
                }
                Optional<Duration> since = container.runningSince().map(at -> Duration.between(at.plus(ROUNDED), now));
                if (!container.probed()
                        && !container.init()
                        && since.filter(r -> r.compareTo(observe) < 0).isPresent()) {
                    return waiting(
                            name,
                            live,
                            ObjectStatus.inProgress(
                                    "Observed",
                                    "runs, but container " + container.name() + " of pod " + Fields.name(pod) + " for "
                                            + Math.max(0, since.get().toSeconds()) + " s of " + observe.toSeconds()
                                            + " s"),
                            around);
                }
            }
        }
        return isSilent(live)
                ? ObjectVerdict.good(name, ObjectHealth.State.STARTING, "has no status yet from its controller")
                : ObjectVerdict.good(name, ObjectHealth.State.HEALTHY, status.message());
    }

    /** One that was evicted, or has done its work, stands beside those that its controller counts. */
    private static boolean isOver(Json.Obj pod) {
        return Set.of("Failed", "Succeeded").contains(Fields.text(pod, "status", "phase"));
    }

    /** A custom resource whose controller has not spoken: that it has none is only known after a while. */
    private boolean isSilent(Json.Obj live) {
        String group = Fields.group(live);
        boolean custom = group.contains(".") && !group.endsWith(".k8s.io");
        return custom
                && live.find("status").isEmpty()
                && since(live, List.of()).plus(observe).isAfter(now);
    }

    private ObjectVerdict failed(String name, Json.Obj live, ObjectStatus status, Surroundings around) {
        Optional<PodTrouble> trouble = PodTrouble.find(live, around, observe, now);
        boolean pod = Fields.kind(live).equals("Pod") && Fields.group(live).isEmpty();
        if (pod && trouble.isPresent()) {
            return waiting(name, live, status, around); // what kstatus calls failed (a first crash, no room) may pass
        }
        HealthReason reason = trouble.map(PodTrouble::reason).orElseGet(() -> switch (status.reason()) {
            case "ProgressDeadlineExceeded" -> HealthReason.HEALTH_TIMEOUT;
            case "JobFailed", "PodFailed" -> HealthReason.EXITED;
            default -> HealthReason.OBJECT_FAILED;
        });
        return ObjectVerdict.bad(
                name, reason, sentence(live, status, trouble, around), trouble.flatMap(PodTrouble::log));
    }

    private ObjectVerdict waiting(String name, Json.Obj live, ObjectStatus status, Surroundings around) {
        if (isWaitingForConsumer(live, status, around)) {
            return ObjectVerdict.good(name, ObjectHealth.State.HEALTHY, "is bound when the first pod uses it");
        }
        // Until its controller has looked at it, its pods are those of what was declared before: of a release that went
        // back, the broken ones.
        Optional<PodTrouble> trouble = status.reason().equals(KStatus.NOT_OBSERVED)
                ? Optional.empty()
                : PodTrouble.find(live, around, observe, now);
        Optional<LogSource> log = trouble.flatMap(PodTrouble::log);
        if (trouble.filter(PodTrouble::settled).isPresent()) {
            return ObjectVerdict.bad(name, trouble.get().reason(), sentence(live, status, trouble, around), log);
        }
        Duration limit = longer(healthTimeout, ownTime(live));
        List<Json.Obj> pods = around.familyOf(live).pods();
        if (!since(live, pods).plus(limit).isAfter(now) && !status.reason().equals("Observed")) {
            HealthReason reason = trouble.map(PodTrouble::reason).orElse(HealthReason.HEALTH_TIMEOUT);
            return ObjectVerdict.bad(
                    name,
                    reason,
                    "is not healthy after " + limit.toSeconds() + " s: " + sentence(live, status, trouble, around),
                    log);
        }
        return ObjectVerdict.good(name, ObjectHealth.State.STARTING, sentence(live, status, trouble, around));
    }

    /** A claim whose storage class waits for a pod is as it should be without one. */
    private static boolean isWaitingForConsumer(Json.Obj live, ObjectStatus status, Surroundings around) {
        return status.reason().equals("NotBound")
                && around.latest(live)
                        .filter(e -> e.reason().equals("WaitForFirstConsumer"))
                        .isPresent();
    }

    /** When its time began. */
    private Instant since(Json.Obj live, List<Json.Obj> pods) {
        Stream<Optional<Instant>> times = Stream.of(
                        Stream.of(Fields.time(live, "metadata", "creationTimestamp")),
                        Fields.applied(live).stream().map(m -> Fields.time(m, "time")),
                        Fields.objects(live, "status", "conditions").stream()
                                .map(c -> Fields.time(c, "lastTransitionTime")),
                        pods.stream().map(pod -> Fields.time(pod, "metadata", "creationTimestamp")))
                .flatMap(s -> s);
        return times.flatMap(Optional::stream).max(Instant::compareTo).orElse(now);
    }

    /** A Job that limits its own time has that long. */
    private static Duration ownTime(Json.Obj live) {
        return Fields.kind(live).equals("Job")
                ? Duration.ofSeconds(Fields.number(0, live, "spec", "activeDeadlineSeconds"))
                : Duration.ZERO;
    }

    private static String sentence(
            Json.Obj live, ObjectStatus status, Optional<PodTrouble> trouble, Surroundings around) {
        return PodTrouble.line(status.message())
                + trouble.map(PodTrouble::sentence)
                        .or(() -> event(live, around)
                                .filter(event -> !status.message().contains(event.reason())) // said already
                                .map(Event::sentence))
                        .map(more -> "; " + more)
                        .orElse("");
    }

    /** What its controller said of it last. Of what makes pods only warnings: that it makes them is no news. */
    private static Optional<Event> event(Json.Obj live, Surroundings around) {
        boolean makesPods = List.of("apps", "batch").contains(Fields.group(live));
        return makesPods ? around.warning(List.of(live), "") : around.latest(live);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
