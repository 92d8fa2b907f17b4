package io.wherry.agent.bundlefile;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;

/** What was concluded about a bundle file. */
public sealed interface FileVerdict {

    /**
     * It is for this agent, whole and well signed.
     *
     * @param news false if this very assignment was adopted before; its content is stored again where it was lost
     */
    record Accepted(Assignment assignment, Digest digest, boolean news) implements FileVerdict {}

    /**
     * Nothing of it is used and nothing changed.
     *
     * @param reason stable code
     * @param detail one sentence that says what to do
     */
    record Refused(String reason, String detail) implements FileVerdict {}
}
