package io.wherry.hub.audit;

import io.wherry.contract.Checkpoint;

/** @param envelope the signed document as it is handed out; not copied, do not change it */
public record SignedCheckpoint(Checkpoint checkpoint, byte[] envelope) {}
