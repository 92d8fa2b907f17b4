package io.wherry.contract.verify;

import io.wherry.contract.Reason;

/** Why a document was refused (docs/reference/reasons.md). In the order in which they are found. */
public enum VerifyReason implements Reason {
    /** More bytes than any such document may have; nothing was parsed. */
    TOO_LARGE,
    /** No DSSE envelope, or one of another payload type. */
    ENVELOPE_INVALID,
    /** The chain of trust roots does not lead from the trust domain, or misses a version. */
    ROOT_CHAIN_BROKEN,
    /** The root names nobody who may sign this. */
    ROLE_MISSING,
    /** Too few distinct keys of the role have signed these bytes. */
    SIGNATURE_INVALID,
    /** Well signed, but a document of another type. */
    PREDICATE_TYPE_WRONG,
    /** Well signed, but not the document it claims to be. */
    STATEMENT_INVALID,
    /** It needs something this version does not understand. */
    AGENT_TOO_OLD,
    /** Of another hub. */
    TRUST_DOMAIN_WRONG,
    /** For another agent. */
    OTHER_AGENT,
    /** For an earlier or another key of this agent. */
    OTHER_AGENT_KEY,
    /** The epoch is not the trust root's, or the root is of an earlier epoch than the floor. */
    EPOCH_WRONG,
    /** Older than what was adopted. */
    SEQUENCE_TOO_OLD,
    /** Of fewer receipts than the acknowledgement that was taken last. */
    ACKNOWLEDGEMENT_TOO_OLD,
    /** Two different documents claim one place: somebody who can sign as the hub says different things to different sites. */
    EQUIVOCATION,
    /** A stack that runs is neither listed nor marked absent. */
    INCOMPLETE_SET,
    /** The receipt that is acknowledged is not the one that this site wrote under its number. */
    OTHER_RECEIPT,
    /** Past its time. */
    EXPIRED,
    /** Not the release that the entry names, or of another stack, or of another kind than the entry's state needs. */
    OTHER_RELEASE,
    /** Older than a release that was staged. */
    COUNTER_TOO_OLD,
    /** The release is not for this environment. */
    ENVIRONMENT_WRONG,
    /** The entry's bundle is not the release's. */
    OTHER_BUNDLE,
    /** A site variable is unknown, has no value, or a value outside its pattern. */
    VARIABLE_INVALID,
    /** Not a manifest of a bundle. */
    MANIFEST_INVALID,
    /** The generation was to begin before a time that is past. */
    START_TOO_LATE
}
