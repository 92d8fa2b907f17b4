package io.wherry.agent.bundlefile;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;

/** What was concluded about a bundle file. */
public sealed interface FileVerdict {

    /**
     * It is for this agent, whole and well signed.
     *
     * @param news         false if this very assignment was adopted before; its content is stored again where it was lost
     * @param acknowledged judged by itself: one that is refused refuses nothing else
     */
    record Accepted(Assignment assignment, Digest digest, boolean news, FileAcknowledgement acknowledged)
            implements FileVerdict {
        Accepted(Assignment assignment, Digest digest, boolean news) {
            this(assignment, digest, news, new FileAcknowledgement.None());
        }

        Accepted with(FileAcknowledgement judged) {
            return new Accepted(assignment, digest, news, judged);
        }
    }

    /**
     * Nothing of it is used and nothing changed.
     *
     * @param reason stable code
     * @param detail one sentence that says what to do
     */
    record Refused(String reason, String detail) implements FileVerdict {}
}
