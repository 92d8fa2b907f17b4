package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Role;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Permit;
import io.wherry.hub.release.ReleaseContent;
import io.wherry.hub.release.Releases;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Which releases a proposal takes, and which of those that there are say the same already. Within its transaction. */
final class ReleaseDrafts {
    private final Releases releases;
    private final RevisionBook book;
    private final Handle handle;
    private final StackInput input;
    private final Optional<Origin> origin;
    private final Map<AgentId, PlacedEntry> has;
    private final Map<BundleRecord, List<IssuedRelease>> same = new HashMap<>();

    ReleaseDrafts(
            Releases releases,
            RevisionBook book,
            Handle handle,
            StackInput input,
            Optional<Origin> origin,
            Map<AgentId, PlacedEntry> has) {
        this.releases = releases;
        this.book = book;
        this.handle = handle;
        this.input = input;
        this.origin = origin;
        this.has = has;
    }

    /**
     * What one release would say.
     *
     * @param members whom it is for
     */
    record Draft(BundleRecord bundle, List<Member> members, ReleaseContent content) {
        Draft {
            members = List.copyOf(members);
        }
    }

    /** Looks up the releases that permit these members the bundle already. */
    void know(BundleRecord bundle, List<Member> members) {
        same.put(bundle, releases.same(handle, content(bundle, Optional.empty(), members, Set.of())));
    }

    /**
     * Releases with which the entry may stay as it is. One that the agent has taken in is good for ever, whoever has to sign by now; one that it has not,
     * it would judge by the newest trust root.
     */
    Set<Digest> permitting(BundleRecord bundle, PlacedEntry entry, Member member) {
        List<IssuedRelease> known = same.getOrDefault(bundle, List.of());
        Set<Digest> acceptable = releases.acceptable(known, member.environment());
        if (acceptable.contains(entry.release()) || !isTaken(entry)) {
            return acceptable;
        }
        boolean permits = known.stream()
                .anyMatch(issued -> issued.digest().equals(entry.release())
                        && issued.release().allows(member.environment()));
        return permits ? Set.of(entry.release()) : acceptable;
    }

    private boolean isTaken(PlacedEntry entry) {
        return TargetStates.find(handle, entry.agent(), entry.stack())
                .flatMap(TargetState::report)
                .flatMap(EntryState::running)
                .filter(running -> running.generation() == entry.generation())
                .isPresent();
    }

    /** For each bundle one, apart by who signs for the members' environments: what the hub may release goes at once, and does not wait for the others. */
    List<Draft> of(Proposal plan, Collection<Member> news) {
        Set<String> deletable = news.isEmpty() || has.isEmpty() ? Set.of() : book.deletable(handle, input.id(), has);
        List<Draft> drafts = new ArrayList<>();
        plan.byBundle().forEach((bundle, all) -> byApprovers(all)
                .forEach(members ->
                        drafts.add(new Draft(bundle, members, content(bundle, origin, members, deletable)))));
        return drafts;
    }

    private Collection<List<Member>> byApprovers(List<Member> members) {
        Map<Optional<Role>, List<Member>> groups = new LinkedHashMap<>();
        members.forEach(member -> groups.computeIfAbsent(
                        releases.approvals().approvers(member.environment()), role -> new ArrayList<>())
                .add(member));
        return groups.values();
    }

    private ReleaseContent content(
            BundleRecord bundle, Optional<Origin> from, List<Member> members, Set<String> deletable) {
        SortedSet<String> environments = new TreeSet<>();
        members.forEach(member -> environments.add(member.environment()));
        SortedSet<String> delete = new TreeSet<>(deletable);
        delete.removeAll(bundle.objects());
        return new ReleaseContent(
                input.id(),
                input.name(),
                bundle.ref(),
                environments,
                from.map(Origin::source),
                input.siteVariables(bundle.siteVariables()),
                delete);
    }

    /**
     * Signs it, or begins to wait for those who do.
     *
     * @param needing those of its members that get something new
     */
    Permit propose(Draft draft, List<Member> needing) {
        return releases.propose(handle, draft.content(), highestCounter(needing));
    }

    /** What became of it before. */
    Optional<Permit> find(Draft draft, List<Member> needing) {
        return releases.find(handle, draft.content(), highestCounter(needing));
    }

    private long highestCounter(List<Member> members) {
        return members.stream()
                .map(member -> has.get(member.id()))
                .filter(Objects::nonNull)
                .mapToLong(PlacedEntry::counter)
                .max()
                .orElse(0);
    }
}
