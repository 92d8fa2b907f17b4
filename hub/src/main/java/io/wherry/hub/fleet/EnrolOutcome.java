package io.wherry.hub.fleet;

import java.time.Duration;

/** What a request to join leads to. The same key asking again gets the same answer, until a person changes it. */
public sealed interface EnrolOutcome {

    record Enrolled(AgentRecord agent, AgentCertificates.Chain certificates) implements EnrolOutcome {}

    /**
     * A person must compare the fingerprints first.
     *
     * @param retryAfter when to ask again
     */
    record Pending(AgentRecord agent, Duration retryAfter) implements EnrolOutcome {}

    /** A person said no. */
    record Denied() implements EnrolOutcome {}

    /**
     * Nothing was changed; the token is as good as before.
     *
     * @param detail thing, cause and fix, for the technician
     */
    record Refused(EnrolReason reason, String detail) implements EnrolOutcome {}
}
