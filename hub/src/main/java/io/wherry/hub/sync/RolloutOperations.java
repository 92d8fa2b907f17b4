package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.contract.AgentId;
import io.wherry.contract.StackId;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.RolloutRepository;
import io.wherry.hub.rollout.RolloutStep;
import io.wherry.hub.rollout.TargetSight;
import io.wherry.hub.rollout.TargetSight.Progress;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import io.wherry.hub.sync.OperationResult.NotFound;
import io.wherry.hub.sync.StackOperations.Actor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What operators do with rollouts. Every act is recorded in the user stream, in the transaction that carries it out; the stack's next turn follows it at once. */
public final class RolloutOperations {
    private final FleetSync sync;
    private final FleetStores stores;
    private final StackOperations stacks;
    private final Acts acts;
    private final InstantSource clock;

    public RolloutOperations(FleetSync sync, FleetStores stores, StackOperations stacks, InstantSource clock) {
        this.sync = sync;
        this.stores = stores;
        this.stacks = stacks;
        this.acts = new Acts(stores.audit(), clock);
        this.clock = clock;
    }

    /** What a person's word makes of a rollout. */
    private sealed interface Verdict {
        record Changed(Rollout rollout, String message) implements Verdict {}

        record Refused(String message, String hint) implements Verdict {}
    }

    @FunctionalInterface
    private interface Act {
        Verdict on(Handle handle, Rollout rollout, List<TargetSight> targets, Instant now);
    }

    /** The newest rollout of each stack that has one, by name. */
    public List<RolloutReport> newest() {
        return stores.database().read(handle -> stores.resources().all(handle, Stack.class).stream()
                .flatMap(stack -> RolloutRepository.newest(handle, id(stack)).stream()
                        .map(rollout -> report(handle, stack.name(), rollout)))
                .toList());
    }

    /** Newest first. Empty if there is no such stack. */
    public Optional<List<RolloutReport>> history(String stack) {
        return stores.database().read(handle -> stores.resources()
                .find(handle, Stack.class, stack)
                .map(stored -> RolloutRepository.list(handle, id(stored)).stream()
                        .map(rollout -> report(handle, stack, rollout))
                        .toList()));
    }

    private RolloutReport report(Handle handle, String stack, Rollout rollout) {
        return new RolloutReport(
                stack,
                rollout,
                sync.look().at(handle, rollout, RolloutRepository.targets(handle, rollout.stack(), rollout.number())));
    }

    /** Offers nothing more; what is at work comes to its end. */
    public OperationResult pause(String stack, Actor actor) {
        return act(stack, "pause", actor, (_, rollout, _, now) -> {
            if (!rollout.state().isOpen() || rollout.state() == State.PAUSED) {
                return over(rollout);
            }
            return new Verdict.Changed(rollout.in(State.PAUSED, by("paused", actor), now), "is paused");
        });
    }

    /** Goes on, over the failures that there are. */
    public OperationResult resume(String stack, Actor actor) {
        return act(stack, "resume", actor, (_, rollout, targets, now) -> {
            if (rollout.state() == State.GATED) {
                return new Verdict.Refused(RolloutWords.sentence(rollout), "wherry rollout promote " + stack);
            }
            if (rollout.state() != State.PAUSED) {
                return over(rollout);
            }
            int failed = RolloutStep.failed(targets);
            return new Verdict.Changed(
                    rollout.accepting(failed, now), "goes on" + (failed == 0 ? "" : " over " + failed + " failures"));
        });
    }

    /** Begins the next wave now, whatever the present one still waits for. */
    public OperationResult promote(String stack, Actor actor) {
        return act(stack, "promote", actor, (_, rollout, targets, now) -> {
            boolean last = rollout.wave() == rollout.policy().waveCount() - 1;
            if (rollout.state() == State.PAUSED) {
                return new Verdict.Refused(RolloutWords.sentence(rollout), "wherry rollout resume " + stack);
            }
            if (!rollout.state().isOpen() || last) {
                return last && rollout.state().isOpen()
                        ? new Verdict.Refused("rollout " + rollout.number() + " is in its last wave", "")
                        : over(rollout);
            }
            int next = RolloutStep.following(rollout, targets);
            return new Verdict.Changed(
                    rollout.atWave(next, now),
                    "goes on with wave " + rollout.policy().waveName(next));
        });
    }

    /** Ends it: what has the content keeps it, the others keep what they have. */
    public OperationResult abort(String stack, Actor actor) {
        return act(
                stack,
                "abort",
                actor,
                (_, rollout, _, now) -> rollout.state().isOpen()
                        ? new Verdict.Changed(
                                rollout.ended(State.ABORTED, by("ended", actor), now),
                                "is ended; wherry stack rollback takes back what it brought")
                        : over(rollout));
    }

