package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Reason;
import io.wherry.contract.Running;
import io.wherry.contract.StackId;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetState.Place;
import io.wherry.hub.status.TargetState.Wanted;
import io.wherry.hub.status.TargetStates;
import io.wherry.hub.sync.RevisionRepository.RevisionTarget;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/** Keeps a stack's history and tells the status what is now wanted where. */
final class RevisionBook {
    private final BiFunction<Handle, Digest, BundleRecord> bundles;
    private final InstantSource clock;

    RevisionBook(BiFunction<Handle, Digest, BundleRecord> bundles, InstantSource clock) {
        this.bundles = bundles;
        this.clock = clock;
    }

    /**
     * The number under which news of this plan go into the history: the present one if targets only join what others already have, the next
     * one as soon as a target that has something gets something else.
     */
    long revisionFor(
            Handle handle,
            StackId stack,
            StackState state,
            Map<AgentId, PlacedEntry> has,
            Proposal plan,
            Optional<Origin> origin) {
        if (plan.news().isEmpty() && state.revision() > 0) {
            return state.revision();
        }
        Set<Digest> present = new HashSet<>();
        RevisionRepository.targets(handle, stack, state.revision()).forEach(target -> present.add(target.bundle()));
        boolean onlyJoining = state.revision() > 0
                && plan.news().stream().noneMatch(member -> runs(has, member.id()))
                && plan.byBundle().keySet().stream()
                        .allMatch(bundle -> present.contains(bundle.ref().digest()));
        return onlyJoining ? state.revision() : state.revision() + 1;
    }

    /** Objects that some target may still run: what the next release may permit to delete, apart from what it declares. */
    Set<String> deletable(Handle handle, StackId stack, Map<AgentId, PlacedEntry> has) {
        List<Digest> running = new ArrayList<>();
        boolean allReported = true;
        for (TargetState target : TargetStates.ofStack(handle, stack)) {
            Optional<Digest> runs = target.report().flatMap(EntryState::running).map(Running::bundle);
            runs.ifPresent(running::add);
            allReported &= runs.isPresent();
        }
        Set<String> objects = new HashSet<>();
        RevisionRepository.possiblyRunning(handle, stack, running, allReported)
                .forEach(bundle -> objects.addAll(bundles.apply(handle, bundle).objects()));
        has.values().stream()
                .flatMap(entry -> entry.bundle().stream())
                .forEach(bundle ->
                        objects.addAll(bundles.apply(handle, bundle.digest()).objects()));
        return objects;
    }

    /** Notes a proposal: the revision if it made one, and what each changed entry now wants. Gives the stack's next state. */
    StackState write(
            Handle handle,
            StackInput input,
            Optional<Origin> origin,
            StackState state,
            Word word,
            Map<AgentId, PlacedEntry> has,
            List<PlacedEntry> after,
            List<PlacedEntry> changed) {
        long newest = after.stream().mapToLong(PlacedEntry::revision).max().orElse(0);
        StackState next = state;
        if (newest > state.revision()) {
            RevisionRepository.add(handle, input.id(), newest, origin.map(Origin::revision), word, clock.instant());
            RevisionRepository.addTargets(handle, input.id(), newest, targets(handle, input, after));
            next = state.withRevision(newest);
        } else {
            RevisionRepository.addTargets(
                    handle,
                    input.id(),
                    state.revision(),
                    targets(
                            handle,
                            input,
                            changed.stream()
                                    .filter(entry -> !sameGeneration(has, entry))
                                    .toList()));
        }
        for (PlacedEntry entry : changed) {
            want(handle, entry, next.pinned());
        }
        return next;
    }

    /** The same content once more, under new generations: the revision stays, its outcomes begin anew. */
    void again(Handle handle, StackInput input, List<PlacedEntry> entries) {
        StackState state =
                StackStates.find(handle, input.id()).orElseGet(() -> StackState.unknown(input.id(), input.name()));
        RevisionRepository.addTargets(handle, input.id(), state.revision(), targets(handle, input, entries));
        entries.forEach(entry -> want(handle, entry, state.pinned()));
    }

    /** The stack was pinned, or follows its source again: every target shows it. */
    void repin(Handle handle, StackId stack, boolean pinned) {
        EntryRepository.ofStack(handle, stack).stream()
                .filter(PlacedEntry::listed)
                .forEach(entry -> want(handle, entry, pinned));
    }

    /** Tells the status what this entry wants now. */
    void want(Handle handle, PlacedEntry entry, boolean pinned) {
        Place place =
                switch (entry.place()) {
                    case PRESENT -> Place.PRESENT;
                    case SUSPENDED -> Place.SUSPENDED;
                    case ABSENT, GONE -> Place.ABSENT;
                };
        Optional<Digest> bundle = entry.bundle().map(ref -> ref.digest());
        TargetStates.want(
                handle,
                entry.agent(),
                entry.stack(),
                entry.name(),
                new Wanted(
                        place,
                        entry.generation(),
                        bundle,
                        entry.revision(),
                        clock.instant(),
                        entry.detached(),
                        pinned,
                        bundle.map(digest -> bundles.apply(handle, digest).unpinnedImages())
                                .orElse(List.of())));
    }

    private static List<RevisionTarget> targets(Handle handle, StackInput input, List<PlacedEntry> entries) {
        Map<AgentId, TargetState> states = new HashMap<>();
        TargetStates.ofStack(handle, input.id()).forEach(target -> states.put(target.agent(), target));
        return entries.stream()
                .filter(PlacedEntry::runs)
                .map(entry -> new RevisionTarget(
                        entry.agent(),
                        entry.generation(),
                        entry.bundle().orElseThrow().digest(),
                        entry.release(),
                        Optional.ofNullable(states.get(entry.agent()))
                                .flatMap(TargetState::report)
                                .filter(report -> report.generation() == entry.generation())
                                .map(report -> Reason.camelCase(report.outcome().name()))
                                .orElse("")))
                .toList();
    }

    private static boolean sameGeneration(Map<AgentId, PlacedEntry> has, PlacedEntry entry) {
        return Optional.ofNullable(has.get(entry.agent()))
                .map(before -> before.generation() == entry.generation())
                .orElse(false);
    }

    private static boolean runs(Map<AgentId, PlacedEntry> has, AgentId agent) {
        return Optional.ofNullable(has.get(agent)).map(PlacedEntry::runs).orElse(false);
    }
}
