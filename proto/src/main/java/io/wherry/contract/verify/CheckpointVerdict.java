package io.wherry.contract.verify;

import io.wherry.contract.Checkpoint;

/** What was concluded about a checkpoint of the audit log. */
public sealed interface CheckpointVerdict {
    record Verified(Checkpoint checkpoint) implements CheckpointVerdict {}

    record Refused(VerifyReason reason, String detail) implements CheckpointVerdict {}
}
