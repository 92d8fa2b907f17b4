package io.wherry.agent.runtime.swarm;

import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Judges a service by its tasks. Pure over what one look shows.
 *
 * <p>Only tasks of what is wanted now count, known by a digest on their containers: after an update the ones before it run on for a while. A task with a
 * health check is {@code running} only when that passes; one without is healthy when it has run for the observation window.
 */
final class TaskHealth {
    /** From this many failed tasks on it is a loop: one may be a start before the database, two bad luck. */
    static final int LOOP = 3;

    /** A swarm makes the next task after the delay of its restart policy, and has a moment to do it. */
    private static final Duration NO_SUCCESSOR = Duration.ofSeconds(30);

    private static final Set<String> FAILED = Set.of("failed", "rejected", "orphaned");
    private static final Set<String> ENDED = Set.of("failed", "rejected", "orphaned", "shutdown", "remove", "complete");

    /**
     * @param health what is told of it
     * @param reason only where it is unhealthy
     * @param task   whose log says more; empty: none
     */
    record Verdict(ObjectHealth health, HealthReason reason, String task) {}

    private final Duration observe;
    private final Duration healthTimeout;
    private final Instant now;

    TaskHealth(Duration observe, Duration healthTimeout, Instant now) {
        this.observe = observe;
        this.healthTimeout = healthTimeout;
        this.now = now;
    }

    /**
     * @param service as the swarm shows it
     * @param all     every task of the stack
     */
    List<Verdict> judge(WantedService wanted, Json.Obj service, List<Json.Obj> all) {
        String id = service.string("ID");
        long force = SwarmState.template(service).integerOr("ForceUpdate", 0);
        List<Json.Obj> tasks = all.stream()
                .filter(task -> task.findString("ServiceID").filter(id::equals).isPresent())
                .sorted(Comparator.comparing(TaskHealth::created))
                .toList();
        List<Verdict> verdicts = new ArrayList<>();
        for (List<Json.Obj> place : places(wanted, tasks)) {
            String object = object(wanted, verdicts.size() + 1);
            List<Json.Obj> current = place.stream()
                    .filter(task -> isCurrent(wanted, force, task))
                    .toList();
            verdicts.add(current.isEmpty() ? starting(object, "waits for its task") : judge(wanted, object, current));
        }
        while (!wanted.isGlobal() && verdicts.size() < wanted.replicas()) {
            verdicts.add(starting(object(wanted, verdicts.size() + 1), "waits for its task"));
        }
        if (verdicts.isEmpty()) {
            verdicts.add(
                    wanted.isGlobal()
                            ? starting(wanted.object(), "waits for a node that may run it")
                            : new Verdict(
                                    new ObjectHealth(wanted.object(), ObjectHealth.State.HEALTHY, "has no replicas"),
                                    HealthReason.EXITED,
                                    ""));
        }
        return stopped(
                wanted,
                service,
                verdicts,
                tasks.stream()
                        .filter(task -> FAILED.contains(state(task)) && isCurrent(wanted, force, task))
                        .toList());
    }

    private static String object(WantedService wanted, int number) {
        return wanted.object() + (number > 1 ? "/" + number : "");
    }

    /**
     * Where tasks should be: slots of a replicated service, nodes of a global one; oldest task first. The numbers of slots say nothing: after a change of
     * replicas some are left out. A place from which the swarm took its task away is none.
     */
    private static List<List<Json.Obj>> places(WantedService wanted, List<Json.Obj> tasks) {
        SortedMap<String, List<Json.Obj>> places = new TreeMap<>();
        for (Json.Obj task : tasks) {
            String place = wanted.isGlobal()
                    ? task.findString("NodeID").orElse("")
                    : String.format(Locale.ROOT, "%09d", task.integerOr("Slot", 0));
            places.computeIfAbsent(place, any -> new ArrayList<>()).add(task);
        }
        places.values().removeIf(place -> wasTakenAway(place.getLast()));
        long most = wanted.isGlobal() ? Long.MAX_VALUE : wanted.replicas();
        return places.values().stream()
                .sorted(Comparator.comparing(
                        place -> FAILED.contains(state(place.getLast())))) // those of before come last
                .limit(most)
                .toList();
    }

    private static boolean wasTakenAway(Json.Obj task) {
        String desired = task.findString("DesiredState").orElse("");
        return (desired.equals("shutdown") || desired.equals("remove"))
                && !FAILED.contains(state(task))
                && !state(task).equals("complete");
    }

    private static boolean isCurrent(WantedService wanted, long force, Json.Obj task) {
        Json.Obj spec = task.object("Spec");
        String digest = Raw.nested(spec, "ContainerSpec")
                .map(StackLabels::of)
                .map(labels -> labels.getOrDefault(StackLabels.TASK, ""))
                .orElse("");
        return digest.equals(wanted.task()) && spec.integerOr("ForceUpdate", 0) == force;
    }

