package io.wherry.contract.verify;

import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Role;
import io.wherry.contract.Statement;
import io.wherry.contract.TrustRoot;

/** Judges a checkpoint alone; whether it continues an earlier one, {@link io.wherry.contract.MerkleTree#verifyConsistency} says. */
public final class CheckpointVerifier {
    private CheckpointVerifier() {}

    /** Size, signatures of the log role, predicate type, form, trust domain. */
    public static CheckpointVerdict verify(byte[] envelope, TrustRoot root, Digest trustDomain) {
        try {
            Envelope parsed = Verdict.envelope(envelope, Limits.CHECKPOINT_ENVELOPE_BYTES, Limits.STATEMENT_BYTES);
            Role log = root.roles().log();
            Verdict.signed(parsed, root, log, "checkpoint");
            Checkpoint checkpoint =
                    Verdict.statement(parsed, Limits.STATEMENT_BYTES, Statement.CHECKPOINT, Checkpoint::parse);
            Verdict.require(
                    checkpoint.trustDomain().equals(trustDomain),
                    VerifyReason.TRUST_DOMAIN_WRONG,
                    "trust domain: " + checkpoint.trustDomain() + " (expected: " + trustDomain + ")");
            return new CheckpointVerdict.Verified(checkpoint);
        } catch (Verdict.Stop stop) {
            return new CheckpointVerdict.Refused(stop.reason(), stop.detail());
        }
    }
}
