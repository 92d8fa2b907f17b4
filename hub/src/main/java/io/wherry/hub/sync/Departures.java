package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Release;
import io.wherry.contract.Role;
import io.wherry.contract.StackId;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.fleet.AgentDecisions;
import io.wherry.hub.release.Approvals;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Permit;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.rollout.EntryPlanner;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.rollout.PlacedEntry.Place;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.status.StatusReason;
import io.wherry.hub.status.TargetStates;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Stacks that leave: from one agent on a person's word, from all of them when the stack is deleted, and all stacks from an agent that retires.
 *
 * <p>An entry that leaves is listed as absent, with a signed tombstone, until the agent's receipt came home. Nothing leaves because it is
 * missing from a list.
 */
final class Departures {
    private final FleetStores stores;
    private final Releases releases;
    private final RevisionBook book;
    private final StackStage stage;
    private final AgentDecisions decisions;
    private final InstantSource clock;

    Departures(
            FleetStores stores,
            Releases releases,
            RevisionBook book,
            StackStage stage,
            AgentDecisions decisions,
            InstantSource clock) {
        this.stores = stores;
        this.releases = releases;
        this.book = book;
        this.stage = stage;
        this.decisions = decisions;
        this.clock = clock;
    }

    /** Begins what was asked for, and ends what is confirmed. */
    void runOnce(FleetView view) {
        if (stores.database().read(releases.approvals()::anyTargeted)) {
            stores.database().run(handle -> approved(handle, view));
        }
        if (!view.leaving().isEmpty()
                || stores.database().read(handle -> strangers(handle, view)).size() > 0) {
            stores.database().run(handle -> {
                strangers(handle, view).forEach(agent -> forgetAgent(handle, agent));
                view.leaving().forEach(stored -> leave(handle, view, stored));
            });
        }
        view.retiring().forEach(member -> empty(view, member));
    }

    /** Takes every stack from an agent that is to be retired; when the last one is confirmed, its service ends. */
    private void empty(FleetView view, Member member) {
        boolean empty = stores.database().write(handle -> {
            for (PlacedEntry entry : EntryRepository.ofAgent(handle, member.id())) {
                if (entry.runs()
                        && !releases.approvals().leaving(handle, entry.stack()).contains(member.id())) {
                    remove(handle, view, entry.stack(), entry.name(), List.of(entry), How.CLEAN);
                }
            }
            return EntryRepository.ofAgent(handle, member.id()).stream().noneMatch(PlacedEntry::listed);
        });
        if (empty) {
            decisions.emptied(member.id());
        }
    }

    private void leave(Handle handle, FleetView view, Stored<Stack> stored) {
        StackId stack = StackId.parse(stored.uid());
        List<PlacedEntry> entries = EntryRepository.ofStack(handle, stack);
        releases.approvals().keep(handle, stack, Set.of());
        Set<AgentId> awaited = releases.approvals().leaving(handle, stack);
        remove(
                handle,
                view,
                stack,
                stored.name(),
                entries.stream()
                        .filter(entry -> entry.runs() && !awaited.contains(entry.agent()))
                        .toList(),
                How.CLEAN);
        if (EntryRepository.ofStack(handle, stack).stream().noneMatch(PlacedEntry::listed)) {
            stores.resources().delete(handle, ResourceKind.STACK, stored.name());
            StackStates.remove(handle, stack);
            RevisionRepository.forget(handle, stack);
            stage.forget(handle, stack);
            stores.audit()
                    .append(
                            handle,
                            AuditEvent.user(
                                    clock.instant(), Who.HUB, What.done("stack.gone", "Stack/" + stored.name())));
        }
    }

    /** How thoroughly a stack leaves. */
    enum How {
        /** Everything but data. */
        CLEAN,
        /** Data too. */
        WITH_DATA,
        /** Only the management ends; the containers stay. */
        KEEP_RUNNING
    }

