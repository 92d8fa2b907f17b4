package io.wherry.hub.fleet;

import java.util.Locale;

/** Where an agent stands with the hub. */
public enum AgentState {
    /** Joined with a token that asks for approval; gets nothing until a person compared the fingerprints. */
    PENDING,
    /** Served. */
    ENROLLED,
    /** Served until everything that it runs is gone; then it is retired. Nothing new goes to it. */
    RETIRING,
    /** A person said no. Final for its key. */
    DENIED,
    /** Was served and is no longer: every call is refused. Final for its id and key. */
    RETIRED;

    /** Whether calls are answered. */
    boolean served() {
        return this == ENROLLED || this == RETIRING;
    }

    /** As stored and shown: {@code enrolled}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static AgentState parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
