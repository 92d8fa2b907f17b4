package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Permit;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.rollout.EntryPlanner;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.rollout.WantedEntry;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StatusReason;
import io.wherry.hub.sync.Proposer.Proposed;
import io.wherry.hub.sync.ReleaseDrafts.Draft;
import io.wherry.hub.sync.RolloutGate.Admission;
import io.wherry.hub.sync.RolloutGate.Going;
import io.wherry.hub.sync.TargetContent.Ready;
import io.wherry.hub.sync.Word.Weight;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** One proposal while it is made: what the targets of a stack have, what they would get, and what of that goes. Used once, within its transaction. */
final class Proposing {
    private final Parts parts;
    private final Handle handle;
    private final StackInput input;
    private final Map<AgentId, TargetContent> content;
    private final Optional<Origin> origin;
    private final Map<AgentId, PlacedEntry> has;
    private final ReleaseDrafts drafts;
    private final Proposal plan;
    /** Those that get something new, but for those that wait for a person's word. */
    private Set<Member> news;

    /** Those that would, and whose policy wants that word. */
    private Set<Member> held = Set.of();

    /** @param objects what the bundle of an entry declares */
    record Parts(
            Releases releases,
            RevisionBook book,
            SecretSealer sealer,
            RolloutGate rollouts,
            WayBack back,
            InstantSource clock,
            BiFunction<Handle, PlacedEntry, SortedSet<String>> objects) {}

    Proposing(
            Parts parts,
            Handle handle,
            StackInput input,
            Map<AgentId, TargetContent> content,
            Optional<Origin> origin) {
        this.parts = parts;
        this.handle = handle;
        this.input = input;
        this.content = content;
        this.origin = origin;
        this.has = EntryRepository.ofStack(handle, input.id()).stream()
                .collect(Collectors.toMap(PlacedEntry::agent, entry -> entry));
        this.drafts = new ReleaseDrafts(parts.releases(), parts.book(), handle, input, origin, has);
        this.plan = planned();
        this.news = Set.copyOf(plan.news());
    }

    Proposal plan() {
        return plan;
    }

    private Proposal planned() {
        Proposal first = Proposal.of(input, has, content, member -> false);
        Set<AgentId> current = new HashSet<>();
        first.byBundle().forEach((bundle, members) -> {
            drafts.know(bundle, members);
            for (Member member : members) {
                PlacedEntry entry = has.get(member.id());
                if (entry != null
                        && content.get(member.id()) instanceof Ready ready
                        && ready.isIn(entry)
                        && SecretRef.same(entry.secrets(), ready.secrets())
                        && drafts.permitting(bundle, entry, member).contains(entry.release())) {
                    current.add(member.id());
                }
            }
        });
        return Proposal.of(input, has, content, member -> current.contains(member.id()));
    }

    Proposed carryOut(StackState state, Word given) {
        Word word = rotated()
                .map(Word::rotation)
                .filter(_ -> given.weight() == Weight.NONE)
                .orElse(given);
        Asked asked = asked();
        Optional<Going> going = parts.rollouts().going(handle, input, state, content);
        if (word.weight() == Weight.NONE && !state.pinned()) {
            hold(asked, going);
        }
        boolean spoken = asked.all()
                || going.filter(one -> one.rollout().state().isOpen()).isPresent(); // when it began
        OfferDecision decision = decide(state, spoken ? Weight.CONFIRMED : word.weight());
        Turns turns = turns(decision, going, state, word);
        List<WaitingRelease> awaits = new ArrayList<>();
        List<PlacedEntry> after = entries(decision, turns, state, awaits);
        List<PlacedEntry> changed = after.stream()
                .filter(entry -> !entry.equals(has.get(entry.agent())))
                .toList();
        keepWaiting(asked, awaits);
        StackState next = parts.book().write(handle, input, origin, state, word, has, after, changed);
        EntryRepository.put(handle, changed, parts.clock().instant());
        Set<AgentId> moved = changed.stream()
                .filter(entry -> generation(entry.agent()) < entry.generation())
                .map(PlacedEntry::agent)
                .collect(Collectors.toSet());
        turns.before().ifPresent(before -> parts.rollouts()
                .placed(handle, input, turns.admission(), before, next.revision(), moved));
        if (next.pinned()) {
            parts.back()
                    .placed(
                            handle,
                            input,
                            next,
                            moved,
                            news.stream().map(Member::id).collect(Collectors.toSet()));
        }
        return new Proposed(moved.size(), told(decision, turns, next, awaits), plan, next, word, awaits);
    }