    private Verdict judge(WantedService wanted, String object, List<Json.Obj> tasks) {
        Json.Obj newest = tasks.getLast();
        long failures =
                tasks.stream().filter(task -> FAILED.contains(state(task))).count();
        boolean loops =
                failures >= LOOP && !now.isBefore(created(tasks.getFirst()).plus(observe));
        Json.Obj told = tasks.stream()
                .filter(task -> FAILED.contains(state(task)))
                .reduce((first, second) -> second)
                .orElse(newest);
        return switch (state(newest)) {
            case "running" -> {
                Duration running = Duration.between(since(newest), now);
                if (running.compareTo(observe) >= 0 || hasCheck(wanted)) {
                    yield healthy(object, hasCheck(wanted) ? "health check passes" : "running");
                }
                yield loops
                        ? looping(object, failures, told)
                        : starting(
                                object,
                                "runs for " + Math.max(0, running.toSeconds()) + " s of " + observe.toSeconds() + " s");
            }
            case "complete" ->
                wanted.mayEnd()
                        ? new Verdict(
                                new ObjectHealth(object, ObjectHealth.State.COMPLETED, "completed"),
                                HealthReason.EXITED,
                                "")
                        : ended(object, newest, failures, loops, told);
            case "failed", "rejected", "orphaned", "shutdown", "remove" -> ended(object, newest, failures, loops, told);
            default -> waiting(object, newest, failures, loops, told);
        };
    }

    private Verdict ended(String object, Json.Obj newest, long failures, boolean loops, Json.Obj told) {
        if (loops) {
            return looping(object, failures, told);
        }
        boolean forGood = !now.isBefore(since(newest).plus(NO_SUCCESSOR));
        return forGood
                ? unhealthy(object, HealthReason.EXITED, "ended" + why(told), told)
                : starting(object, "has ended" + why(told) + " and is not started again yet");
    }

    private Verdict waiting(String object, Json.Obj newest, long failures, boolean loops, Json.Obj told) {
        if (loops) {
            return looping(object, failures, told);
        }
        boolean tooLong = now.isAfter(created(newest).plus(healthTimeout));
        boolean checked = state(newest).equals("starting");
        String detail = checked ? "waits for its health check" : "is " + state(newest) + why(newest);
        return tooLong
                ? unhealthy(
                        object,
                        HealthReason.HEALTH_TIMEOUT,
                        detail + " after " + healthTimeout.toSeconds() + " s",
                        newest)
                : starting(object, detail);
    }

    /** What the swarm itself did about an update that went wrong. */
    private static List<Verdict> stopped(
            WantedService wanted, Json.Obj service, List<Verdict> verdicts, List<Json.Obj> failed) {
        Json.Obj status = Raw.nested(service, "UpdateStatus").orElse(Raw.NOTHING);
        String state = status.findString("State").orElse("");
        boolean other = !wanted.digest().equals(SwarmState.labels(service).get(StackLabels.SPEC));
        String detail =
                switch (state) {
                    case "paused", "rollback_paused" -> "the swarm stopped the update";
                    case "rollback_started", "rollback_completed" -> other ? "the swarm undid the update" : "";
                    default -> other ? "is of another release, which somebody brought back" : "";
                };
        if (!detail.isEmpty()) {
            String message = status.findString("Message").orElse("");
            String told = detail + (message.isEmpty() ? "" : " (" + message + ")");
            Optional<Json.Obj> last = failed.isEmpty() ? Optional.empty() : Optional.of(failed.getLast());
            return List.of(new Verdict(
                    new ObjectHealth(
                            wanted.object(),
                            ObjectHealth.State.UNHEALTHY,
                            told
                                    + last.map(task -> "; a task ended" + why(task))
                                            .orElse("")),
                    HealthReason.UPDATE_FAILED,
                    last.map(task -> task.string("ID")).orElse("")));
        }
        boolean undecided = verdicts.stream().noneMatch(one -> one.health().state() == ObjectHealth.State.UNHEALTHY);
        return state.equals("updating") && undecided
                ? List.of(starting(wanted.object(), "is being updated"))
                : verdicts;
    }

    private static boolean hasCheck(WantedService wanted) {
        return wanted.spec()
                .object("TaskTemplate")
                .object("ContainerSpec")
                .findObject("Healthcheck")
                .filter(check -> !check.strings("Test").equals(List.of("NONE")))
                .isPresent();
    }

    private static String state(Json.Obj task) {
        return task.object("Status").findString("State").orElse("");
    }

    private static Instant created(Json.Obj task) {
        return Instant.parse(task.string("CreatedAt"));
    }

    /** Of its present state. */
    private static Instant since(Json.Obj task) {
        return task.object("Status").findString("Timestamp").map(Instant::parse).orElseGet(() -> created(task));
    }

    /** {@code with exit code 3 (task: non-zero exit (3))}. */
    private static String why(Json.Obj task) {
        Json.Obj status = task.object("Status");
        String error = status.findString("Err").orElse("");
        String exit = Raw.nested(status, "ContainerStatus")
                .filter(container -> ENDED.contains(state(task))
                        && container
                                .findString("ContainerID")
                                .filter(id -> !id.isEmpty())
                                .isPresent())
                .map(container -> " with exit code " + container.integerOr("ExitCode", 0))
                .orElse("");
        return exit + (error.isEmpty() ? "" : " (" + error + ")");
    }

    private static Verdict healthy(String object, String detail) {
        return new Verdict(new ObjectHealth(object, ObjectHealth.State.HEALTHY, detail), HealthReason.EXITED, "");
    }

    private static Verdict starting(String object, String detail) {
        return new Verdict(new ObjectHealth(object, ObjectHealth.State.STARTING, detail), HealthReason.EXITED, "");
    }

    private static Verdict unhealthy(String object, HealthReason reason, String detail, Json.Obj task) {
        return new Verdict(new ObjectHealth(object, ObjectHealth.State.UNHEALTHY, detail), reason, task.string("ID"));
    }

    private static Verdict looping(String object, long failures, Json.Obj task) {
        return unhealthy(
                object,
                HealthReason.CRASH_LOOPING,
                "is started over and over (" + failures + " tasks ended" + why(task) + ")",
                task);
    }
}
