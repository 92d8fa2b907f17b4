package io.wherry.contract.verify;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Receipt;
import io.wherry.contract.Statement;
import java.security.PublicKey;

/** Judges a receipt by the key that the hub bound to the agent at join; dates of certificates play no part. */
public final class ReceiptVerifier {
    private ReceiptVerifier() {}

    /** Size, signature, predicate type, form, trust domain, agent; the order and gaps of counters are the intake's matter. */
    public static ReceiptVerdict verify(byte[] envelope, PublicKey deviceKey, AgentId agentId, Digest trustDomain) {
        try {
            Envelope parsed = Verdict.envelope(envelope, Limits.RECEIPT_ENVELOPE_BYTES, Limits.RECEIPT_BYTES);
            byte[] pae = parsed.pae();
            Verdict.require(
                    parsed.signatures().stream().anyMatch(s -> EcdsaP256.verifies(deviceKey, pae, s.sig())),
                    VerifyReason.SIGNATURE_INVALID,
                    "receipt: not signed by the key of agent " + agentId);
            Receipt receipt = Verdict.statement(parsed, Limits.RECEIPT_BYTES, Statement.RECEIPT, Receipt::parse);
            Verdict.require(
                    receipt.trustDomain().equals(trustDomain),
                    VerifyReason.TRUST_DOMAIN_WRONG,
                    "trust domain: " + receipt.trustDomain() + " (expected: " + trustDomain + ")");
            Verdict.require(
                    receipt.agentId().equals(agentId),
                    VerifyReason.OTHER_AGENT,
                    "agent: " + receipt.agentId() + " (expected: " + agentId + ")");
            return new ReceiptVerdict.Verified(receipt, parsed.digest());
        } catch (Verdict.Stop stop) {
            return new ReceiptVerdict.Refused(stop.reason(), stop.detail());
        }
    }
}
