package io.wherry.agent.runtime.kubernetes.health;

import static java.util.Objects.requireNonNull;

/**
 * What an object's own status says of it.
 *
 * @param reason  one word, like {@code LessAvailable}: the words of kstatus, or the object's own
 * @param message goes on after the object's name and names the fields it goes by: {@code has 2 of 3 replicas available (status.availableReplicas)}
 */
public record ObjectStatus(State state, String reason, String message) {

    /** From good to bad. */
    public enum State {
        /** As it was asked for. */
        CURRENT,
        /** Has ended as it should. */
        COMPLETED,
        /** On its way. */
        IN_PROGRESS,
        /** Being deleted. */
        TERMINATING,
        /** Its status cannot be told. */
        UNKNOWN,
        /** Will not become what was asked for by itself. */
        FAILED
    }

    public ObjectStatus {
        requireNonNull(state, "state");
        requireNonNull(reason, "reason");
        requireNonNull(message, "message");
    }

    static ObjectStatus current(String message) {
        return new ObjectStatus(State.CURRENT, "Current", message);
    }

    static ObjectStatus inProgress(String reason, String message) {
        return new ObjectStatus(State.IN_PROGRESS, reason, message);
    }

    static ObjectStatus failed(String reason, String message) {
        return new ObjectStatus(State.FAILED, reason, message);
    }
}
