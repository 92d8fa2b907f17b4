package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.agent.health.Snapshot;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** A container's inspection as the health check wants it. */
final class Snapshots {
    /** Of a health check's output: enough for a stack trace's head, little enough for a receipt. */
    private static final int MAX_OUTPUT_CHARS = 500;

    private Snapshots() {}

    static Snapshot of(ContainerSpec spec, Json.Obj inspection) {
        Json.Obj state = inspection.object("State");
        // Podman shows an empty one where there is no check.
        Optional<Json.Obj> health = nested(state, "Health")
                .filter(h -> !h.findString("Status").orElse("").isEmpty());
        return new Snapshot(
                spec.object(),
                state(state.string("Status")),
                (int) state.integerOr("ExitCode", 0),
                state.boolOr("OOMKilled", false),
                (int) inspection.integerOr("RestartCount", 0),
                time(inspection, "Created"),
                time(state, "StartedAt"),
                spec.mayComplete(),
                health.map(h -> check(inspection, h)));
    }

    static Snapshot missing(ContainerSpec spec) {
        return new Snapshot(
                spec.object(),
                Snapshot.State.MISSING,
                0,
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                spec.mayComplete(),
                Optional.empty());
    }

    private static Snapshot.State state(String status) {
        return switch (status) {
            case "created" -> Snapshot.State.CREATED;
            case "running" -> Snapshot.State.RUNNING;
            case "paused" -> Snapshot.State.PAUSED;
            case "restarting" -> Snapshot.State.RESTARTING;
            default -> Snapshot.State.EXITED;
        };
    }

    private static Optional<Instant> time(Json.Obj state, String key) {
        try {
            return state.findString(key).filter(t -> !t.startsWith("0001-")).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new EngineException(500, key + " is no time: " + state.string(key), "inspect");
        }
    }

    private static Snapshot.Check check(Json.Obj inspection, Json.Obj health) {
        Optional<Json.Obj> config = nested(inspection.object("Config"), "Healthcheck");
        List<Json.Obj> log =
                health.find("Log").filter(l -> l instanceof Json.Arr).isPresent() ? health.objects("Log") : List.of();
        String output = log.isEmpty()
                ? ""
                : log.getLast().findString("Output").orElse("").strip();
        return new Snapshot.Check(
                switch (health.string("Status")) {
                    case "healthy" -> Snapshot.CheckState.HEALTHY;
                    case "unhealthy" -> Snapshot.CheckState.UNHEALTHY;
                    default -> Snapshot.CheckState.STARTING;
                },
                output.length() > MAX_OUTPUT_CHARS ? output.substring(0, MAX_OUTPUT_CHARS) + " …" : output,
                config.map(Snapshots::ownTime).orElse(Duration.ZERO));
    }

    /** How long the check itself may take to come to a verdict: start period and all retries; the engine's defaults are 30 s and 3. */
    private static Duration ownTime(Json.Obj check) {
        Duration interval = nanos(check, "Interval", Duration.ofSeconds(30));
        long retries = Math.max(1, check.integerOr("Retries", 0) == 0 ? 3 : check.integer("Retries"));
        return nanos(check, "StartPeriod", Duration.ZERO).plus(interval.multipliedBy(retries));
    }

    private static Duration nanos(Json.Obj check, String key, Duration otherwise) {
        long nanos = check.integerOr(key, 0);
        return nanos == 0 ? otherwise : Duration.ofNanos(nanos);
    }
}
