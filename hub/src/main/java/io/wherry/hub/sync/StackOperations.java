package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.contract.AgentId;
import io.wherry.contract.EntryState;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.fleet.ReviewRepository;
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
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.status.StatusReason;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import io.wherry.hub.sync.Departures.How;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import io.wherry.hub.sync.OperationResult.NotFound;
import io.wherry.hub.sync.Word.Weight;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** What operators do with stacks. Every act is recorded in the user stream, in the transaction that carries it out. */
public final class StackOperations {
    private static final String IN_SYNC = "is in sync";

    private final FleetSync sync;
    private final FleetStores stores;
    private final Releases releases;
    private final InstantSource clock;

    public StackOperations(FleetSync sync, FleetStores stores, Releases releases, InstantSource clock) {
        this.releases = releases;
        this.sync = sync;
        this.stores = stores;
        this.clock = clock;
    }

    /**
     * On whose behalf.
     *
     * @param who    as the audit log names them
     * @param reason why; may be empty
     * @param change id of the change record it belongs to; may be empty
     */
    public record Actor(Who who, String reason, String change) {
        private static final Pattern CHANGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._#/-]{0,63}");

        /** @throws IllegalArgumentException if the change record's id is none that can be found again */
        public Actor {
            if (!change.isEmpty() && !CHANGE.matcher(change).matches()) {
                throw new IllegalArgumentException(
                        "change: " + change + " (expected: 1 to 64 letters, digits and . _ # / -, like CHG-1042)");
            }
        }

        public static Actor of(Who who) {
            return new Actor(who, "", "");
        }
    }

    /**
     * The newest commit of its source that the stack was compared with. A commit that changes nothing of it never becomes its revision, and
     * whoever waits for that commit is told by this that it is in force.
     */
    public Optional<String> lookedAt(StackId stack) {
        return sync.stage().lookedAt(stack);
    }

    /** What a sync would do. Empty if there is no such stack. */
    public Optional<StackPlan> plan(String stack) {
        sync.building().buildNow(stack);
        return sync.alone(view -> view.find(stack).map(input -> sync.planner().plan(view, input, sync.heads())));
    }

    /** The model that an agent has, or would have. Empty if there is no such stack or agent, or it cannot be rendered for it. */
    public Optional<Json.Obj> render(String stack, Optional<String> agent) {
        sync.building().buildNow(stack);
        return sync.alone(view -> view.find(stack).flatMap(input -> {
            StackStage.Prepared prepared = sync.stage().render(view, input, sync.heads());
            sync.stage().store(List.of(prepared));
            return input.members().stream()
                    .filter(member ->
                            agent.map(name -> name.equals(member.name())).orElse(true))
                    .flatMap(member -> prepared.content().stream()
                            .map(content -> content.targets().get(member.id())))
                    .flatMap(content -> content instanceof TargetContent.Ready ready
                            ? java.util.stream.Stream.of(ready)
                            : java.util.stream.Stream.empty())
                    .findFirst()
                    .map(ready -> MaskedSecrets.in(StackPlanner.model(
                            stores.bundles(), ready.bundle().ref().digest())));
        }));
    }

    /**
     * Offers what waits. Where nothing does, the registries of a stack with {@code resolveDigests} are asked anew what its tags mean: what a person saw in
     * the plan is what is offered, and never more than that.
     *
     * @param confirmed the person saw a plan that deletes much, and wants it
     */
    public OperationResult sync(String stack, boolean confirmed, Actor actor) {
        Word word = word(confirmed ? Weight.CONFIRMED : Weight.SYNC, actor, "sync");
        Optional<String> chart = stores.resources()
                .find(Stack.class, stack)
                .flatMap(stored -> sync.askForChart(StackId.parse(stored.uid()), stored.resource()));
        sync.building().buildAnew(stack);
        OperationResult done = sync(stack, word, actor);
        return chart.isPresent() && done instanceof Done(String message, long revision, String commit)
                ? new Done(message + "; " + chart.get(), revision, commit)
                : done;
    }

