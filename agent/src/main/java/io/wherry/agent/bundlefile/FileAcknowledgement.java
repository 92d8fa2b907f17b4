package io.wherry.agent.bundlefile;

import java.time.Instant;

/** What a bundle file says of the receipts that arrived at the hub, and what was made of it. */
public sealed interface FileAcknowledgement {

    /** The file says nothing of this agent's receipts. */
    record None() implements FileAcknowledgement {}

    /**
     * The hub has them.
     *
     * @param counter  of the last one
     * @param receipts how many of them were in the outbox until now
     */
    record Taken(long counter, Instant issuedAt, int receipts) implements FileAcknowledgement {}

    /**
     * Every receipt stays; the rest of the file counts all the same.
     *
     * @param reason stable code
     * @param detail one sentence
     */
    record Refused(String reason, String detail) implements FileAcknowledgement {}
}
