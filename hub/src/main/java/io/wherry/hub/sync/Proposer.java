package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.EntryState;
import io.wherry.contract.Role;
import io.wherry.contract.SealedSecret;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Permit;
import io.wherry.hub.release.ReleaseContent;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.rollout.EntryPlanner;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.rollout.WantedEntry;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import io.wherry.hub.sync.TargetContent.Ready;
import io.wherry.hub.sync.Word.Weight;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Brings the content of one stack to its targets: decides whether it may go, signs the releases it takes, and writes the entries. Everything in
 * the caller's transaction, so that a stack moves for all its targets and in its history, or not at all.
 */
final class Proposer {
    private final Releases releases;
    private final StackRenderer renderer;
    private final RevisionBook book;
    private final SecretSealer sealer;
    private final InstantSource clock;

    Proposer(Releases releases, StackRenderer renderer, RevisionBook book, SecretSealer sealer, InstantSource clock) {
        this.sealer = sealer;
        this.releases = releases;
        this.renderer = renderer;
        this.book = book;
        this.clock = clock;
    }

    /**
     * What became of a proposal.
     *
     * @param moved   how many targets have new content
     * @param decided whether it was offered, or what it waits for
     * @param plan    what the proposal was
     * @param word    why it happened
     * @param awaits  releases of it that approvers have yet to sign, removals too: their targets keep what they have
     */
    record Proposed(
            int moved,
            OfferDecision decided,
            Proposal plan,
            StackState state,
            Word word,
            List<WaitingRelease> awaits) {}

    /** Whether releases for this environment need the signatures of several people. */
    boolean needsThreshold(String environment) {
        return releases.approvals()
                .approvers(environment)
                .filter(role -> role.threshold() > 1)
                .isPresent();
    }

    Proposed propose(
            Handle handle,
            StackInput input,
            Map<AgentId, TargetContent> content,
            Optional<Origin> origin,
            StackState state,
            Word given) {
        Map<AgentId, PlacedEntry> has = entries(handle, input);
        Map<BundleRecord, List<IssuedRelease>> same = new HashMap<>();
        Proposal plan = plan(handle, input, content, has, same);
        Word word = rotated(plan, has, content)
                .map(Word::rotation)
                .filter(w -> given.weight() == Weight.NONE)
                .orElse(given);
        Asked asked = asked(handle, input, origin, plan, has);
        OfferDecision decision = plan.news().isEmpty()
                ? new OfferDecision.Offer()
                : OfferDecision.decide(
                        input.stack().apply().sync().mode(),
                        input.stack().apply().suspend(),
                        state.pinned(),
                        plan.objection(has, content, entry -> objects(handle, entry)),
                        asked.all() ? Weight.CONFIRMED : word.weight(),
                        plan.change());
        List<WaitingRelease> awaits = new ArrayList<>();
        List<PlacedEntry> after = decision instanceof OfferDecision.Offer
                ? offered(handle, input, content, origin, plan, has, same, state, awaits)
                : plan.byBundle().values().stream()
                        .flatMap(List::stream)
                        .map(member -> has.get(member.id()))
                        .filter(java.util.Objects::nonNull)
                        .map(entry -> retune(input, entry))
                        .collect(Collectors.toCollection(ArrayList::new));
        plan.kept().keySet().stream()
                .map(member -> has.get(member.id()))
                .filter(java.util.Objects::nonNull)
                .forEach(entry -> after.add(retune(input, entry)));
        plan.lost().forEach(entry -> after.add(EntryPlanner.detach(entry)));
        after.replaceAll(entry -> withLogins(handle, input, content.get(entry.agent()), entry));
        List<PlacedEntry> changed = after.stream()
                .filter(entry -> !entry.equals(has.get(entry.agent())))
                .toList();
        Set<Digest> wanted = new HashSet<>(asked.waiting());
        awaits.forEach(waiting -> wanted.add(waiting.digest()));
        releases.approvals().keep(handle, input.id(), wanted);
        releases.approvals().waiting(handle, input.id()).stream()
                .filter(waiting -> !waiting.targets().isEmpty() && !waiting.complete())
                .forEach(awaits::add);
        StackState next = book.write(handle, input, origin, state, word, has, after, changed);
        EntryRepository.put(handle, changed, clock.instant());
        int moved = (int) changed.stream()
                .filter(entry -> generation(has, entry.agent()) < entry.generation())
                .count();
        return new Proposed(moved, decision, plan, next, word, awaits);
    }

