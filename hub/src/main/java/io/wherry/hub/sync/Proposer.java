package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.SealedSecret;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.ReleaseContent;
import io.wherry.hub.release.Releases;
import io.wherry.hub.rollout.EntryPlanner;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.rollout.WantedEntry;
import io.wherry.hub.status.StackState;
import io.wherry.hub.sync.TargetContent.Ready;
import io.wherry.hub.sync.Word.Weight;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

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
     */
    record Proposed(int moved, OfferDecision decided, Proposal plan, StackState state, Word word) {}

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
        OfferDecision decision = plan.news().isEmpty()
                ? new OfferDecision.Offer()
                : OfferDecision.decide(
                        input.stack().apply().sync().mode(),
                        input.stack().apply().suspend(),
                        state.pinned(),
                        plan.objection(has, content, entry -> objects(handle, entry)),
                        word.weight(),
                        plan.change());
        List<PlacedEntry> after = decision instanceof OfferDecision.Offer
                ? offered(handle, input, content, origin, plan, has, same, state)
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
        List<PlacedEntry> changed = after.stream()
                .filter(entry -> !entry.equals(has.get(entry.agent())))
                .toList();
        StackState next = book.write(handle, input, origin, state, word, has, after, changed);
        EntryRepository.put(handle, changed, clock.instant());
        int moved = (int) changed.stream()
                .filter(entry -> generation(has, entry.agent()) < entry.generation())
                .count();
        return new Proposed(moved, decision, plan, next, word);
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
                        && hasContent(entry, ready, Releases.permitting(releasesOfIt, member.environment()))) {
                    current.add(member.id());
                }
            }
        });
        return Proposal.of(input, has, content, member -> current.contains(member.id()));
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
            StackState state) {
        List<PlacedEntry> after = new ArrayList<>();
        Set<Member> news = new HashSet<>(plan.news());
        Set<String> deletable = news.isEmpty() || has.isEmpty() ? Set.of() : book.deletable(handle, input.id(), has);
        long revision = book.revisionFor(handle, input.id(), state, has, plan, origin);
        plan.byBundle().forEach((bundle, members) -> {
            List<Member> needing = members.stream().filter(news::contains).toList();
            if (needing.isEmpty()) {
                members.forEach(member -> after.add(retune(input, present(has, member))));
                return;
            }
            IssuedRelease release = releases.propose(
                    handle,
                    content(input, bundle, origin, members, deletable),
                    needing.stream()
                            .mapToLong(member -> counter(has, member.id()))
                            .max()
                            .orElse(0));
            for (Member member : members) {
                Optional<PlacedEntry> before = Optional.ofNullable(has.get(member.id()));
                Ready ready =
                        (Ready) Optional.ofNullable(content.get(member.id())).orElseThrow();
                after.add(EntryPlanner.place(
                        before,
                        wanted(
                                input,
                                member,
                                ready,
                                sealer.seal(handle, input.id(), member.id(), ready.secrets(), before),
                                release,
                                Releases.permitting(same.getOrDefault(bundle, List.of()), member.environment()),
                                revision)));
            }
        });
        return after;
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
                input.options(),
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
        EntryOptions options = input.options();
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
