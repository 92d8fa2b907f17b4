package io.wherry.agent;

import io.wherry.contract.Version;
import java.time.Instant;

/** Which agent this is. */
public final class AgentVersion {
    /** Like {@code 0.1.0}: as the build wrote it. */
    public static final String TEXT = io.wherry.base.Version.CURRENT;

    /** When this version was made: no earlier time is believed at join. */
    static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    private AgentVersion() {}

    static Version parsed() {
        return Version.parse(TEXT);
    }
}