    /** Logins for registries follow their credentials at once: nothing is applied because of them. */
    private PlacedEntry withLogins(
            Handle handle, StackInput input, @Nullable TargetContent content, PlacedEntry entry) {
        return content instanceof Ready ready && entry.runs()
                ? entry.withLogins(sealer.logins(handle, input.id(), entry.agent(), ready.logins(), entry.logins()))
                : entry;
    }

    /** The credentials whose new values are all that is new; empty if something else is. */
    private static Optional<String> rotated(
            Proposal plan, Map<AgentId, PlacedEntry> has, Map<AgentId, TargetContent> content) {
        SortedSet<String> credentials = new TreeSet<>();
        for (Member member : plan.news()) {
            PlacedEntry entry = has.get(member.id());
            if (entry == null
                    || !(content.get(member.id()) instanceof Ready ready)
                    || !sameFiles(entry, ready)
                    || SecretRef.same(entry.secrets(), ready.secrets())) {
                return Optional.empty();
            }
            ready.secrets().forEach((name, ref) -> {
                if (entry.secrets().stream().noneMatch(ref::isIn)) {
                    credentials.add(ref.credential() + " (version " + ref.version() + ")");
                }
            });
        }
        return credentials.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", credentials));
    }

    private static boolean sameFiles(PlacedEntry entry, Ready ready) {
        return entry.runs()
                && entry.bundle().equals(Optional.of(ready.bundle().ref()))
                && entry.variables().equals(ready.variables());
    }

    /** What would be proposed; writes nothing. */
    Proposal plan(Handle handle, StackInput input, Map<AgentId, TargetContent> content) {
        return plan(handle, input, content, entries(handle, input), new HashMap<>());
    }

    private Proposal plan(
            Handle handle,
            StackInput input,
            Map<AgentId, TargetContent> content,
            Map<AgentId, PlacedEntry> has,
            Map<BundleRecord, List<IssuedRelease>> same) {
        Proposal first = Proposal.of(input, has, content, member -> false);
        Set<AgentId> current = new HashSet<>();
        first.byBundle().forEach((bundle, members) -> {
            List<IssuedRelease> releasesOfIt =
                    releases.same(handle, content(input, bundle, Optional.empty(), members, Set.of()));
            same.put(bundle, releasesOfIt);
            for (Member member : members) {
                PlacedEntry entry = has.get(member.id());
                if (entry != null
                        && content.get(member.id()) instanceof Ready ready
                        && hasContent(entry, ready, equal(handle, releasesOfIt, entry, member))) {
                    current.add(member.id());
                }
            }
        });
        return Proposal.of(input, has, content, member -> current.contains(member.id()));
    }

    /**
     * Releases with which the entry may stay as it is. One that the agent has taken in is good for ever, whoever has to sign by now; one that it has not,
     * it would judge by the newest trust root.
     */
    private Set<Digest> equal(Handle handle, List<IssuedRelease> same, PlacedEntry entry, Member member) {
        Set<Digest> acceptable = releases.acceptable(same, member.environment());
        if (acceptable.contains(entry.release()) || !isTaken(handle, entry)) {
            return acceptable;
        }
        boolean permits = same.stream()
                .anyMatch(issued -> issued.digest().equals(entry.release())
                        && issued.release().allows(member.environment()));
        return permits ? Set.of(entry.release()) : acceptable;
    }

