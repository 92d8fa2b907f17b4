package io.wherry.contract.verify;

import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Features;
import io.wherry.contract.Limits;
import io.wherry.contract.Release;
import io.wherry.contract.Role;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * STAGE, first step: judges the release that an adopted entry names. Its manifest and blobs follow ({@link ManifestVerifier}).
 *
 * <p>Size, digest, signatures of the environment's role, predicate type, form, features, trust domain, stack, kind, counter, environment,
 * {@code notAfter}, bundle, variables; the first that fails decides.
 */
public final class ReleaseVerifier {
    private ReleaseVerifier() {}

    /** Judges an envelope as it came; any envelope with the payload that the entry names will do. */
    public static Stage stage(byte[] envelope, Entry entry, StageContext context) {
        try {
            Envelope parsed = Verdict.envelope(envelope, Limits.ENVELOPE_BYTES, Limits.STATEMENT_BYTES);
            return judge(parsed, entry, context);
        } catch (Verdict.Stop stop) {
            return new Stage.Refused(stop.reason(), stop.detail());
        }
    }

    private static Stage judge(Envelope envelope, Entry entry, StageContext context) {
        Verdict.require(
                envelope.digest().equals(entry.release()),
                VerifyReason.OTHER_RELEASE,
                "release: " + envelope.digest() + " (expected: " + entry.release() + ", as the entry says)");
        Optional<Role> role = context.root().roles().releaseFor(context.environment());
        Verdict.require(
                role.isPresent(),
                VerifyReason.ROLE_MISSING,
                "environment \"" + context.environment() + "\": the trust root names nobody who may release for it");
        Verdict.signed(envelope, context.root(), role.get(), "release");
        Release release = Verdict.statement(envelope, Limits.STATEMENT_BYTES, Statement.RELEASE, Release::parse);
        understood(release, entry);
        meant(release, entry, context);
        Verdict.require(
                release.counter() >= context.floor().releaseCounter(release.stack()),
                VerifyReason.COUNTER_TOO_OLD,
                "counter: " + release.counter() + " (expected: "
                        + context.floor().releaseCounter(release.stack()) + " or more, as staged before)");
        Verdict.require(
                release.allows(context.environment()),
                VerifyReason.ENVIRONMENT_WRONG,
                "environment \"" + context.environment() + "\": not one of the release's " + release.environments());
        valid(release, context.floor().now(context.now()));
        Verdict.require(
                release.bundle().equals(entry.bundle()),
                VerifyReason.OTHER_BUNDLE,
                "bundle: " + entry.bundle() + " (expected: the release's, " + release.bundle() + ")");
        variables(release, entry);
        return new Stage.Staged(release, context.floor().staged(release.stack(), release.counter()));
    }

    private static void understood(Release release, Entry entry) {
        Set<String> needed = new HashSet<>(release.crit());
        if (release.bundleSet().isPresent() || entry.proof().isPresent()) {
            needed.add(Features.BUNDLE_SETS);
        }
        if (!entry.sealedSecrets().isEmpty()) {
            needed.add(Features.SEALED_SECRETS);
        }
        Verdict.understood(needed, "stack " + entry.name());
    }

    private static void meant(Release release, Entry entry, StageContext context) {
        Verdict.require(
                release.trustDomain().equals(context.trustDomain()),
                VerifyReason.TRUST_DOMAIN_WRONG,
                "trust domain: " + release.trustDomain() + " (expected: " + context.trustDomain() + ")");
        Verdict.require(
                release.stack().equals(entry.stack()),
                VerifyReason.OTHER_RELEASE,
                "release: of stack " + release.stack() + " (expected: " + entry.stack() + ")");
        Release.Kind kind = entry.state() == Entry.State.ABSENT ? Release.Kind.TOMBSTONE : Release.Kind.CONTENT;
        Verdict.require(
                release.kind() == kind,
                VerifyReason.OTHER_RELEASE,
                "release: " + release.kind() + " (expected: " + kind + " for an entry that is " + entry.state() + ")");
    }

    private static void valid(Release release, Instant now) {
        Verdict.require(
                release.notAfter().map(now::isBefore).orElse(true),
                VerifyReason.EXPIRED,
                "release: not after "
                        + release.notAfter().map(Instant::toString).orElse("") + "; it is " + now + " at least");
    }

    private static void variables(Release release, Entry entry) {
        Set<String> unknown = new HashSet<>(entry.variables().keySet());
        for (SiteVariable variable : release.siteVariables()) {
            unknown.remove(variable.name());
            Optional<String> value =
                    Optional.ofNullable(entry.variables().get(variable.name())).or(variable::defaultValue);
            Verdict.require(
                    value.isPresent(),
                    VerifyReason.VARIABLE_INVALID,
                    "variable " + variable.name() + ": no value and no default");
            Verdict.require(
                    variable.accepts(value.get()),
                    VerifyReason.VARIABLE_INVALID,
                    "variable " + variable.name() + ": the value is not one of " + variable.pattern());
        }
        Verdict.require(
                unknown.isEmpty(),
                VerifyReason.VARIABLE_INVALID,
                "variables: " + unknown + " (expected: only those that the release declares)");
    }
}
