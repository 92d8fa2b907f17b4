package io.wherry.contract.health;

/**
 * What a health rule says of an object.
 *
 * @param message goes on after the object's name: {@code waits for {.status.phase} == Ready (is "Creating")}
 */
public record RuleVerdict(State state, String message) {

    /** From good to bad. */
    public enum State {
        HEALTHY,
        WAITING,
        FAILED
    }
}
