package io.wherry.contract.verify;

import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Statement;
import io.wherry.contract.TransferList;
import java.security.PublicKey;

/** Judges the list of a transfer file by the one key that a person gives; whether the file holds what it names is judged after. */
public final class TransferVerifier {
    private TransferVerifier() {}

    /** Size, signature of the key, predicate type, form. */
    public static TransferVerdict verify(byte[] envelope, PublicKey key) {
        try {
            Envelope parsed = Verdict.envelope(envelope, Limits.ENVELOPE_BYTES, Limits.STATEMENT_BYTES);
            byte[] pae = parsed.pae();
            Verdict.require(
                    parsed.signatures().stream().anyMatch(signature -> EcdsaP256.verifies(key, pae, signature.sig())),
                    VerifyReason.SIGNATURE_INVALID,
                    "transfer: no good signature of key " + PublicKeyId.of(key));
            return new TransferVerdict.Verified(
                    Verdict.statement(parsed, Limits.STATEMENT_BYTES, Statement.TRANSFER, TransferList::parse));
        } catch (Verdict.Stop stop) {
            return new TransferVerdict.Refused(stop.reason(), stop.detail());
        }
    }
}