    private static boolean isTaken(Handle handle, PlacedEntry entry) {
        return TargetStates.find(handle, entry.agent(), entry.stack())
                .flatMap(TargetState::report)
                .flatMap(EntryState::running)
                .filter(running -> running.generation() == entry.generation())
                .isPresent();
    }

    private static boolean hasContent(PlacedEntry entry, Ready ready, Set<Digest> permitting) {
        return sameFiles(entry, ready)
                && SecretRef.same(entry.secrets(), ready.secrets())
                && permitting.contains(entry.release());
    }

    private List<PlacedEntry> offered(
            Handle handle,
            StackInput input,
            Map<AgentId, TargetContent> content,
            Optional<Origin> origin,
            Proposal plan,
            Map<AgentId, PlacedEntry> has,
            Map<BundleRecord, List<IssuedRelease>> same,
            StackState state,
            List<WaitingRelease> awaits) {
        List<PlacedEntry> after = new ArrayList<>();
        Set<Member> news = new HashSet<>(plan.news());
        Set<String> deletable = deletable(handle, input, plan, has);
        long revision = book.revisionFor(handle, input.id(), state, has, plan, origin);
        plan.byBundle().forEach((bundle, all) -> byApprovers(all).forEach(members -> {
            List<Member> needing = members.stream().filter(news::contains).toList();
            if (needing.isEmpty()) {
                members.forEach(member -> after.add(retune(input, present(has, member))));
                return;
            }
            switch (releases.propose(
                    handle, content(input, bundle, origin, members, deletable), highestCounter(has, needing))) {
                case Permit.Awaited(WaitingRelease waiting) -> {
                    awaits.add(waiting);
                    members.stream()
                            .map(member -> has.get(member.id()))
                            .filter(java.util.Objects::nonNull)
                            .forEach(entry -> after.add(retune(input, entry)));
                }
                case Permit.Granted(IssuedRelease release) ->
                    members.forEach(member -> after.add(placed(
                            handle,
                            input,
                            member,
                            (Ready) Optional.ofNullable(content.get(member.id()))
                                    .orElseThrow(),
                            release,
                            has,
                            same.getOrDefault(bundle, List.of()),
                            revision)));
            }
        }));
        return after;
    }

    private PlacedEntry placed(
            Handle handle,
            StackInput input,
            Member member,
            Ready ready,
            IssuedRelease release,
            Map<AgentId, PlacedEntry> has,
            List<IssuedRelease> same,
            long revision) {
        Optional<PlacedEntry> before = Optional.ofNullable(has.get(member.id()));
        return EntryPlanner.place(
                before,
                wanted(
                        input,
                        member,
                        ready,
                        sealer.seal(handle, input.id(), member.id(), ready.secrets(), before),
                        release,
                        before.map(entry -> equal(handle, same, entry, member)).orElse(Set.of()),
                        revision));
    }

    /**
     * What people were asked to sign already.
     *
     * @param waiting releases that wait, or have their signatures, for what is new now
     * @param all     whether that is all that is new: then a person has spoken, when the waiting began
     */
    private record Asked(Set<Digest> waiting, boolean all) {}

    private Asked asked(
            Handle handle, StackInput input, Optional<Origin> origin, Proposal plan, Map<AgentId, PlacedEntry> has) {
        Set<Digest> waiting = new HashSet<>();
        if (plan.news().isEmpty()
                || releases.approvals().waiting(handle, input.id()).isEmpty()) {
            return new Asked(waiting, false);
        }
        Set<Member> unasked = new HashSet<>(plan.news());
        Set<String> deletable = deletable(handle, input, plan, has);
        plan.byBundle().forEach((bundle, all) -> byApprovers(all).forEach(members -> {
            List<Member> needing =
                    members.stream().filter(plan.news()::contains).toList();
            if (needing.isEmpty()) {
                return;
            }
            ReleaseContent content = content(input, bundle, origin, members, deletable);
            releases.find(handle, content, highestCounter(has, needing))
                    .filter(Permit.Awaited.class::isInstance)
                    .map(Permit.Awaited.class::cast)
                    .ifPresent(found -> {
                        waiting.add(found.release().digest());
                        members.forEach(unasked::remove);
                    });
        }));
        return new Asked(waiting, unasked.isEmpty());
    }