    /**
     * Marks entries as absent, under one tombstone for all whom the same people sign for. Where those are approvers, the entries stay as they are
     * until the tombstone is signed.
     *
     * @return how many leave, now or then
     */
    int remove(Handle handle, FleetView view, StackId stack, String name, List<PlacedEntry> leaving, How how) {
        Map<AgentId, PlacedEntry> has = new HashMap<>();
        leaving.forEach(entry -> has.put(entry.agent(), entry));
        Set<String> deletable =
                how == How.KEEP_RUNNING || leaving.isEmpty() ? Set.of() : book.deletable(handle, stack, has);
        Map<Optional<Role>, List<PlacedEntry>> groups = new LinkedHashMap<>();
        leaving.forEach(entry -> groups.computeIfAbsent(
                        releases.approvals().approvers(environment(view, entry)), role -> new ArrayList<>())
                .add(entry));
        for (List<PlacedEntry> entries : groups.values()) {
            TreeSet<String> environments = new TreeSet<>();
            entries.forEach(entry -> environments.add(environment(view, entry)));
            Set<AgentId> agents = entries.stream().map(PlacedEntry::agent).collect(Collectors.toSet());
            Permit permit = releases.tombstone(
                    handle,
                    new Releases.Leaving(stack, name, agents),
                    environments,
                    new TreeSet<>(deletable),
                    how == How.WITH_DATA);
            switch (permit) {
                case Permit.Granted(IssuedRelease tombstone) -> absent(handle, entries, tombstone);
                case Permit.Awaited(WaitingRelease waiting) -> awaiting(handle, waiting);
            }
        }
        return leaving.size();
    }

    private static String environment(FleetView view, PlacedEntry entry) {
        return view.member(entry.agent()).map(Member::environment).orElse("");
    }

    private void absent(Handle handle, List<PlacedEntry> leaving, IssuedRelease tombstone) {
        List<PlacedEntry> absent = leaving.stream()
                .map(entry -> EntryPlanner.remove(entry, tombstone.digest(), tombstone.counter()))
                .toList();
        EntryRepository.put(handle, absent, clock.instant());
        absent.forEach(entry -> book.want(handle, entry, false));
    }

    private void awaiting(Handle handle, WaitingRelease waiting) {
        StackStates.find(handle, waiting.release().stack())
                .ifPresent(state -> StackStates.put(
                        handle,
                        state.waiting(StatusReason.AWAITING_APPROVAL.code(), SyncRecords.awaited(List.of(waiting)))));
    }

    /** Places what approvers have signed for certain agents: removals, and the same content once more under a higher counter. */
    private void approved(Handle handle, FleetView view) {
        for (Approvals.Targeted signed : releases.approvals().grantTargeted(handle)) {
            Release release = signed.release().release();
            List<PlacedEntry> entries = signed.agents().stream()
                    .map(agent -> EntryRepository.find(handle, agent, release.stack()))
                    .flatMap(Optional::stream)
                    .filter(entry -> entry.runs() && entry.counter() < release.counter())
                    .toList();
            if (release.kind() == Release.Kind.TOMBSTONE) {
                absent(handle, entries, signed.release());
                continue;
            }
            List<PlacedEntry> again = entries.stream()
                    .filter(entry -> entry.bundle().equals(release.bundle()))
                    .map(entry -> EntryPlanner.raise(
                            entry,
                            entry.generation() + 1,
                            release.counter(),
                            signed.release().digest()))
                    .toList();
            EntryRepository.put(handle, again, clock.instant());
            view.stacks().stream()
                    .filter(input -> input.id().equals(release.stack()))
                    .forEach(input -> book.again(handle, input, again));
        }
    }

    /** Agents that are no longer in service and still have entries: nobody will ever report on them. */
    private static List<AgentId> strangers(Handle handle, FleetView view) {
        return EntryRepository.agents(handle).stream()
                .filter(agent -> view.member(agent).isEmpty())
                .toList();
    }

    private void forgetAgent(Handle handle, AgentId agent) {
        List<PlacedEntry> gone = new ArrayList<>();
        for (PlacedEntry entry : EntryRepository.ofAgent(handle, agent)) {
            gone.add(EntryPlanner.abandon(entry));
            TargetStates.forget(handle, agent, entry.stack());
        }
        EntryRepository.put(
                handle,
                gone.stream().filter(entry -> entry.place() == Place.GONE).toList(),
                clock.instant());
    }

    /** A receipt says that the stack is gone from the agent. */
    void confirmed(Handle handle, AgentId agent, StackId stack, long generation) {
        EntryRepository.find(handle, agent, stack).ifPresent(entry -> {
            PlacedEntry gone = EntryPlanner.gone(entry, generation);
            if (!gone.equals(entry)) {
                EntryRepository.put(handle, List.of(gone), clock.instant());
                TargetStates.forget(handle, agent, stack);
            }
        });
    }
}
