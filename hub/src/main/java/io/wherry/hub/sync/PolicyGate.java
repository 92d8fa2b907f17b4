package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.policy.Candidate;
import io.wherry.hub.policy.Decision;
import io.wherry.hub.policy.Decision.Denied;
import io.wherry.hub.policy.PolicyJudge;
import io.wherry.hub.policy.Provenance;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.source.Revision;
import io.wherry.hub.status.StackState;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * Asks the policies about what is new for the targets that they govern. What a target has already, by its bundle, is not judged again: a policy stops nothing that
 * runs, and hinders neither its repair nor its removal.
 */
final class PolicyGate {
    private final BundleStore bundles;

    PolicyGate(BundleStore bundles) {
        this.bundles = bundles;
    }

    /**
     * What the policies said.
     *
     * @param targets what each target should have
     * @param denied  those that keep what they have because of a policy
     * @param what    was judged, for a person: {@code commit 1a2b3c4d5e6f}
     */
    record Judged(Map<AgentId, TargetContent> targets, Map<Member, Denied> denied, String what) {
        Judged {
            targets = Map.copyOf(targets);
            denied = Map.copyOf(denied);
        }
    }

    /** What is judged alike. */
    private record Case(Digest bundle, List<Policy> policies) {}

    /** @param targets what each would have without policies */
    Judged judge(Handle handle, StackStage.Prepared prepared, StackState state, Map<AgentId, TargetContent> targets) {
        StackInput input = prepared.input();
        Optional<Provenance> from = state.pinned() ? pinned(handle, input, state) : prepared.from();
        String what = state.pinned()
                ? "revision " + state.pinnedRevision()
                : prepared.origin()
                        .map(origin -> "commit " + origin.revision().brief())
                        .orElse("it");
        if (from.isEmpty()
                || input.members().stream()
                        .allMatch(member -> member.governedBy().isEmpty())) {
            return new Judged(targets, Map.of(), what);
        }
        Map<AgentId, Digest> has = new HashMap<>();
        EntryRepository.ofStack(handle, input.id()).stream()
                .filter(PlacedEntry::runs)
                .forEach(entry -> entry.bundle().ifPresent(bundle -> has.put(entry.agent(), bundle.digest())));
        Map<Case, Decision> known = new HashMap<>();
        Map<AgentId, TargetContent> judged = new HashMap<>(targets);
        Map<Member, Denied> denied = new HashMap<>();
        for (Member member : input.members()) {
            if (!member.governedBy().isEmpty()
                    && targets.get(member.id()) instanceof Ready ready
                    && !ready.bundle().ref().digest().equals(has.get(member.id()))) {
                Decision decision = known.computeIfAbsent(
                        new Case(ready.bundle().ref().digest(), member.governedBy()),
                        one -> PolicyJudge.decide(
                                one.policies(), candidate(input.stack(), from.get(), ready.bundle())));
                if (decision instanceof Denied no) {
                    denied.put(member, no);
                    judged.put(member.id(), new Kept(SyncReason.POLICY_DENIED, no.sentence(what)));
                }
            }
        }
        return new Judged(judged, denied, what);
    }

    private Candidate candidate(Stack stack, Provenance from, BundleRecord bundle) {
        return new Candidate(
                from,
                stack.format().word(),
                bundle.images(),
                StackPlanner.model(bundles, bundle.ref().digest()));
    }

    static Provenance provenance(Stack stack, Source source, Ref ref) {
        var rules = source.repository().rules();
        boolean commits = rules.signatures()
                .filter(signatures -> signatures.commits() || (signatures.tags() && ref instanceof Ref.Tag))
                .isPresent();
        return new Provenance(
                ref.type() + " " + ref.name(),
                ref.pinned(),
                new TreeSet<>(stack.sources()),
                stack.format() instanceof KubernetesSpec spec
                                && spec.chartFrom().orElse(null) instanceof ChartFrom chart
                        ? Optional.of(chart.url())
                        : Optional.empty(),
                commits || rules.cosign().isPresent());
    }

    /** Of a revision in the history is known which source it came from, and whose signature was seen; its reference is itself. */
    private static Optional<Provenance> pinned(Handle handle, StackInput input, StackState state) {
        return RevisionRepository.list(handle, input.id()).stream()
                .filter(entry -> entry.number() == state.pinnedRevision())
                .findFirst()
                .map(HistoryEntry::from)
                .map(from -> new Provenance(
                        from.ref(),
                        true,
                        new TreeSet<>(from.source().isEmpty() ? input.stack().sources() : Set.of(from.source())),
                        Optional.empty(),
                        !from.signature().equals(Revision.UNCHECKED)));
    }
}
