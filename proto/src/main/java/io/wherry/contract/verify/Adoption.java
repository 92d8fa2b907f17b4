package io.wherry.contract.verify;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import java.util.Optional;

/** What was concluded about an offered assignment. A bad one is expected, so it is a value, not an exception. */
public sealed interface Adoption {

    /**
     * Signed by the hub's key, meant for this agent, complete, not older than what it runs, and valid now.
     *
     * @param digest of its payload
     * @param next   to be stored durably, with the assignment, before any effect
     */
    record Adopted(Assignment assignment, Digest digest, Floor next) implements Adoption {}

    /** The very assignment that was adopted last; nothing is to be done. */
    record Unchanged() implements Adoption {}

    /**
     * The assignment must not be used; the agent keeps what it runs.
     *
     * @param reason stable code: metric label, audit field, and what an operator searches for
     * @param detail one sentence for a person; never key material
     * @param digest of what was offered, to be named in a refusal; absent where it was no envelope
     */
    record Refused(VerifyReason reason, String detail, Optional<Digest> digest) implements Adoption {}
}
