package io.wherry.contract.health;

/** A health rule or a path that cannot be read. The message names the place within it, what stands there and what is expected. */
public final class RuleException extends RuntimeException {
    RuleException(String message) {
        super(message);
    }
}
