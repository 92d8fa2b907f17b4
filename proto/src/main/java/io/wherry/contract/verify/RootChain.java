package io.wherry.contract.verify;

import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Statement;
import io.wherry.contract.TrustRoot;
import java.util.List;
import java.util.Optional;

/**
 * Follows trust roots from the pinned first one, or from the newest known one, version by version.
 *
 * <p>Version 1 is known by its digest (the trust domain) and signs itself; N + 1 is signed by the root roles of N and of N + 1.
 */
public final class RootChain {
    private RootChain() {}

    /**
     * @param known       the newest root trusted so far; none at join
     * @param trustDomain from the join token or from paper: never from the hub or the file alone
     * @param envelopes   in order of version, at most {@link Limits#ROOT_CHAIN}; versions up to the known one are passed over
     */
    public static Roots extend(Optional<TrustRoot> known, Digest trustDomain, List<byte[]> envelopes) {
        try {
            Verdict.require(
                    envelopes.size() <= Limits.ROOT_CHAIN,
                    VerifyReason.TOO_LARGE,
                    "root chain: " + envelopes.size() + " (expected: at most " + Limits.ROOT_CHAIN + ")");
            Optional<TrustRoot> newest = known;
            for (byte[] envelope : envelopes) {
                newest = Optional.of(next(newest, trustDomain, envelope));
            }
            return newest.<Roots>map(root -> new Roots.Trusted(root, trustDomain))
                    .orElseGet(() -> new Roots.Refused(
                            VerifyReason.ROOT_CHAIN_BROKEN, "root chain: empty (expected: roots from version 1)"));
        } catch (Verdict.Stop stop) {
            return new Roots.Refused(stop.reason(), stop.detail());
        }
    }

    private static TrustRoot next(Optional<TrustRoot> before, Digest trustDomain, byte[] bytes) {
        Envelope envelope = Verdict.envelope(bytes, Limits.ENVELOPE_BYTES, Limits.STATEMENT_BYTES);
        return before.map(root -> successor(root, envelope)).orElseGet(() -> first(trustDomain, envelope));
    }

    /** The pin is over the exact bytes, so they may be parsed: whoever chose the trust domain chose them. */
    private static TrustRoot first(Digest trustDomain, Envelope envelope) {
        Verdict.require(
                envelope.digest().equals(trustDomain),
                VerifyReason.ROOT_CHAIN_BROKEN,
                "trust root: " + envelope.digest() + " (expected: version 1 of trust domain " + trustDomain + ")");
        TrustRoot root = parse(envelope);
        Verdict.require(
                root.version() == 1,
                VerifyReason.ROOT_CHAIN_BROKEN,
                "trust root: version " + root.version() + " (expected: 1 as the first)");
        signedByItself(root, envelope);
        return root;
    }

    private static TrustRoot successor(TrustRoot before, Envelope envelope) {
        if (Digest.of(before.toStatement()).equals(envelope.digest())) {
            return before;
        }
        int vouching = Signatures.distinctKeys(envelope, before, before.roles().root());
        TrustRoot claimed = parse(envelope);
        if (claimed.version() < before.version()) {
            return before; // a chain may begin at version 1; what is older changes nothing, whoever signed it
        }
        Verdict.require(
                vouching >= before.roles().root().threshold(),
                VerifyReason.SIGNATURE_INVALID,
                "trust root " + claimed.version() + ": not signed by the root role of version " + before.version());
        Verdict.require(
                claimed.version() != before.version(),
                VerifyReason.EQUIVOCATION,
                "trust root: two different versions " + claimed.version());
        Verdict.require(
                claimed.version() == before.version() + 1,
                VerifyReason.ROOT_CHAIN_BROKEN,
                "trust root: version " + claimed.version() + " (expected: " + (before.version() + 1) + " next)");
        signedByItself(claimed, envelope);
        Verdict.require(
                claimed.epoch() >= before.epoch(),
                VerifyReason.ROOT_CHAIN_BROKEN,
                "trust root: epoch " + claimed.epoch() + " (expected: " + before.epoch() + " or more)");
        return claimed;
    }

    private static TrustRoot parse(Envelope envelope) {
        return Verdict.statement(envelope, Limits.STATEMENT_BYTES, Statement.TRUST_ROOT, TrustRoot::parse);
    }

    private static void signedByItself(TrustRoot root, Envelope envelope) {
        Verdict.signed(envelope, root, root.roles().root(), "trust root " + root.version());
    }
}