    /** Offers what waits, as {@link StackOperations#sync}; content whose rollout was ended begins anew. */
    public OperationResult start(String stack, Actor actor) {
        Optional<State> was = newest(stack).map(Rollout::state);
        if (was.filter(state -> state == State.REVERTING || state == State.REVERTED)
                .isPresent()) {
            OperationResult follows = stacks.clearPin(stack, actor);
            if (!(follows instanceof Done)) {
                return follows;
            }
        }
        if (was.filter(state -> state == State.ABORTED).isPresent()) {
            OperationResult anew = act(
                    stack,
                    "start",
                    actor,
                    (_, rollout, _, now) -> rollout.state() == State.ABORTED
                            ? new Verdict.Changed(
                                    rollout.in(State.SUPERSEDED, by("begun anew", actor), now), "begins anew")
                            : over(rollout));
            if (!(anew instanceof Done)) {
                return anew;
            }
        }
        return stacks.sync(stack, false, actor);
    }

    /** Gives the failed targets the content once more, and goes on. */
    public OperationResult retry(String stack, Actor actor) {
        Set<AgentId> failed = stores.database().read(handle -> newest(handle, stack).stream()
                .filter(rollout -> rollout.state().isOpen() && rollout.state() != State.REVERTING)
                .flatMap(rollout -> report(handle, stack, rollout).targets().stream())
                .filter(target -> target.progress() == Progress.FAILED)
                .map(target -> target.target().agent())
                .collect(Collectors.toSet()));
        if (failed.isEmpty()) {
            return act(
                    stack,
                    "retry",
                    actor,
                    (_, rollout, _, _) -> rollout.state().isOpen()
                            ? new Verdict.Refused("no target of rollout " + rollout.number() + " failed", "")
                            : over(rollout));
        }
        OperationResult again = stacks.retry(stack, actor);
        return again instanceof Done
                ? act(stack, "retry", actor, (handle, rollout, targets, now) -> {
                    RolloutRepository.putTargets(
                            handle,
                            rollout,
                            targets.stream()
                                    .map(TargetSight::target)
                                    .filter(target -> failed.contains(target.agent()))
                                    .map(target -> target.offeredAt(now))
                                    .toList());
                    return new Verdict.Changed(
                            rollout.state() == State.PAUSED ? rollout.accepting(0, now) : rollout,
                            "is repeated at " + Counted.of(failed.size(), "target"));
                })
                : again;
    }

    private OperationResult act(String stack, String verb, Actor actor, Act act) {
        return sync.alone(view -> StackOperations.withStack(view, stack, input -> {
            OperationResult result = stores.database().write(handle -> {
                Optional<Rollout> newest = RolloutRepository.newest(handle, input.id());
                if (newest.isEmpty()) {
                    return new NotFound("stack " + stack + " has no rollout"
                            + (input.policy().isEmpty()
                                    ? " (it names no rolloutPolicyRef)"
                                    : " (one begins with new content)"));
                }
                RolloutReport now = report(handle, stack, newest.get());
                if (now.rollout().state() == State.REVERTING) {
                    return new Blocked(
                            now.reason(),
                            now.message(),
                            "wait for it, push the fix, or wherry rollout start " + stack + " to begin it anew");
                }
                return switch (act.on(handle, now.rollout(), now.targets(), clock.instant())) {
                    case Verdict.Refused(String message, String hint) -> new Blocked(now.reason(), message, hint);
                    case Verdict.Changed(Rollout next, String message) -> {
                        RolloutRepository.put(handle, next);
                        sync.rolloutEvents().tell(handle, stack, now.rollout(), next);
                        acts.done(handle, "rollout." + verb, stack, actor);
                        yield new Done("rollout " + next.number() + " " + message, next.revision(), "");
                    }
                };
            });
            if (result instanceof Done) {
                sync.stage().unsettle(input.id());
                sync.bring(view, List.of(input), Word.none("rollout"));
            }
            return result;
        }));
    }

    private Optional<Rollout> newest(String stack) {
        return stores.database().read(handle -> newest(handle, stack));
    }

    private Optional<Rollout> newest(Handle handle, String stack) {
        return stores.resources()
                .find(handle, Stack.class, stack)
                .flatMap(stored -> RolloutRepository.newest(handle, id(stored)));
    }

    private static StackId id(Stored<Stack> stack) {
        return StackId.parse(stack.uid());
    }

    private static Verdict over(Rollout rollout) {
        return new Verdict.Refused(
                "rollout " + rollout.number() + " is "
                        + switch (rollout.state()) {
                            case RUNNING, SOAKING -> "under way";
                            case GATED -> "waiting for a person's word";
                            case PAUSED -> "paused already";
                            case STRAGGLING, SUCCEEDED -> "through";
                            case ABORTED -> "ended already";
                            case REVERTING -> "on its way back";
                            case REVERTED -> "over: " + rollout.detail();
                            case SUPERSEDED -> "over: " + rollout.detail();
                        },
                "");
    }

    private static String by(String what, Actor actor) {
        return what + " by " + actor.name() + (actor.reason().isEmpty() ? "" : ": " + actor.reason());
    }
}
