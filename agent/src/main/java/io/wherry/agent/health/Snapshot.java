package io.wherry.agent.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one look shows of an object.
 *
 * @param object      {@code service/web}
 * @param exitCode    of the last run, where it has ended
 * @param outOfMemory whether the kernel ended the last run for its memory
 * @param restarts    how often the runtime has restarted it since it was made
 * @param createdAt   when it was made; empty where it is missing
 * @param startedAt   of the present or last run; empty if it never started
 * @param mayComplete whether ending with 0 is what it should do
 * @param check       its health check; empty if it has none
 */
public record Snapshot(
        String object,
        State state,
        int exitCode,
        boolean outOfMemory,
        int restarts,
        Optional<Instant> createdAt,
        Optional<Instant> startedAt,
        boolean mayComplete,
        Optional<Check> check) {

    /** What the runtime says of its process. */
    public enum State {
        MISSING,
        CREATED,
        RUNNING,
        RESTARTING,
        PAUSED,
        EXITED
    }

    /** What the runtime says of its health check. */
    public enum CheckState {
        STARTING,
        HEALTHY,
        UNHEALTHY
    }

    /**
     * @param output  of the latest run, bounded
     * @param ownTime how long the check may take to decide by its own settings
     */
    public record Check(CheckState state, String output, Duration ownTime) {}
}
