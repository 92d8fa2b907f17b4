package io.wherry.hub.sync;

/** What became of an operator's act. */
public sealed interface OperationResult {

    /**
     * Done; what follows from it is offered to the agents.
     *
     * @param message  one sentence
     * @param revision the stack's newest revision; 0 if it has none
     * @param commit   what is offered now; empty if it came from no commit
     */
    record Done(String message, long revision, String commit) implements OperationResult {}

    /** No such stack, agent or revision. */
    record NotFound(String message) implements OperationResult {}

    /**
     * It waits for a confirmation, or something is in the way.
     *
     * @param hint what to do
     */
    record Blocked(String reason, String message, String hint) implements OperationResult {}
}