    /** For each of these targets it is as if the stack said {@code mode: manual}: who spoke for others did not speak for them. */
    private void hold(Asked asked, Optional<Going> going) {
        Set<AgentId> begun = going.filter(one -> one.rollout().state().isOpen())
                .map(Going::agents)
                .orElse(Set.of());
        held = news.stream()
                .filter(member -> member.waitsForPerson().isPresent()
                        && !asked.members().contains(member)
                        && !begun.contains(member.id()))
                .collect(Collectors.toSet());
        news = news.stream().filter(member -> !held.contains(member)).collect(Collectors.toSet());
    }

    /**
     * Whose turn it is.
     *
     * @param before the rollout that says so, as it was; empty: none does
     */
    private record Turns(Optional<Rollout> before, Admission admission) {
        boolean has(Member member) {
            return admission.admitted().contains(member.id());
        }
    }

    private Turns turns(OfferDecision decision, Optional<Going> going, StackState state, Word word) {
        Set<AgentId> all = news.stream().map(Member::id).collect(Collectors.toSet());
        if (going.isEmpty()) {
            parts.rollouts().supersede(handle, input, state);
            boolean atOnce = input.policy().isEmpty() || state.pinned() || onlyJoining(state);
            if (!(decision instanceof OfferDecision.Offer) || news.isEmpty() || atOnce) {
                return new Turns(Optional.empty(), Admission.of(all));
            }
        }
        Going now = going.orElseGet(() -> parts.rollouts().begin(handle, input, news, content, state, word));
        return new Turns(Optional.of(now.rollout()), parts.rollouts().admit(handle, input, now, news, content));
    }

    /** What others have already goes at once to those that have nothing yet. */
    private boolean onlyJoining(StackState state) {
        return state.revision() > 0
                && parts.book().revisionFor(handle, input.id(), state, has, plan, origin) == state.revision();
    }

