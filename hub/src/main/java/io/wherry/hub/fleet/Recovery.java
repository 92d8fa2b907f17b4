package io.wherry.hub.fleet;

import io.wherry.hub.fleet.AgentCertificates.Chain;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Decides whether an agent whose certificate ended while it was away gets a new one, as often as it needs, without a person.
 *
 * <p>That it holds the key was proven by the connection: the handshake signs with the key of the certificate that is shown, of whatever date.
 */
public final class Recovery {
    /** Longer than a winter, a strike and a lost invoice together; whatever was away for longer may be somebody else's by now. */
    public static final Duration LONGEST_ABSENCE = Duration.ofDays(400);

    private final Enrolment enrolment;
    private final AgentRepository agents;
    private final LastSeen lastSeen;
    private final InstantSource clock;

    public Recovery(Enrolment enrolment, AgentRepository agents, LastSeen lastSeen, InstantSource clock) {
        this.enrolment = enrolment;
        this.agents = agents;
        this.lastSeen = lastSeen;
        this.clock = clock;
    }

    /** What comes of a request. */
    public sealed interface Outcome {
        record Issued(Chain chain) implements Outcome {}

        /** The signing request is none, or not of the agent's own key. */
        record BadSigningRequest() implements Outcome {}

        /** Away for longer than {@link #LONGEST_ABSENCE}, and no person has let it come back. */
        record Absent(Instant since) implements Outcome {}

        /** Its state folder was put back, or is the older of two. */
        record PutBack() implements Outcome {}
    }

    /**
     * @param csr         PKCS#10 in DER
     * @param incarnation starts of the agent's state folder, counted by itself
     */
    public Outcome recover(AgentRecord agent, byte[] csr, long incarnation) {
        if (lastSeen.isOlder(agent.id(), incarnation)) {
            return new Outcome.PutBack();
        }
        Instant since = lastKnown(agent);
        if (Duration.between(since, clock.instant()).compareTo(LONGEST_ABSENCE) > 0) {
            return new Outcome.Absent(since);
        }
        Optional<Chain> chain = enrolment.renew(agent.id(), csr);
        chain.ifPresent(issued -> lastSeen.heard(agent.id()));
        return chain.<Outcome>map(Outcome.Issued::new).orElseGet(Outcome.BadSigningRequest::new);
    }

    /** The last time at which the agent, or a person who looked at it, vouched for it. */
    private Instant lastKnown(AgentRecord agent) {
        Instant heard = lastSeen.lastHeard(agent.id()).orElse(agent.created());
        return agents.reviewed(agent.id()).filter(heard::isBefore).orElse(heard);
    }
}
