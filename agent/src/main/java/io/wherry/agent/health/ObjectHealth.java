package io.wherry.agent.health;

/**
 * How one object does.
 *
 * @param object {@code service/web}; replicas after the first {@code service/web/2}
 * @param detail one sentence
 */
public record ObjectHealth(String object, State state, String detail) {

    /** From good to bad. */
    public enum State {
        HEALTHY,
        COMPLETED,
        STARTING,
        UNHEALTHY
    }
}
