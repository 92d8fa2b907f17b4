package io.wherry.contract.verify;

import io.wherry.contract.Release;

/** What was concluded about the release of an entry. */
public sealed interface Stage {
    /**
     * The entry's content may run here, with the entry's variables.
     *
     * @param next to be stored durably before the content is applied
     */
    record Staged(Release release, Floor next) implements Stage {}

    /** This stack and what depends on it are held back; no other is. */
    record Refused(VerifyReason reason, String detail) implements Stage {}
}
