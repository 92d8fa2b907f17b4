package io.wherry.contract.verify;

import io.wherry.contract.Digest;
import io.wherry.contract.Receipt;

/** What was concluded about a receipt. */
public sealed interface ReceiptVerdict {
    /** @param digest of its payload: the receipt's identity, what is acknowledged */
    record Verified(Receipt receipt, Digest digest) implements ReceiptVerdict {}

    /** Not this agent's word. */
    record Refused(VerifyReason reason, String detail) implements ReceiptVerdict {}
}
