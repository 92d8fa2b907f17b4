package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.EntryState;
import io.wherry.contract.Role;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Permit;
import io.wherry.hub.release.ReleaseContent;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.resource.ApplySpec;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /**
     * What a proposal is made from.
     *
     * @param content what each target should have
     * @param has     what it has
     * @param same    releases with the content of a bundle, by it: an entry may stay with one of them
     */
    private record Given(
            Handle handle,
            StackInput input,
            Map<AgentId, TargetContent> content,
            Optional<Origin> origin,
            Map<AgentId, PlacedEntry> has,
            Proposal plan,
            Map<BundleRecord, List<IssuedRelease>> same) {

        /** What they have, of those that have anything, with the options of now. */
        Stream<PlacedEntry> retuned(Collection<Member> members) {
            return members.stream()
                    .map(member -> has.get(member.id()))
                    .filter(Objects::nonNull)
                    .map(entry -> retune(input, entry));
        }
    }

    /**
     * What an offer gives.
     *
     * @param awaits releases that approvers have yet to sign
     */
    private record Offered(List<PlacedEntry> entries, List<WaitingRelease> awaits) {}

    /** @param given why this turn happens */
    Proposed propose(
            Handle handle,
            StackInput input,
            Map<AgentId, TargetContent> content,
            Optional<Origin> origin,
            StackState state,
            Word given) {
        Map<AgentId, PlacedEntry> has = entries(handle, input);
        Planned planned = planned(handle, input, content, has);
        Given all = new Given(handle, input, content, origin, has, planned.plan(), planned.same());
        Word word = rotated(all)
                .map(Word::rotation)
                .filter(rotation -> given.weight() == Weight.NONE)
                .orElse(given);
        Asked asked = asked(all);
        OfferDecision decision = decide(all, state, asked.all() ? Weight.CONFIRMED : word.weight());
        Offered offered =
                decision instanceof OfferDecision.Offer ? offered(all, state) : new Offered(unmoved(all), List.of());
        List<PlacedEntry> after = withTheRest(all, offered.entries());
        List<PlacedEntry> changed = after.stream()
                .filter(entry -> !entry.equals(has.get(entry.agent())))
                .toList();
        List<WaitingRelease> awaits = keepWaiting(all, asked, offered.awaits());
        StackState next = book.write(handle, input, origin, state, word, has, after, changed);
        EntryRepository.put(handle, changed, clock.instant());
        int moved = (int) changed.stream()
                .filter(entry -> generation(has, entry.agent()) < entry.generation())
                .count();
        return new Proposed(moved, decision, all.plan(), next, word, awaits);
    }

    private OfferDecision decide(Given given, StackState state, Weight weight) {
        Proposal plan = given.plan();
        ApplySpec apply = given.input().stack().apply();
        return plan.news().isEmpty()
                ? new OfferDecision.Offer()
                : OfferDecision.decide(
                        apply.sync().mode(),
                        apply.suspend(),
                        state.pinned(),
                        plan.objection(given.has(), given.content(), entry -> objects(given.handle(), entry)),
                        weight,
                        plan.change());
    }

    /** What the targets of the plan have, while it may not go. */
    private static List<PlacedEntry> unmoved(Given given) {
        return given.plan().byBundle().values().stream().flatMap(given::retuned).toList();
    }

    /** With the targets that keep what they have, and those that the stack has lost. */
    private List<PlacedEntry> withTheRest(Given given, List<PlacedEntry> planned) {
        List<PlacedEntry> after = new ArrayList<>(planned);
        given.retuned(given.plan().kept().keySet()).forEach(after::add);
        given.plan().lost().forEach(entry -> after.add(EntryPlanner.detach(entry)));
        after.replaceAll(entry ->
                withLogins(given.handle(), given.input(), given.content().get(entry.agent()), entry));
        return after;
    }

    /** Lets go of the releases that wait for signatures and are not wanted any longer. @return all that people have yet to sign, removals too */
    private List<WaitingRelease> keepWaiting(Given given, Asked asked, List<WaitingRelease> awaited) {
        StackId stack = given.input().id();
        Set<Digest> wanted = new HashSet<>(asked.waiting());
        awaited.forEach(waiting -> wanted.add(waiting.digest()));
        releases.approvals().keep(given.handle(), stack, wanted);
        List<WaitingRelease> awaits = new ArrayList<>(awaited);
        releases.approvals().waiting(given.handle(), stack).stream()
                .filter(waiting -> !waiting.targets().isEmpty() && !waiting.complete())
                .forEach(awaits::add);
        return awaits;
    }

    /** Logins for registries follow their credentials at once: nothing is applied because of them. */
    private PlacedEntry withLogins(
            Handle handle, StackInput input, @Nullable TargetContent content, PlacedEntry entry) {
        return content instanceof Ready ready && entry.runs()
                ? entry.withLogins(sealer.logins(handle, input.id(), entry.agent(), ready.logins(), entry.logins()))
                : entry;
    }

    /** The credentials whose new values are all that is new; empty if something else is. */
    private static Optional<String> rotated(Given given) {
        SortedSet<String> credentials = new TreeSet<>();
        for (Member member : given.plan().news()) {
            PlacedEntry entry = given.has().get(member.id());
            if (entry == null
                    || !(given.content().get(member.id()) instanceof Ready ready)
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
        return planned(handle, input, content, entries(handle, input)).plan();
    }

    /** @param same as in {@link Given} */
    private record Planned(Proposal plan, Map<BundleRecord, List<IssuedRelease>> same) {}

    private Planned planned(
            Handle handle, StackInput input, Map<AgentId, TargetContent> content, Map<AgentId, PlacedEntry> has) {
        Proposal first = Proposal.of(input, has, content, member -> false);
        Map<BundleRecord, List<IssuedRelease>> same = new HashMap<>();
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
        return new Planned(Proposal.of(input, has, content, member -> current.contains(member.id())), same);
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

    private Offered offered(Given given, StackState state) {
        List<PlacedEntry> after = new ArrayList<>();
        List<WaitingRelease> awaits = new ArrayList<>();
        Proposal plan = given.plan();
        Set<Member> news = new HashSet<>(plan.news());
        Set<String> deletable = deletable(given);
        long revision = book.revisionFor(given.handle(), given.input().id(), state, given.has(), plan, given.origin());
        plan.byBundle().forEach((bundle, all) -> byApprovers(all).forEach(members -> {
            List<Member> needing = members.stream().filter(news::contains).toList();
            if (needing.isEmpty()) {
                given.retuned(members).forEach(after::add);
                return;
            }
            ReleaseContent content = content(given.input(), bundle, given.origin(), members, deletable);
            switch (releases.propose(given.handle(), content, highestCounter(given.has(), needing))) {
                case Permit.Awaited(WaitingRelease waiting) -> {
                    awaits.add(waiting);
                    given.retuned(members).forEach(after::add);
                }
                case Permit.Granted(IssuedRelease release) -> {
                    List<IssuedRelease> same = given.same().getOrDefault(bundle, List.of());
                    members.forEach(member -> after.add(placed(given, member, release, same, revision)));
                }
            }
        }));
        return new Offered(after, awaits);
    }

    private PlacedEntry placed(
            Given given, Member member, IssuedRelease release, List<IssuedRelease> same, long revision) {
        Ready ready =
                (Ready) Optional.ofNullable(given.content().get(member.id())).orElseThrow();
        Optional<PlacedEntry> before = Optional.ofNullable(given.has().get(member.id()));
        return EntryPlanner.place(
                before,
                wanted(
                        given.input(),
                        member,
                        ready,
                        sealer.seal(given.handle(), given.input().id(), member.id(), ready.secrets(), before),
                        release,
                        before.map(entry -> equal(given.handle(), same, entry, member))
                                .orElse(Set.of()),
                        revision));
    }

    /**
     * What people were asked to sign already.
     *
     * @param waiting releases that wait, or have their signatures, for what is new now
     * @param all     whether that is all that is new: then a person has spoken, when the waiting began
     */
    private record Asked(Set<Digest> waiting, boolean all) {}

    private Asked asked(Given given) {
        Proposal plan = given.plan();
        Set<Digest> waiting = new HashSet<>();
        if (plan.news().isEmpty()
                || releases.approvals()
                        .waiting(given.handle(), given.input().id())
                        .isEmpty()) {
            return new Asked(waiting, false);
        }
        Set<Member> unasked = new HashSet<>(plan.news());
        Set<String> deletable = deletable(given);
        plan.byBundle().forEach((bundle, all) -> byApprovers(all).forEach(members -> {
            List<Member> needing =
                    members.stream().filter(plan.news()::contains).toList();
            if (needing.isEmpty()) {
                return;
            }
            ReleaseContent content = content(given.input(), bundle, given.origin(), members, deletable);
            releases.find(given.handle(), content, highestCounter(given.has(), needing))
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

    private Set<String> deletable(Given given) {
        return given.plan().news().isEmpty() || given.has().isEmpty()
                ? Set.of()
                : book.deletable(given.handle(), given.input().id(), given.has());
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
