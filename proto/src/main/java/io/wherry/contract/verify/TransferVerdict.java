package io.wherry.contract.verify;

import io.wherry.contract.TransferList;

/** What was concluded about the list of a transfer file. */
public sealed interface TransferVerdict {
    record Verified(TransferList list) implements TransferVerdict {}

    record Refused(VerifyReason reason, String detail) implements TransferVerdict {}
}