    private OperationResult sync(String stack, Word word, Actor actor) {
        OperationResult first = sync.alone(view -> withStack(view, stack, input -> {
            Optional<OperationResult> unrecorded = unrecordedSync(view, input, actor);
            if (unrecorded.isPresent()) {
                return unrecorded.get();
            }
            record("stack.sync", stack, actor);
            return offer(view, input, word);
        }));
        Optional<StackId> id = stores.resources()
                .find(Stack.class, stack)
                .filter(stored -> stored.resource().images().resolveDigests())
                .map(stored -> StackId.parse(stored.uid()))
                .filter(one -> first instanceof Done done && done.message().equals(IN_SYNC));
        return id.isEmpty() || state(id.get(), stack).pinned() ? first : anew(stack, id.get(), first, word, actor);
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
        OperationResult after = sync.alone(view -> withStack(
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
                .map(why -> refused("stack.sync", input.name(), actor, why));
    }

    private OperationResult offer(FleetView view, StackInput input, Word word) {
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
                done(offered(brought.get(), input) + "; " + detail, state);
            case OfferDecision.Offer() ->
                Governed.nothingMoved(brought.get(), input).orElseGet(() -> done(offered(brought.get(), input), state));
        };
    }

    private static String offered(StackStage.Brought brought, StackInput input) {
        List<WaitingRelease> awaits = brought.proposed().awaits();
        if (brought.moved() == 0) {
            return awaits.isEmpty() ? IN_SYNC : "waits for approval: " + SyncRecords.awaited(awaits);
        }
        return "offered to " + brought.moved() + " of "
                + Counted.of(input.members().size(), "target")
                + (awaits.isEmpty() ? "" : "; others wait for approval: " + SyncRecords.awaited(awaits))
                + Governed.kept(brought)
                        .map(kept -> "; others keep what they have: " + kept.detail())
                        .orElse("");
    }

    /**
     * Tries the present generation again where it failed or was rolled back; and offers it where the agent runs something that a restored hub does not
     * know: the person decides that this hub's content shall take its place.
     */
    public OperationResult retry(String stack, Actor actor) {
        return again(stack, actor, "stack.retry", report -> switch (report.outcome()) {
            case ROLLED_BACK, FAILED, UNHEALTHY, PENDING, LEFTOVER -> true;
            case APPLIED, HEALTHY, CORRECTED, DRIFTED, REMOVED, SUSPENDED -> false;
        });
    }

    /** Repairs drift where it was found; the revision does not move. */
    public OperationResult correct(String stack, Actor actor) {
        return again(stack, actor, "stack.correct", report -> report.drifted() || report.outcome() == Outcome.DRIFTED);
    }

    private OperationResult again(String stack, Actor actor, String action, Predicate<EntryState> which) {
        return sync.alone(view -> withStack(view, stack, input -> {
            int count = stores.database().write(handle -> {
                List<PlacedEntry> again = new ArrayList<>();
                for (TargetState target : TargetStates.ofStack(handle, input.id())) {
                    if (target.current().filter(which).isPresent()) {
                        EntryRepository.find(handle, target.agent(), input.id())
                                .map(EntryPlanner::again)
                                .ifPresent(again::add);
                    }
                }
                if (action.equals("stack.retry")) {
                    again.addAll(inPlaceOfUnknown(handle, view, input));
                }
                EntryRepository.put(handle, again, clock.instant());
                sync.book().again(handle, input, again);
                audit(handle, action, stack, actor);
                return again.size();
            });
            return done(
                    (count == 0 ? "has nothing to repeat" : "repeated at " + Counted.of(count, "target"))
                            + onceApproved(input.id()),
                    state(input.id(), stack));
        }));
    }

    private List<PlacedEntry> inPlaceOfUnknown(Handle handle, FleetView view, StackInput input) {
        return ReviewRepository.waitingFor(handle, input.id()).stream()
                .map(agent -> EntryRepository.find(handle, agent, input.id()))
                .flatMap(Optional::stream)
                .filter(PlacedEntry::runs)
                .flatMap(entry -> again(handle, view, entry).stream()
                        .map(release ->
                                EntryPlanner.raise(entry, entry.generation() + 1, release.counter(), release.digest())))
                .toList();
    }

    /** Empty where approvers have to sign it first: it is placed when they have. */
    private Optional<IssuedRelease> again(Handle handle, FleetView view, PlacedEntry entry) {
        String environment = view.member(entry.agent()).map(Member::environment).orElse("");
        return switch (releases.again(handle, entry.release(), entry.agent(), environment)) {
            case Permit.Granted(IssuedRelease release) -> Optional.of(release);
            case Permit.Awaited(WaitingRelease _) -> Optional.empty();
        };
    }

    /** Newest first. Empty if there is no such stack. */
    public Optional<List<HistoryEntry>> history(String stack) {
        return stores.database().read(handle -> stores.resources()
                .find(handle, Stack.class, stack)
                .map(stored -> {
                    StackId id = StackId.parse(stored.uid());
                    return RevisionRepository.list(handle, id).stream()
                            .map(entry -> entry.with(outcomes(handle, id, entry.number())))
                            .toList();
                }));
    }

    private static Map<String, Integer> outcomes(Handle handle, StackId stack, long number) {
        Map<String, Integer> outcomes = new HashMap<>();
        RevisionRepository.targets(handle, stack, number)
                .forEach(target -> outcomes.merge(target.outcome(), 1, Integer::sum));
        return outcomes;
    }

    /** Pins to an earlier revision (absent: the one before the present) and offers its content under a new release. */
    public OperationResult rollback(String stack, Optional<Long> revision, Actor actor) {
        sync.building().buildNow(stack);
        return sync.alone(view -> withStack(view, stack, input -> {
            StackState state = state(input.id(), stack);
            long present = state.pinned() ? state.pinnedRevision() : state.revision();
            if (revision.isEmpty() && present <= 1) {
                return new NotFound("stack " + stack + " has no revision before "
                        + (present == 0 ? "its first" : "the present one") + " (wherry stack history " + stack + ")");
            }
            return pinTo(view, input, revision.orElse(present - 1), "rollback", actor);
        }));
    }

    /** Pins to a revision: what the source brings waits until {@link #clearPin}. */
    public OperationResult pin(String stack, long revision, Actor actor) {
        sync.building().buildNow(stack);
        return sync.alone(view -> withStack(view, stack, input -> pinTo(view, input, revision, "pin", actor)));
    }

    private OperationResult pinTo(FleetView view, StackInput input, long revision, String cause, Actor actor) {
        boolean known = stores.database().read(handle -> RevisionRepository.list(handle, input.id()).stream()
                .anyMatch(entry -> entry.number() == revision));
        if (!known) {
            return new NotFound("stack " + input.name() + " has no revision " + revision + " (wherry stack history "
                    + input.name() + ")");
        }
        StackPlanner.Move move = sync.planner().moved(view, input, sync.heads(), state -> state.pinnedTo(revision));
        String command = "wherry stack " + cause + " " + input.name()
                + (cause.equals("pin") ? " --revision " : " --to ") + revision;
        Optional<Blocked> blocked =
                Governed.unrecorded(move.reached(), actor, command).or(() -> Governed.refused(move, input.name()));
        if (blocked.isPresent()) {
            return refused("stack." + cause, input.name(), actor, blocked.get());
        }
        stores.database().run(handle -> {
            StackStates.put(handle, load(handle, input).pinnedTo(revision));
            sync.book().repin(handle, input.id(), true);
            audit(handle, "stack." + cause, input.name(), actor);
        });
        return offer(view, input, word(Weight.CONFIRMED, actor, cause));
    }

    /** Follows the source again. */
    public OperationResult clearPin(String stack, Actor actor) {
        sync.building().buildNow(stack);
        return sync.alone(view -> withStack(view, stack, input -> {
            stores.database().run(handle -> {
                StackStates.put(handle, load(handle, input).pinnedTo(0));
                sync.book().repin(handle, input.id(), false);
                audit(handle, "stack.pin.clear", stack, actor);
            });
            sync.stage().unsettle(input.id());
            sync.bring(view, List.of(input), Word.none("pin cleared"));
            return done("follows its source again", state(input.id(), stack));
        }));
    }

    /**
     * Takes the stack from an agent that is no target of it any more.
     *
     * @param keep true: its containers stay, only the management ends
     */
    public OperationResult remove(String stack, String agentName, boolean keep, Actor actor) {
        return sync.alone(view -> {
            Optional<Stored<Stack>> stored = stores.resources().find(Stack.class, stack);
            Optional<AgentId> agent = view.memberByName(agentName).map(Member::id);
            if (stored.isEmpty() || agent.isEmpty()) {
                return new NotFound(stored.isEmpty() ? "no stack " + stack : "no agent " + agentName);
            }
            StackId id = StackId.parse(stored.get().uid());
            if (view.find(stack).map(input -> input.holds(agent.get())).orElse(false)) {
                return new Blocked(
                        "StillTargeted",
                        stack + " would come back to " + agentName + " at once: it is one of its targets",
                        "change the stack's targets or the agent's labels first");
            }
            Optional<Blocked> unrecorded = Governed.unrecorded(
                    view.member(agent.get()).stream().toList(),
                    actor,
                    "wherry stack remove " + stack + " --agent " + agentName);
            if (unrecorded.isPresent()) {
                return refused("stack.remove", stack, actor, unrecorded.get());
            }
            int count = stores.database().write(handle -> {
                List<PlacedEntry> leaving =
                        EntryRepository.find(handle, agent.get(), id).filter(PlacedEntry::runs).stream()
                                .toList();
                audit(handle, keep ? "stack.release" : "stack.remove", stack, actor);
                return sync.departures().remove(handle, view, id, stack, leaving, keep ? How.KEEP_RUNNING : How.CLEAN);
            });
            return count == 0
                    ? new NotFound("stack " + stack + " is not at " + agentName)
                    : done(
                            (keep ? "is no longer managed at " : "is being removed from ")
                                    + agentName
                                    + onceApproved(id),
                            state(id, stack));
        });
    }

    /**
     * Takes the stack from all its agents; it stays listed until all have confirmed. Volumes stay unless told otherwise. Refused while another
     * stack that stays depends on it: that one would be left without what it needs.
     *
     * @param condition sees the stack in the transaction that begins its end; what it throws undoes that
     */
    public OperationResult delete(String stack, boolean deleteVolumes, Actor actor, Consumer<Stored<Stack>> condition) {
        return sync.alone(view -> {
            Optional<Stored<Stack>> stored = stores.resources().find(Stack.class, stack);
            if (stored.isEmpty()) {
                return new NotFound("no stack " + stack);
            }
            List<String> dependents = view.dependents(stack);
            if (!dependents.isEmpty()) {
                return new Blocked(
                        "",
                        "stack " + String.join(", ", dependents) + " depends on stack " + stack + " (dependsOn)",
                        "delete it first or with it, or take " + stack + " out of its dependsOn");
            }
            StackId id = StackId.parse(stored.get().uid());
            int count = stores.database().write(handle -> {
                stores.resources().find(handle, Stack.class, stack).ifPresent(condition);
                stores.resources().beginDelete(handle, ResourceKind.STACK, stack);
                audit(handle, "stack.delete", stack, actor);
                List<PlacedEntry> leaving = EntryRepository.ofStack(handle, id).stream()
                        .filter(PlacedEntry::runs)
                        .toList();
                return sync.departures()
                        .remove(handle, view, id, stack, leaving, deleteVolumes ? How.WITH_DATA : How.CLEAN);
            });
            return done("is being removed from " + count + " agents" + onceApproved(id), state(id, stack));
        });
    }

    /** What follows where approvers have to sign it first. */
    private String onceApproved(StackId stack) {
        List<WaitingRelease> targeted =
                stores.database().read(handle -> releases.approvals().waiting(handle, stack)).stream()
                        .filter(waiting -> !waiting.targets().isEmpty())
                        .toList();
        return targeted.isEmpty() ? "" : "; waits for approval: " + SyncRecords.awaited(targeted);
    }

    static OperationResult withStack(FleetView view, String stack, Function<StackInput, OperationResult> work) {
        return view.find(stack).map(work).orElseGet(() -> new NotFound("no stack " + stack));
    }

    private StackState state(StackId stack, String name) {
        return stores.database()
                .read(handle -> StackStates.find(handle, stack))
                .orElseGet(() -> StackState.unknown(stack, name));
    }

    private static StackState load(Handle handle, StackInput input) {
        return StackStates.find(handle, input.id()).orElseGet(() -> StackState.unknown(input.id(), input.name()));
    }

    private static Done done(String message, StackState state) {
        return new Done(message, state.revision(), state.commit());
    }

    /** Of the user, as histories show it. */
    static String name(Actor actor) {
        String who = actor.who().actor();
        return who.startsWith("user:") ? who.substring("user:".length()) : who;
    }

    private static Word word(Weight weight, Actor actor, String cause) {
        return new Word(weight, name(actor), cause, actor.reason(), actor.change());
    }

    private void record(String action, String stack, Actor actor) {
        stores.database().run(handle -> audit(handle, action, stack, actor));
    }

    /** What a policy does not let a person do is recorded as what it is. */
    private OperationResult refused(String action, String stack, Actor actor, Blocked why) {
        What what = What.refused(action, "Stack/" + stack, why.reason(), why.message());
        stores.audit()
                .append(AuditEvent.policy(clock.instant(), actor.who(), what).forChange(actor.change()));
        return why;
    }

    void audit(Handle handle, String action, String stack, Actor actor) {
        What what = new What(action, "Stack/" + stack, AuditEvent.Outcome.DONE, "", actor.reason());
        stores.audit()
                .append(
                        handle,
                        AuditEvent.user(clock.instant(), actor.who(), what).forChange(actor.change()));
    }
}
