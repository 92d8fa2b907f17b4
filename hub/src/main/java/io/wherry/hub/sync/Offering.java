package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.base.Listed;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.status.StackStatus;
import io.wherry.hub.status.StatusReason;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import io.wherry.hub.sync.OperationResult.NotFound;
import io.wherry.hub.sync.StackOperations.Actor;
import io.wherry.hub.sync.TargetContent.Kept;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Offers what a stack should have to its targets, on a person's word, and tells that person what came of it. */
final class Offering {
    private static final String IN_SYNC = "is in sync";

    private final FleetSync sync;
    private final FleetStores stores;
    private final Acts acts;

    Offering(FleetSync sync, FleetStores stores, Acts acts) {
        this.sync = sync;
        this.stores = stores;
        this.acts = acts;
    }

    /** What waits. Where nothing does, the registries of a stack with {@code resolveDigests} are asked anew what its tags mean. */
    OperationResult sync(String stack, Word word, Actor actor) {
        OperationResult first = sync.alone(view -> StackOperations.withStack(view, stack, input -> {
            Optional<OperationResult> unrecorded = unrecordedSync(view, input, actor);
            if (unrecorded.isPresent()) {
                return unrecorded.get();
            }
            acts.done("stack.sync", stack, actor);
            return offer(view, input, word);
        }));
        Optional<StackId> id = stores.resources()
                .find(Stack.class, stack)
                .filter(stored -> stored.resource().images().resolveDigests())
                .map(stored -> StackId.parse(stored.uid()))
                .filter(_ -> mayBeNews(first));
        return id.isEmpty() || state(id.get(), stack).pinned() ? first : anew(stack, id.get(), first, word, actor);
    }

    /** Where nothing moved, a registry may have news that no turn asks for. */
    private static boolean mayBeNews(OperationResult result) {
        return switch (result) {
            case Done done -> done.message().startsWith(IN_SYNC);
            case Blocked blocked -> blocked.reason().equals(SyncReason.IMAGE_UNRESOLVED.code());
            case NotFound _ -> false;
        };
    }

    private OperationResult anew(String stack, StackId id, OperationResult before, Word word, Actor actor) {
        DigestRounds.Anew anew = sync.askAnew(id);
        if (anew.moved().isEmpty()) {
            return anew.failed().isEmpty()
                    ? before
                    : new Blocked(
                            SyncReason.IMAGE_UNRESOLVED.code(),
                            String.join("; ", anew.failed()) + "; what was offered stays",
                            "wherry stack sync " + stack);
        }
        OperationResult after = sync.alone(view -> StackOperations.withStack(
                view, stack, input -> unrecordedSync(view, input, actor).orElseGet(() -> offer(view, input, word))));
        List<String> told = new ArrayList<>(anew.moved());
        anew.failed().forEach(failure -> told.add("not asked anew: " + failure));
        return after instanceof Done(String message, long revision, String commit)
                ? new Done(message + "; " + String.join("; ", told), revision, commit)
                : after;
    }

    private Optional<OperationResult> unrecordedSync(FleetView view, StackInput input, Actor actor) {
        StackPlanner.Move move = sync.planner().moved(view, input, sync.heads(), state -> state);
        return Governed.unrecorded(move.news(), actor, "wherry stack sync " + input.name())
                .map(why -> acts.refused("stack.sync", input.name(), actor, why));
    }

    /** What the stack has now, or is pinned to. */
    OperationResult offer(FleetView view, StackInput input, Word word) {
        sync.stage().unsettle(input.id());
        Optional<StackStage.Brought> brought =
                sync.bring(view, List.of(input), word).stream().findFirst();
        StackState state = state(input.id(), input.name());
        if (brought.isEmpty()) {
            return new Blocked(
                    state.problem(),
                    state.problemDetail(),
                    "wherry describe source " + input.stack().source().sourceRef());
        }
        return switch (brought.get().proposed().decided()) {
            case OfferDecision.Wait(var reason, String detail) ->
                new Blocked(
                        reason.code(),
                        detail,
                        "wherry stack plan " + input.name() + ", then wherry stack sync " + input.name()
                                + " --allow-removal");
            case OfferDecision.Partly(var reason, String detail)
            when brought.get().moved() == 0 && reason != StatusReason.ROLLING_OUT ->
                new Blocked(reason.code(), detail, StackState.next(reason.code(), input.name()));
            case OfferDecision.Partly(var _, String detail) ->
                StackOperations.done(offered(brought.get(), input) + "; " + detail + held(input), state);
            case OfferDecision.Offer() ->
                nothingMoved(brought.get(), input)
                        .<OperationResult>map(blocked -> blocked)
                        .orElseGet(() -> StackOperations.done(offered(brought.get(), input) + held(input), state));
        };
    }

    /** If nothing moves because every target keeps what it has, or because a policy keeps it from one. */
    private static Optional<Blocked> nothingMoved(StackStage.Brought brought, StackInput input) {
        Collection<Kept> kept = brought.proposed().plan().kept().values();
        boolean still = brought.moved() == 0
                && brought.proposed().awaits().isEmpty()
                && brought.proposed().plan().news().isEmpty();
        return still && (kept.size() == input.members().size() || kept.stream().anyMatch(Kept::isDenied))
                ? foremost(kept).map(one -> Governed.blocked(one, input.name()))
                : Optional.empty();
    }

    /** Why a target keeps what it has; a policy goes first. What passes by itself is not worth a word. */
    private static Optional<Kept> foremost(Collection<Kept> kept) {
        return kept.stream()
                .filter(one -> !one.passes())
                .min(Comparator.comparing((Kept one) -> !one.isDenied()).thenComparing(Kept::detail));
    }

    private static String offered(StackStage.Brought brought, StackInput input) {
        List<WaitingRelease> awaits = brought.proposed().awaits();
        String kept = foremost(brought.proposed().plan().kept().values())
                .map(one -> "; others keep what they have: " + one.detail())
                .orElse("");
        if (brought.moved() == 0) {
            if (input.members().isEmpty()) {
                return "has nobody to go to: " + StackStatus.NO_TARGETS;
            }
            return awaits.isEmpty() ? IN_SYNC + kept : "waits for approval: " + SyncRecords.awaited(awaits);
        }
        return "offered to " + brought.moved() + " of "
                + Counted.of(input.members().size(), "target")
                + (awaits.isEmpty() ? "" : "; others wait for approval: " + SyncRecords.awaited(awaits))
                + kept;
    }

    /** Of a hub that knows less than its agents what is in sync here says nothing of them. */
    private String held(StackInput input) {
        List<String> held = stores.database().read(handle -> input.members().stream()
                .filter(member -> ReviewRepository.held(handle, member.id()))
                .map(Member::name)
                .sorted()
                .toList());
        return held.isEmpty()
                ? ""
                : "; nothing goes to those that are held until a person has looked at them: " + Listed.few(held)
                        + " (wherry agent review)";
    }

    StackState state(StackId stack, String name) {
        return stores.database()
                .read(handle -> StackStates.find(handle, stack))
                .orElseGet(() -> StackState.unknown(stack, name));
    }
}
