package io.wherry.agent.hubclient;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** What asking for enrolment came to. */
public sealed interface Enrolled {

    /**
     * The hub took this device in.
     *
     * @param agentId the id the hub chose
     * @param name    the name the hub chose
     * @param chain   the agent's certificate, then the CA's
     * @param roots   DSSE envelopes of the trust root, version 1 to the newest; not judged yet
     */
    record Issued(String agentId, String name, List<X509Certificate> chain, List<byte[]> roots) implements Enrolled {}

    /** A person must approve. Both sides show the same fingerprint. */
    record Pending(String fingerprint, Duration retryAfter) implements Enrolled {}

    /** A person said no. Final for this key. */
    record Denied() implements Enrolled {}

    /** @param reason the hub's code, such as {@code TokenUsed} */
    record Refused(String reason, String detail) implements Enrolled {}

    record Unreachable(Trouble trouble, String why) implements Enrolled {}
}
