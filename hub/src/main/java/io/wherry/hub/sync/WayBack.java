package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.contract.AgentId;
import io.wherry.contract.StackId;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.RolloutLook;
import io.wherry.hub.rollout.RolloutRepository;
import io.wherry.hub.rollout.RolloutTarget;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.sync.RolloutGate.Going;
import io.wherry.hub.sync.TargetContent.Ready;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Takes back what a failed rollout brought, if its policy says {@code revertAll}: the hub pins the stack to the revision that its targets had before, and lifts its
 * pin when other content comes. A pin of a person is never touched. Everything in the transaction of a proposal.
 */
final class WayBack {
    private final AuditLog audit;
    private final RevisionBook book;
    private final RolloutLook look;
    private final RolloutEvents events;
    private final InstantSource clock;

    WayBack(AuditLog audit, RevisionBook book, RolloutLook look, RolloutEvents events, InstantSource clock) {
        this.audit = audit;
        this.book = book;
        this.look = look;
        this.events = events;
        this.clock = clock;
    }

    /**
     * How the stack is to be looked at in this turn.
     *
     * @param word whose word moves it
     */
    record Course(StackState state, Word word) {}

    /**
     * @param rendered what its source has for each target
     * @param earlier  what each would get if the stack were pinned
     */
    Course follow(
            Handle handle,
            StackInput input,
            StackState state,
            Map<AgentId, TargetContent> rendered,
            Function<StackState, Map<AgentId, TargetContent>> earlier,
            Word given) {
        Optional<Going> found = turned(handle, input.id());
        if (found.isEmpty()) {
            return new Course(state, given);
        }
        Rollout rollout = found.get().rollout();
        if (!found.get().brings(rendered)) {
            return new Course(isOurs(state, rollout) ? lifted(handle, input, state) : state, given);
        }
        StackState next = rollout.state() == State.REVERTING && !state.pinned()
                ? pinned(handle, input, state, found.get(), earlier)
                : state;
        return new Course(
                next,
                rollout.state() == State.REVERTING && isOurs(next, rollout) ? Word.revert(rollout.detail()) : given);
    }

    /** Whether its rollout has just turned back, and the stack has not. */
    boolean isToFollow(Handle handle, StackInput input, StackState state) {
        return !state.pinned()
                && turned(handle, input.id())
                        .filter(going -> going.rollout().state() == State.REVERTING)
                        .isPresent();
    }

    private static boolean isOurs(StackState state, Rollout rollout) {
        return state.pinned() && state.pinnedRevision() == rollout.base();
    }

    private StackState pinned(
            Handle handle,
            StackInput input,
            StackState state,
            Going going,
            Function<StackState, Map<AgentId, TargetContent>> earlier) {
        StackState pinned = state.pinnedTo(going.rollout().base());
        Map<AgentId, TargetContent> before = earlier.apply(pinned);
        boolean differs = going.targets().stream()
                .filter(target -> target.offered().isPresent())
                .anyMatch(target -> !(before.get(target.agent()) instanceof Ready ready)
                        || !RolloutGate.digest(ready).equals(target.content()));
        if (!differs) {
            put(
                    handle,
                    input.name(),
                    going.rollout(),
                    going.rollout()
                            .in(
                                    State.PAUSED,
                                    going.rollout().detail()
                                            + ", which has the same files: what is new are variables or secrets, and a revision"
                                            + " does not hold these",
                                    clock.instant()));
            return state;
        }
        StackStates.put(handle, pinned); // before a revision is added: it keeps the one that it goes back to
        book.repin(handle, input.id(), true);
        record(handle, "rollout.revert", input.name(), going.rollout().detail());
        return pinned;
    }

    private StackState lifted(Handle handle, StackInput input, StackState state) {
        StackState next = state.pinnedTo(0);
        StackStates.put(handle, next);
        book.repin(handle, input.id(), false);
        record(handle, "stack.pin.clear", input.name(), "other content came than what was taken back");
        return next;
    }

    private void record(Handle handle, String action, String stack, String why) {
        What what = new What(action, "Stack/" + stack, AuditEvent.Outcome.DONE, "", why);
        audit.append(handle, AuditEvent.policy(clock.instant(), Who.HUB, what));
    }

