package io.wherry.agent.health;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Says what healthy means. Pure over snapshots and their ages: with a health check, its word counts; without one, an object is healthy that has
 * run without a restart for the observation window, or has ended with 0 where it may.
 */
public final class HealthCheck {
    /** From this many restarts on it is a loop: one may be a start before the database, two bad luck. */
    static final int CRASH_LOOP_RESTARTS = 3;

    private final Duration observe;
    private final Duration healthTimeout;
    private final Ages ages;

    public HealthCheck(Duration observe, Duration healthTimeout, Ages ages) {
        this.observe = observe;
        this.healthTimeout = healthTimeout;
        this.ages = ages;
    }

    /**
     * Judges a stack by its worst object.
     *
     * @param lastLines gives the last log lines of an object; asked for only where something is wrong
     */
    public Health judge(List<Snapshot> snapshots, Function<Snapshot, List<String>> lastLines) {
        List<ObjectHealth> objects = snapshots.stream().map(this::judge).toList();
        for (int i = 0; i < objects.size(); i++) {
            ObjectHealth object = objects.get(i);
            if (object.state() == ObjectHealth.State.UNHEALTHY) {
                Snapshot snapshot = snapshots.get(i);
                List<String> lines = lastLines.apply(snapshot);
                String log = lines.isEmpty() ? "" : "; last log lines: " + String.join(" | ", lines);
                return new Health.Unhealthy(reason(snapshot), object.object() + " " + object.detail() + log, objects);
            }
        }
        List<ObjectHealth> starting = objects.stream()
                .filter(o -> o.state() == ObjectHealth.State.STARTING)
                .toList();
        if (starting.isEmpty()) {
            return new Health.Healthy(objects);
        }
        String detail =
                starting.stream().map(o -> o.object() + " " + o.detail()).collect(Collectors.joining(", "));
        return new Health.Starting(detail, objects);
    }

    /** Judges one object. */
    public ObjectHealth judge(Snapshot snapshot) {
        return switch (snapshot.state()) {
            case MISSING -> unhealthy(snapshot, "is missing");
            case CREATED -> starting(snapshot, "has not started");
            case PAUSED -> starting(snapshot, "is paused");
            case EXITED -> exited(snapshot);
            case RESTARTING ->
                loops(snapshot)
                        ? unhealthy(snapshot, looping(snapshot))
                        : starting(snapshot, "was restarted after exit code " + snapshot.exitCode());
            case RUNNING -> running(snapshot);
        };
    }

    private ObjectHealth exited(Snapshot snapshot) {
        if (snapshot.startedAt().isEmpty()) {
            return starting(snapshot, "has not started");
        }
        if (snapshot.exitCode() == 0 && snapshot.mayComplete()) {
            return new ObjectHealth(snapshot.object(), ObjectHealth.State.COMPLETED, "completed");
        }
        return unhealthy(snapshot, "ended with exit code " + snapshot.exitCode() + memory(snapshot));
    }

    private ObjectHealth running(Snapshot snapshot) {
        return snapshot.check().map(check -> checked(snapshot, check)).orElseGet(() -> observed(snapshot));
    }

    private ObjectHealth observed(Snapshot snapshot) {
        Duration running = snapshot.startedAt()
                .map(started -> ages.of(snapshot.object(), started))
                .orElse(Duration.ZERO);
        if (running.compareTo(observe) >= 0) {
            return new ObjectHealth(snapshot.object(), ObjectHealth.State.HEALTHY, "running");
        }
        return loops(snapshot)
                ? unhealthy(snapshot, looping(snapshot))
                : starting(snapshot, "runs for " + running.toSeconds() + " s of " + observe.toSeconds() + " s");
    }

    private ObjectHealth checked(Snapshot snapshot, Snapshot.Check check) {
        return switch (check.state()) {
            case HEALTHY -> new ObjectHealth(snapshot.object(), ObjectHealth.State.HEALTHY, "health check passes");
            case UNHEALTHY -> unhealthy(snapshot, "fails its health check: " + output(check));
            case STARTING -> {
                if (loops(snapshot)) {
                    yield unhealthy(snapshot, looping(snapshot));
                }
                Duration limit = longer(healthTimeout, check.ownTime());
                // Not by its age: a clock that was set is no verdict.
                Duration watched = snapshot.startedAt()
                        .map(started -> ages.watched(snapshot.object(), started))
                        .orElse(Duration.ZERO);
                yield watched.compareTo(limit) > 0
                        ? unhealthy(snapshot, "is not healthy after " + limit.toSeconds() + " s: " + output(check))
                        : starting(snapshot, "waits for its health check");
            }
        };
    }

    private HealthReason reason(Snapshot snapshot) {
        if (snapshot.outOfMemory()) {
            return HealthReason.OUT_OF_MEMORY;
        }
        return switch (snapshot.state()) {
            case MISSING -> HealthReason.OBJECT_MISSING;
            case RESTARTING -> HealthReason.CRASH_LOOPING;
            case CREATED, PAUSED, EXITED -> HealthReason.EXITED;
            case RUNNING -> {
                if (snapshot.check().map(Snapshot.Check::state).orElse(Snapshot.CheckState.STARTING)
                        == Snapshot.CheckState.UNHEALTHY) {
                    yield HealthReason.HEALTH_CHECK_FAILED;
                }
                yield loops(snapshot) ? HealthReason.CRASH_LOOPING : HealthReason.HEALTH_TIMEOUT;
            }
        };
    }

    /** A start before the database is up ends a few times too, so a loop is only named after the observation window. */
    private boolean loops(Snapshot snapshot) {
        return snapshot.restarts() >= CRASH_LOOP_RESTARTS
                && snapshot.createdAt()
                        .map(created -> ages.of(snapshot.object(), created).compareTo(observe) >= 0)
                        .orElse(true);
    }

    private static String looping(Snapshot snapshot) {
        return "restarts over and over (" + snapshot.restarts() + " times, last exit code " + snapshot.exitCode() + ")"
                + memory(snapshot);
    }

    private static String memory(Snapshot snapshot) {
        return snapshot.outOfMemory() ? ", killed for using more memory than its limit" : "";
    }

    private static String output(Snapshot.Check check) {
        return check.output().isEmpty() ? "no output" : check.output();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static ObjectHealth starting(Snapshot snapshot, String detail) {
        return new ObjectHealth(snapshot.object(), ObjectHealth.State.STARTING, detail);
    }

    private static ObjectHealth unhealthy(Snapshot snapshot, String detail) {
        return new ObjectHealth(snapshot.object(), ObjectHealth.State.UNHEALTHY, detail);
    }
}
