package io.wherry.contract.verify;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Role;
import io.wherry.contract.StackId;
import io.wherry.contract.Statement;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * ADOPT: judges an assignment alone, before anything that it names is fetched.
 *
 * <p>Size, root, signatures, predicate type, form, features, target, epoch, floor, completeness, expiry; the first that fails decides.
 */
public final class AdoptionVerifier {
    private AdoptionVerifier() {}

    /** Judges an envelope as it came, from the hub or from a file. */
    public static Adoption adopt(byte[] envelope, AdoptionContext context) {
        Optional<Digest> digest = Optional.empty();
        try {
            Envelope parsed = Verdict.envelope(envelope, Limits.ENVELOPE_BYTES, Limits.STATEMENT_BYTES);
            digest = Optional.of(parsed.digest());
            return judge(parsed, context);
        } catch (Verdict.Stop stop) {
            return new Adoption.Refused(stop.reason(), stop.detail(), digest);
        }
    }

    private static Adoption judge(Envelope envelope, AdoptionContext context) {
        TrustRoot root = context.root();
        Role hub = root.roles().hub();
        Verdict.signed(envelope, root, hub, "assignment");
        Assignment assignment =
                Verdict.statement(envelope, Limits.STATEMENT_BYTES, Statement.ASSIGNMENT, Assignment::parse);
        understood(assignment, context);
        meant(assignment, context);
        inEpoch(assignment, context);
        Floor floor = context.floor().enter(root);
        Digest digest = envelope.digest();
        if (isUnchanged(assignment, digest, floor)) {
            return new Adoption.Unchanged();
        }
        follows(assignment, floor);
        complete(assignment, context.running());
        valid(assignment, floor.now(context.now()));
        return new Adoption.Adopted(
                assignment, digest, floor.adopted(assignment.sequence(), digest, assignment.issuedAt()));
    }

    private static void understood(Assignment assignment, AdoptionContext context) {
        Verdict.understood(assignment.crit(), "crit");
        Version least = Version.parse(context.root().minimumAgentVersion());
        Verdict.require(
                context.agentVersion().compareTo(least) >= 0,
                VerifyReason.AGENT_TOO_OLD,
                "this agent is version " + context.agentVersion() + " (expected: " + least + " or newer)");
    }

    private static void meant(Assignment assignment, AdoptionContext context) {
        Verdict.require(
                assignment.trustDomain().equals(context.trustDomain()),
                VerifyReason.TRUST_DOMAIN_WRONG,
                "trust domain: " + assignment.trustDomain() + " (expected: " + context.trustDomain() + ")");
        Verdict.require(
                assignment.agentId().equals(context.agentId()),
                VerifyReason.OTHER_AGENT,
                "agent: " + assignment.agentId() + " (expected: " + context.agentId() + ")");
        Verdict.require(
                assignment.agentKeyHash().equals(context.agentKeyHash()),
                VerifyReason.OTHER_AGENT_KEY,
                "agent key: " + assignment.agentKeyHash() + " (expected: " + context.agentKeyHash() + ")");
    }

    private static void inEpoch(Assignment assignment, AdoptionContext context) {
        long epoch = context.root().epoch();
        Verdict.require(
                epoch >= context.floor().epoch(),
                VerifyReason.EPOCH_WRONG,
                "trust root: epoch " + epoch + " (expected: " + context.floor().epoch()
                        + " or more, as adopted before)");
        Verdict.require(
                assignment.epoch() == epoch,
                VerifyReason.EPOCH_WRONG,
                "epoch: " + assignment.epoch() + " (expected: " + epoch + ", the trust root's)");
    }

    private static boolean isUnchanged(Assignment assignment, Digest digest, Floor floor) {
        Verdict.require(
                assignment.sequence() >= floor.sequence(),
                VerifyReason.SEQUENCE_TOO_OLD,
                "sequence: " + assignment.sequence() + " (expected: " + floor.sequence()
                        + " or more, as adopted before)");
        if (assignment.sequence() > floor.sequence()) {
            return false;
        }
        Verdict.require(
                floor.digest().equals(Optional.of(digest)),
                VerifyReason.EQUIVOCATION,
                "sequence " + assignment.sequence()
                        + ": another assignment was adopted under it; the hub's key may be in two hands");
        return true;
    }

    /** Across a gap {@code previous} says nothing: newest-first and lost files are normal. */
    private static void follows(Assignment assignment, Floor floor) {
        boolean next = assignment.sequence() == floor.sequence() + 1;
        Verdict.require(
                !next || floor.digest().isEmpty() || assignment.previous().equals(floor.digest()),
                VerifyReason.EQUIVOCATION,
                "sequence " + assignment.sequence()
                        + ": follows another assignment than the one adopted; the hub's key may be in two hands");
    }

    private static void complete(Assignment assignment, Set<StackId> running) {
        Set<StackId> missing = new TreeSet<>(running);
        assignment.entries().stream().map(Entry::stack).forEach(missing::remove);
        Verdict.require(
                missing.isEmpty(),
                VerifyReason.INCOMPLETE_SET,
                "stacks that run here are neither listed nor marked absent: " + missing);
    }

    private static void valid(Assignment assignment, Instant now) {
        Verdict.require(
                now.isBefore(assignment.expiresAt()),
                VerifyReason.EXPIRED,
                "expired at " + assignment.expiresAt() + "; it is " + now + " at least (get a newer assignment)");
    }
}
