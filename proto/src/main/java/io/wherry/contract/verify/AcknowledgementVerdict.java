package io.wherry.contract.verify;

import io.wherry.contract.Acknowledgement;

/** What was concluded about an acknowledgement. */
public sealed interface AcknowledgementVerdict {
    /** The hub's word about receipts that this agent wrote; taking it again changes nothing. */
    record Verified(Acknowledgement acknowledgement) implements AcknowledgementVerdict {}

    /** No receipt may be forgotten for it. */
    record Refused(VerifyReason reason, String detail) implements AcknowledgementVerdict {}
}
