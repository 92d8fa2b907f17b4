package io.wherry.hub.agentapi;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.wherry.contract.Reason;

/** Why a call of an agent is refused before it is looked at. Travels in the trailer {@code wherry-reason}. */
enum CallReason implements Reason {
    /** The connection shows no client certificate, and this call needs one. */
    CERTIFICATE_MISSING(Code.UNAUTHENTICATED, "this call needs the agent's client certificate"),
    /** Not signed by this hub's authority, or not for an agent of its trust domain. */
    CERTIFICATE_FOREIGN(
            Code.UNAUTHENTICATED, "the client certificate is not one of this hub's (joined to another hub?)"),
    /** Its time is over. */
    CERTIFICATE_EXPIRED(Code.UNAUTHENTICATED, "the client certificate has expired"),
    /** The certificate is ours, its agent is not in the database: it was restored from an older backup. */
    AGENT_UNKNOWN(Code.PERMISSION_DENIED, "this hub does not know the agent (restored from an older backup?)"),
    /** An operator retired the agent. */
    AGENT_RETIRED(
            Code.PERMISSION_DENIED,
            "the agent was retired by an operator (to come back: wherry-agent leave, then join again)"),
    /** Two processes poll with one state folder; both are refused until a person has decided. */
    AGENT_COPIED(
            Code.PERMISSION_DENIED,
            "two processes poll with this agent's state folder, or it was put back to an older state"
                    + " (an operator stops one of them, then: wherry agent review; what runs goes on)"),
    /** Its certificate ended long ago, and so did the time for which it is trusted without one. */
    AGENT_ABSENT(
            Code.PERMISSION_DENIED,
            "the agent was away for more than 400 days (an operator lets it come back: wherry agent review; what runs goes on)"),
    /** The certificate's key is not the one that is bound to the agent. */
    KEY_MISMATCH(Code.PERMISSION_DENIED, "the certificate's key is not the agent's"),
    /** A field breaks a limit of the protocol. */
    BAD_REQUEST(Code.INVALID_ARGUMENT, "the request breaks a limit of the protocol"),
    /** This address failed to enrol too often within a minute. */
    TOO_MANY_FAILURES(Code.RESOURCE_EXHAUSTED, "too many failed enrolments from this address"),
    /** This agent already has as many blob streams as it may. */
    TOO_MANY_STREAMS(Code.RESOURCE_EXHAUSTED, "too many blob streams of this agent"),
    /** The agent takes a stream more slowly than the minimum rate. */
    TOO_SLOW(Code.DEADLINE_EXCEEDED, "the stream moved too slowly; resume it with the offset reached"),
    /** The request was not complete, or its answer not ready, in time. */
    DEADLINE(Code.DEADLINE_EXCEEDED, "the call took longer than it may"),
    /** The hub has more to do than it can; the least urgent calls wait. */
    OVERLOADED(Code.UNAVAILABLE, "the hub is busy; come back after the delay");

    private final Code status;
    private final String sentence;

    CallReason(Code status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    Status status() {
        return status.toStatus().withDescription(sentence);
    }
}