    /** Apart by who signs for their environments: what the hub may release goes at once, and does not wait for the others. */
    private Collection<List<Member>> byApprovers(List<Member> members) {
        Map<Optional<Role>, List<Member>> groups = new LinkedHashMap<>();
        members.forEach(member -> groups.computeIfAbsent(
                        releases.approvals().approvers(member.environment()), role -> new ArrayList<>())
                .add(member));
        return groups.values();
    }

    private Set<String> deletable(Handle handle, StackInput input, Proposal plan, Map<AgentId, PlacedEntry> has) {
        return plan.news().isEmpty() || has.isEmpty() ? Set.of() : book.deletable(handle, input.id(), has);
    }

    private static long highestCounter(Map<AgentId, PlacedEntry> has, List<Member> members) {
        return members.stream()
                .mapToLong(member -> counter(has, member.id()))
                .max()
                .orElse(0);
    }

    private static WantedEntry wanted(
            StackInput input,
            Member member,
            Ready ready,
            List<SealedSecret> secrets,
            IssuedRelease release,
            Set<Digest> equal,
            long revision) {
        return new WantedEntry(
                member.id(),
                input.id(),
                input.name(),
                release.digest(),
                release.counter(),
                equal,
                ready.bundle().ref(),
                ready.variables(),
                secrets,
                input.options(member.id()),
                input.stack().apply().suspend(),
                revision);
    }

    private static ReleaseContent content(
            StackInput input,
            BundleRecord bundle,
            Optional<Origin> origin,
            List<Member> members,
            Set<String> deletable) {
        TreeSet<String> environments = new TreeSet<>();
        members.forEach(member -> environments.add(member.environment()));
        TreeSet<String> delete = new TreeSet<>(deletable);
        delete.removeAll(bundle.objects());
        return new ReleaseContent(
                input.id(),
                input.name(),
                bundle.ref(),
                environments,
                origin.map(Origin::source),
                input.siteVariables(bundle.siteVariables()),
                delete);
    }

    /** Options and suspension take effect without new content; the project of what runs never changes under it. */
    private static PlacedEntry retune(StackInput input, PlacedEntry entry) {
        EntryOptions options = input.options(entry.agent());
        PlacedEntry attached = entry.detached() ? EntryPlanner.attach(entry) : entry;
        return EntryPlanner.retune(attached, options, input.stack().apply().suspend());
    }

    private static PlacedEntry present(Map<AgentId, PlacedEntry> has, Member member) {
        return Optional.ofNullable(has.get(member.id())).orElseThrow();
    }

    /** What the entry's bundle declares. */
    SortedSet<String> objects(Handle handle, PlacedEntry entry) {
        return new TreeSet<>(
                renderer.bundle(handle, entry.bundle().orElseThrow().digest()).objects());
    }

    private static Map<AgentId, PlacedEntry> entries(Handle handle, StackInput input) {
        return EntryRepository.ofStack(handle, input.id()).stream()
                .collect(Collectors.toMap(PlacedEntry::agent, entry -> entry));
    }

    private static long counter(Map<AgentId, PlacedEntry> has, AgentId agent) {
        return Optional.ofNullable(has.get(agent)).map(PlacedEntry::counter).orElse(0L);
    }

    private static long generation(Map<AgentId, PlacedEntry> has, AgentId agent) {
        return Optional.ofNullable(has.get(agent)).map(PlacedEntry::generation).orElse(0L);
    }
}
