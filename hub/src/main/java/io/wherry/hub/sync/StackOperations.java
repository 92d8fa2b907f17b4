package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.base.Suggest;
import io.wherry.contract.AgentId;
import io.wherry.contract.EntryState;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
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
    private final FleetSync sync;
    private final FleetStores stores;
    private final Releases releases;
    private final Acts acts;
    private final Offering offering;
    private final InstantSource clock;

    public StackOperations(FleetSync sync, FleetStores stores, Releases releases, InstantSource clock) {
        this.releases = releases;
        this.sync = sync;
        this.stores = stores;
        this.acts = new Acts(stores.audit(), clock);
        this.offering = new Offering(sync, stores, acts);
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

        /** Of the user, as histories show it. */
        String name() {
            String actor = who.actor();
            return actor.startsWith("user:") ? actor.substring("user:".length()) : actor;
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
        OperationResult result = offering.sync(stack, word, actor);
        return chart.map(news -> also(result, news)).orElse(result);
    }

    private static OperationResult also(OperationResult result, String news) {
        return switch (result) {
            case Done(String message, long revision, String commit) ->
                new Done(message + "; " + news, revision, commit);
            case Blocked(String reason, String message, String hint) ->
                new Blocked(reason, message + "; " + news, hint);
            case NotFound none -> none;
        };
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
                acts.done(handle, action, stack, actor);
                return again.size();
            });
            return done(
                    (count == 0 ? "has nothing to repeat" : "repeated at " + Counted.of(count, "target"))
                            + onceApproved(input.id()),
                    offering.state(input.id(), stack));
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
            StackState state = offering.state(input.id(), stack);
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
            return acts.refused("stack." + cause, input.name(), actor, blocked.get());
        }
        stores.database().run(handle -> {
            sync.wayBack().taken(handle, input);
            StackStates.put(handle, load(handle, input).pinnedTo(revision));
            sync.book().repin(handle, input.id(), true);
            acts.done(handle, "stack." + cause, input.name(), actor);
        });
        return offering.offer(view, input, word(Weight.CONFIRMED, actor, cause));
    }

    /** Follows the source again. */
    public OperationResult clearPin(String stack, Actor actor) {
        sync.building().buildNow(stack);
        return sync.alone(view -> withStack(view, stack, input -> {
            stores.database().run(handle -> {
                sync.wayBack().cleared(handle, input, actor.name());
                StackStates.put(handle, load(handle, input).pinnedTo(0));
                sync.book().repin(handle, input.id(), false);
                acts.done(handle, "stack.pin.clear", stack, actor);
            });
            sync.stage().unsettle(input.id());
            sync.bring(view, List.of(input), Word.none("pin cleared"));
            return done("follows its source again", offering.state(input.id(), stack));
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
            if (stored.isEmpty()) {
                return missing(view, stack);
            }
            if (agent.isEmpty()) {
                return new NotFound(Suggest.missing("agent", agentName, view.memberNames()));
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
                return acts.refused("stack.remove", stack, actor, unrecorded.get());
            }
            int count = stores.database().write(handle -> {
                List<PlacedEntry> leaving =
                        EntryRepository.find(handle, agent.get(), id).filter(PlacedEntry::runs).stream()
                                .toList();
                acts.done(handle, keep ? "stack.release" : "stack.remove", stack, actor);
                return sync.departures().remove(handle, view, id, stack, leaving, keep ? How.KEEP_RUNNING : How.CLEAN);
            });
            return count == 0
                    ? new NotFound("stack " + stack + " is not at " + agentName)
                    : done(
                            (keep ? "is no longer managed at " : "is being removed from ")
                                    + agentName
                                    + onceApproved(id),
                            offering.state(id, stack));
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
                return missing(view, stack);
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
                acts.done(handle, "stack.delete", stack, actor);
                List<PlacedEntry> leaving = EntryRepository.ofStack(handle, id).stream()
                        .filter(PlacedEntry::runs)
                        .toList();
                return sync.departures()
                        .remove(handle, view, id, stack, leaving, deleteVolumes ? How.WITH_DATA : How.CLEAN);
            });
            return done("is being removed from " + count + " agents" + onceApproved(id), offering.state(id, stack));
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
        return view.find(stack).map(work).orElseGet(() -> missing(view, stack));
    }

    private static NotFound missing(FleetView view, String stack) {
        return new NotFound(Suggest.missing(
                "stack", stack, view.stacks().stream().map(StackInput::name).toList()));
    }

    private static StackState load(Handle handle, StackInput input) {
        return StackStates.find(handle, input.id()).orElseGet(() -> StackState.unknown(input.id(), input.name()));
    }

    static Done done(String message, StackState state) {
        return new Done(message, state.revision(), state.commit());
    }

    private static Word word(Weight weight, Actor actor, String cause) {
        return new Word(weight, actor.name(), cause, actor.reason(), actor.change());
    }
}
