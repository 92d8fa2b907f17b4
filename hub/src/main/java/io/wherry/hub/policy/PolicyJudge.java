package io.wherry.hub.policy;

import io.wherry.base.Listed;
import io.wherry.contract.registry.ImageReference;
import io.wherry.hub.policy.Decision.Allowed;
import io.wherry.hub.policy.Decision.Denied;
import io.wherry.hub.resource.ImagePrefix;
import io.wherry.hub.resource.Policy;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Holds new content against the policies that govern its target. */
public final class PolicyJudge {
    private static final Pattern BY_DIGEST = Pattern.compile(".+@sha256:[0-9a-f]{64}");

    private final Policy policy;
    private final Candidate candidate;

    private PolicyJudge(Policy policy, Candidate candidate) {
        this.policy = policy;
        this.candidate = candidate;
    }

    /** The first refusal, by the policies' order and that of {@link PolicyRule}. */
    public static Decision decide(List<Policy> policies, Candidate candidate) {
        for (Policy policy : policies) {
            Optional<Denied> denied = new PolicyJudge(policy, candidate).decide();
            if (denied.isPresent()) {
                return denied.get();
            }
        }
        return new Allowed();
    }

    private Optional<Denied> decide() {
        return pinnedRefs()
                .or(this::signedCommits)
                .or(this::sources)
                .or(this::formats)
                .or(this::imageDigests)
                .or(this::registries)
                .or(() -> ModelRules.denied(policy, candidate.model()));
    }

    private Optional<Denied> pinnedRefs() {
        Provenance from = candidate.from();
        return when(
                policy.require().pinnedRefs() && !from.fixed(),
                PolicyRule.PINNED_REFS,
                "the stack follows " + from.ref() + ", which moves",
                "give it a ref with a tag or a commit; of a registry a digest, or a tag with pinned: true");
    }

    private Optional<Denied> signedCommits() {
        return when(
                policy.require().signedCommits() && !candidate.from().signed(),
                PolicyRule.SIGNED_COMMITS,
                "its source " + String.join(", ", candidate.from().sources()) + " asks for no signature of "
                        + candidate.from().ref(),
                "name in verify of the source who signs");
    }

    private Optional<Denied> sources() {
        List<String> allowed = policy.allow().sources();
        if (allowed.isEmpty()) {
            return Optional.empty();
        }
        String cure = "take it from one of " + String.join(", ", allowed);
        NavigableSet<String> others = new TreeSet<>(candidate.from().sources());
        allowed.forEach(others::remove);
        return when(!others.isEmpty(), PolicyRule.SOURCES, "it comes from source " + String.join(", ", others), cure)
                .or(() -> candidate
                        .from()
                        .chartUrl()
                        .map(url -> new Denied(
                                policy.name(),
                                PolicyRule.SOURCES,
                                "its chart comes from " + url + " and from no source",
                                "name a source of charts in helm.chartFrom.sourceRef, one of "
                                        + String.join(", ", allowed))));
    }

    private Optional<Denied> formats() {
        List<String> allowed = policy.allow().formats();
        return when(
                !allowed.isEmpty() && !allowed.contains(candidate.format()),
                PolicyRule.FORMATS,
                "its format is " + candidate.format(),
                "allowed here: " + String.join(", ", allowed));
    }

    private Optional<Denied> imageDigests() {
        List<String> open = candidate.images().stream()
                .filter(image -> !BY_DIGEST.matcher(image).matches())
                .toList();
        return when(
                policy.require().imageDigests() && !open.isEmpty(),
                PolicyRule.IMAGE_DIGESTS,
                "by no digest: " + named(open),
                "write images.resolveDigests: true in the stack, or NAME@sha256:… in its files");
    }

    private Optional<Denied> registries() {
        List<ImagePrefix> allowed = policy.allow().registries();
        List<String> others = candidate.images().stream()
                .filter(image -> !isFrom(allowed, image))
                .toList();
        return when(
                !allowed.isEmpty() && !others.isEmpty(),
                PolicyRule.REGISTRIES,
                "from elsewhere: " + named(others),
                "allowed here: " + allowed.stream().map(ImagePrefix::toString).collect(Collectors.joining(", ")));
    }

    /** A name that only the site completes is from nowhere that is known. */
    private static boolean isFrom(List<ImagePrefix> allowed, String image) {
        try {
            ImageReference reference = ImageReference.parse(image);
            return allowed.stream().anyMatch(prefix -> prefix.covers(reference));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Optional<Denied> when(boolean denied, PolicyRule rule, String why, String cure) {
        return denied ? Optional.of(new Denied(policy.name(), rule, why, cure)) : Optional.empty();
    }

    static String named(List<String> all) {
        return Listed.few(all.stream().distinct().toList());
    }
}