    private OfferDecision told(OfferDecision decision, Turns turns, StackState state, List<WaitingRelease> awaits) {
        if (!(decision instanceof OfferDecision.Offer) || !awaits.isEmpty()) {
            return decision;
        }
        return turns.admission()
                .held(news.size())
                .or(() -> parts.back().held(handle, input, state))
                .or(() -> held.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new OfferDecision.Partly(
                                StatusReason.OUT_OF_SYNC, Governed.waiting(held, input.name()))))
                .or(() -> ApprovalWords.sentence(plan.awaiting())
                        .map(waiting -> new OfferDecision.Partly(StatusReason.APPROVAL_NEEDED, waiting)))
                .<OfferDecision>map(partly -> partly)
                .orElse(decision);
    }

    private OfferDecision decide(StackState state, Weight weight) {
        if (!news.isEmpty() && input.isPolicyMissing() && !state.pinned()) {
            return new OfferDecision.Wait(StatusReason.ROLLOUT_POLICY_MISSING, input.missingPolicy());
        }
        if (news.isEmpty() && !held.isEmpty() && !input.stack().apply().suspend()) {
            return new OfferDecision.Wait(
                    StatusReason.OUT_OF_SYNC, plan.change() + "; " + Governed.waiting(held, input.name()));
        }
        return news.isEmpty()
                ? new OfferDecision.Offer()
                : OfferDecision.decide(
                        input.stack().apply().sync().mode(),
                        input.stack().apply().suspend(),
                        state.pinned(),
                        plan.objection(has, content, entry -> parts.objects().apply(handle, entry)),
                        weight,
                        plan.change());
    }

    /** All entries as they are to be, changed or not. */
    private List<PlacedEntry> entries(
            OfferDecision decision, Turns turns, StackState state, List<WaitingRelease> awaits) {
        List<PlacedEntry> after = decision instanceof OfferDecision.Offer
                ? offered(turns, state, awaits)
                : plan.byBundle().values().stream()
                        .flatMap(members -> retuned(members).stream())
                        .collect(Collectors.toCollection(ArrayList::new));
        after.addAll(retuned(plan.kept().keySet()));
        after.addAll(retuned(plan.awaiting().keySet()));
        plan.lost().forEach(entry -> after.add(EntryPlanner.detach(entry)));
        after.replaceAll(this::withLogins);
        return after;
    }

    /** Of the releases that wait for approvers only those that are still wanted go on waiting. */
    private void keepWaiting(Asked asked, List<WaitingRelease> awaits) {
        Set<Digest> wanted = new HashSet<>(asked.waiting());
        awaits.forEach(waiting -> wanted.add(waiting.digest()));
        parts.releases().approvals().keep(handle, input.id(), wanted);
        parts.releases().approvals().waiting(handle, input.id()).stream()
                .filter(waiting -> !waiting.targets().isEmpty() && !waiting.complete())
                .forEach(awaits::add);
    }

    /** Logins for registries follow their credentials at once: nothing is applied because of them. */
    private PlacedEntry withLogins(PlacedEntry entry) {
        return content.get(entry.agent()) instanceof Ready ready && entry.runs()
                ? entry.withLogins(
                        parts.sealer().logins(handle, input.id(), entry.agent(), ready.logins(), entry.logins()))
                : entry;
    }

    /** The credentials whose new values are all that is new; empty if something else is. */
    private Optional<String> rotated() {
        SortedSet<String> credentials = new TreeSet<>();
        for (Member member : news) {
            PlacedEntry entry = has.get(member.id());
            if (entry == null
                    || !(content.get(member.id()) instanceof Ready ready)
                    || !ready.isIn(entry)
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

    /** @param awaits gets the releases that approvers have to sign first */
    private List<PlacedEntry> offered(Turns turns, StackState state, List<WaitingRelease> awaits) {
        List<PlacedEntry> after = new ArrayList<>();
        long revision = revision(turns, state);
        for (Draft draft : drafts.of(plan, news)) {
            Map<Boolean, List<Member>> turn = draft.members().stream()
                    .collect(Collectors.partitioningBy(
                            member -> !held.contains(member) && (!news.contains(member) || turns.has(member))));
            List<Member> members = turn.getOrDefault(true, List.of());
            after.addAll(retuned(turn.getOrDefault(false, List.of())));
            List<Member> needing = needing(members);
            if (needing.isEmpty()) {
                after.addAll(retuned(members));
                continue;
            }
            switch (drafts.propose(draft, needing)) {
                case Permit.Awaited(WaitingRelease waiting) -> {
                    awaits.add(waiting);
                    after.addAll(retuned(members));
                }
                case Permit.Granted(IssuedRelease release) ->
                    members.forEach(member -> after.add(placed(member, release, draft.bundle(), revision)));
            }
        }
        return after;
    }

    /** All waves of a rollout bring the same revision. */
    private long revision(Turns turns, StackState state) {
        return turns.before().map(Rollout::revision).filter(known -> known > 0).orElseGet(() -> parts.book()
                .revisionFor(handle, input.id(), state, has, plan, origin));
    }

    private PlacedEntry placed(Member member, IssuedRelease release, BundleRecord bundle, long revision) {
        Ready ready = (Ready) Optional.ofNullable(content.get(member.id())).orElseThrow();
        Optional<PlacedEntry> before = Optional.ofNullable(has.get(member.id()));
        return EntryPlanner.place(
                before,
                new WantedEntry(
                        member.id(),
                        input.id(),
                        input.name(),
                        release.digest(),
                        release.counter(),
                        before.map(entry -> drafts.permitting(bundle, entry, member))
                                .orElse(Set.of()),
                        ready.bundle().ref(),
                        ready.variables(),
                        parts.sealer().seal(handle, input.id(), member.id(), ready.secrets(), before),
                        input.options(member.id()),
                        input.stack().apply().suspend(),
                        revision));
    }

    /**
     * What people were asked to sign already.
     *
     * @param waiting releases that wait, or have their signatures, for what is new now
     * @param all     whether that is all that is new: then a person has spoken, when the waiting began
     * @param members whom they would go to
     */
    private record Asked(Set<Digest> waiting, boolean all, Set<Member> members) {}

    private Asked asked() {
        Set<Digest> waiting = new HashSet<>();
        if (news.isEmpty()
                || parts.releases().approvals().waiting(handle, input.id()).isEmpty()) {
            return new Asked(waiting, false, Set.of());
        }
        Set<Member> unasked = new HashSet<>(news);
        for (Draft draft : drafts.of(plan, news)) {
            List<Member> needing = needing(draft.members());
            if (!needing.isEmpty()
                    && drafts.find(draft, needing).orElse(null) instanceof Permit.Awaited(WaitingRelease found)) {
                waiting.add(found.digest());
                draft.members().forEach(unasked::remove);
            }
        }
        Set<Member> all = new HashSet<>(news);
        all.removeAll(unasked);
        return new Asked(waiting, unasked.isEmpty(), all);
    }

    private List<Member> needing(List<Member> members) {
        return members.stream().filter(news::contains).toList();
    }

    /**
     * What they have, with the options of now: these and suspension take effect without new content; the project of what runs never changes under it. Those that have
     * nothing yet are left out.
     */
    private List<PlacedEntry> retuned(Collection<Member> members) {
        List<PlacedEntry> retuned = new ArrayList<>();
        for (Member member : members) {
            PlacedEntry entry = has.get(member.id());
            if (entry != null) {
                PlacedEntry attached = entry.detached() ? EntryPlanner.attach(entry) : entry;
                retuned.add(EntryPlanner.retune(
                        attached,
                        input.options(entry.agent()),
                        input.stack().apply().suspend()));
            }
        }
        return retuned;
    }

    private long generation(AgentId agent) {
        return Optional.ofNullable(has.get(agent)).map(PlacedEntry::generation).orElse(0L);
    }
}
