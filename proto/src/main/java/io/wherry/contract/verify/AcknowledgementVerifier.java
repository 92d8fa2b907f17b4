package io.wherry.contract.verify;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Statement;
import io.wherry.contract.TrustRoot;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Judges an acknowledgement before a receipt is forgotten for it: size, signatures, predicate type, form, target, epoch, order, and whether the receipt that
 * it names is the one that this agent wrote. The first that fails decides.
 */
public final class AcknowledgementVerifier {
    private AcknowledgementVerifier() {}

    /** Judges an envelope as it came from a file. */
    public static AcknowledgementVerdict verify(byte[] envelope, AcknowledgementContext context) {
        try {
            Envelope parsed = Verdict.envelope(envelope, Limits.ACKNOWLEDGEMENT_ENVELOPE_BYTES, Limits.STATEMENT_BYTES);
            TrustRoot root = context.root();
            Verdict.signed(parsed, root, root.roles().hub(), "acknowledgement");
            Acknowledgement acknowledgement = Verdict.statement(
                    parsed, Limits.STATEMENT_BYTES, Statement.ACKNOWLEDGEMENT, Acknowledgement::parse);
            meant(acknowledgement, context);
            context.taken().ifPresent(taken -> follows(acknowledgement, taken));
            ownReceipt(acknowledgement, context.written());
            return new AcknowledgementVerdict.Verified(acknowledgement);
        } catch (Verdict.Stop stop) {
            return new AcknowledgementVerdict.Refused(stop.reason(), stop.detail());
        }
    }

    private static void meant(Acknowledgement acknowledgement, AcknowledgementContext context) {
        Verdict.require(
                acknowledgement.trustDomain().equals(context.trustDomain()),
                VerifyReason.TRUST_DOMAIN_WRONG,
                "trust domain: " + acknowledgement.trustDomain() + " (expected: " + context.trustDomain() + ")");
        Verdict.require(
                acknowledgement.agentId().equals(context.agentId()),
                VerifyReason.OTHER_AGENT,
                "agent: " + acknowledgement.agentId() + " (expected: " + context.agentId() + ")");
        long epoch = context.root().epoch();
        Verdict.require(
                acknowledgement.epoch() == epoch,
                VerifyReason.EPOCH_WRONG,
                "epoch: " + acknowledgement.epoch() + " (expected: " + epoch + ", the trust root's)");
    }

    /** A new epoch may begin lower: a restored hub has less. */
    private static void follows(Acknowledgement acknowledgement, Acknowledged taken) {
        Verdict.require(
                acknowledgement.epoch() >= taken.epoch(),
                VerifyReason.EPOCH_WRONG,
                "epoch: " + acknowledgement.epoch() + " (expected: " + taken.epoch() + " or more, as taken before)");
        if (acknowledgement.epoch() > taken.epoch()) {
            return;
        }
        Verdict.require(
                acknowledgement.counter() >= taken.counter(),
                VerifyReason.ACKNOWLEDGEMENT_TOO_OLD,
                "counter: " + acknowledgement.counter() + " (expected: " + taken.counter()
                        + " or more, as taken before)");
        Verdict.require(
                acknowledgement.counter() > taken.counter()
                        || acknowledgement.receipt().equals(taken.receipt()),
                VerifyReason.EQUIVOCATION,
                "counter " + acknowledgement.counter()
                        + ": another receipt was acknowledged under it; the hub's key may be in two hands");
    }

    /** Where the receipt itself is gone and none before it is kept, there is nothing that could be forgotten wrongly. */
    private static void ownReceipt(Acknowledgement acknowledgement, SortedMap<Long, Digest> written) {
        long counter = acknowledgement.counter();
        long newest = written.isEmpty() ? 0 : written.lastKey();
        Verdict.require(
                counter <= newest,
                VerifyReason.OTHER_RECEIPT,
                "counter: " + counter + " (expected: at most " + newest
                        + ", the newest receipt of this site; was its state folder copied or put back?)");
        Optional<Digest> own = Optional.ofNullable(written.get(counter));
        Verdict.require(
                own.map(acknowledgement.receipt()::equals).orElseGet(() -> written.firstKey() > counter),
                VerifyReason.OTHER_RECEIPT,
                "receipt " + counter + ": " + acknowledgement.receipt() + " (expected: "
                        + own.map(Digest::toString).orElse("one that this site knows still")
                        + "; was its state folder copied?)");
    }
}