    /**
     * Notes who was offered what it had before, and that all are back when they are.
     *
     * @param moved   targets that were given other content just now
     * @param wanting those that are to get some, now or when it is signed
     */
    void placed(Handle handle, StackInput input, StackState state, Set<AgentId> moved, Set<AgentId> wanting) {
        turned(handle, input.id())
                .filter(going -> going.rollout().state() == State.REVERTING && isOurs(state, going.rollout()))
                .ifPresent(going -> {
                    Map<Boolean, List<RolloutTarget>> known = going.targets().stream()
                            .collect(Collectors.partitioningBy(target -> input.holds(target.agent())));
                    known.getOrDefault(false, List.of())
                            .forEach(left -> RolloutRepository.forget(handle, going.rollout(), left.agent()));
                    List<RolloutTarget> targets = known.getOrDefault(true, List.of()).stream()
                            .map(target -> after(target, moved, wanting))
                            .toList();
                    RolloutRepository.putTargets(
                            handle,
                            going.rollout(),
                            targets.stream()
                                    .filter(target -> !going.targets().contains(target))
                                    .toList());
                    put(
                            handle,
                            input.name(),
                            going.rollout(),
                            look.next(handle, going.rollout(), targets).rollout());
                });
    }

    private RolloutTarget after(RolloutTarget target, Set<AgentId> moved, Set<AgentId> wanting) {
        if (target.offered().isEmpty() || target.returned()) {
            return target;
        }
        return moved.contains(target.agent())
                ? target.returnedAt(clock.instant())
                : target.kept(!wanting.contains(target.agent()));
    }

    /** What a stack that went back waits for: other content. */
    Optional<OfferDecision.Partly> held(Handle handle, StackInput input, StackState state) {
        return Optional.of(state)
                .filter(StackState::pinned)
                .flatMap(_ -> turned(handle, input.id()))
                .map(Going::rollout)
                .filter(rollout -> isOurs(state, rollout))
                .flatMap(RolloutWords::held);
    }

    /** A person pinned the stack: from now on the pin is theirs. */
    void taken(Handle handle, StackInput input) {
        turned(handle, input.id())
                .map(Going::rollout)
                .ifPresent(rollout -> put(
                        handle,
                        input.name(),
                        rollout,
                        rollout.state() == State.REVERTING
                                ? rollout.in(State.SUPERSEDED, RolloutGate.PINNED, clock.instant())
                                : rollout.withBase(0)));
    }

    /** A person lets the stack follow its source again: what was taken back begins anew. */
    void cleared(Handle handle, StackInput input, String actor) {
        turned(handle, input.id())
                .map(Going::rollout)
                .ifPresent(rollout -> put(
                        handle,
                        input.name(),
                        rollout,
                        rollout.in(State.SUPERSEDED, rollout.detail() + "; begun anew by " + actor, clock.instant())));
    }

    private void put(Handle handle, String stack, Rollout before, Rollout now) {
        if (!now.equals(before)) {
            RolloutRepository.put(handle, now);
            events.tell(handle, stack, before, now);
        }
    }

    private static Optional<Going> turned(Handle handle, StackId stack) {
        return RolloutRepository.newest(handle, stack)
                .filter(rollout -> rollout.state() == State.REVERTING || rollout.state() == State.REVERTED)
                .map(rollout -> new Going(rollout, RolloutRepository.targets(handle, stack, rollout.number())));
    }

    /** What becomes of a rollout that failed, by its policy: back to what its targets had, if that is known. */
    static Rollout turn(Handle handle, Rollout failed, InstantSource clock) {
        String why = failed.detail();
        if (failed.base() == 0) {
            return failed.in(
                    State.PAUSED, why + "; nothing was there before that it could go back to", clock.instant());
        }
        boolean known = RevisionRepository.list(handle, failed.stack()).stream()
                .anyMatch(entry -> entry.number() == failed.base());
        return known
                ? failed.in(State.REVERTING, why + "; goes back to revision " + failed.base(), clock.instant())
                : failed.in(
                        State.PAUSED,
                        why + "; revision " + failed.base() + ", which it would go back to, is older than the "
                                + Counted.of(RevisionRepository.KEPT_PER_STACK, "revision") + " that are kept",
                        clock.instant());
    }
}
