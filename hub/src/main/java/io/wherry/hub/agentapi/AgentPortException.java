package io.wherry.hub.agentapi;

/** The agents' port cannot be opened: address taken, TLS not available. Names the address, keeps the cause. */
public final class AgentPortException extends RuntimeException {
    public AgentPortException(String message, Throwable cause) {
        super(message, cause);
    }
}
