package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.hub.approval.ApprovalRepository;
import io.wherry.hub.approval.ApprovalRepository.Subject;
import io.wherry.hub.approval.Ask;
import io.wherry.hub.approval.AwaitedPlan;
import io.wherry.hub.approval.Vote;
import io.wherry.hub.approval.VoteReason;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.status.StackState;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import io.wherry.hub.sync.OperationResult.NotFound;
import io.wherry.hub.sync.StackOperations.Actor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What people say to plans that wait for them. What has enough approvals is offered at once; a hub that dies in between offers it in its next turn.
 */
public final class PlanApprovals {
    private final FleetSync sync;
    private final FleetStores stores;
    private final Acts acts;
    private final Offering offering;
    private final InstantSource clock;

    public PlanApprovals(FleetSync sync, FleetStores stores, InstantSource clock) {
        this.sync = sync;
        this.stores = stores;
        this.acts = new Acts(stores.audit(), clock);
        this.offering = new Offering(sync, stores, acts);
        this.clock = clock;
    }

    /**
     * A plan that waits, for people.
     *
     * @param stack   name
     * @param what    {@code commit 1a2b3c4d5e6f}
     * @param authors who may not approve it
     */
    public record Waiting(
            String stack, Digest plan, String what, List<String> authors, Instant since, List<Target> targets) {
        public Waiting {
            authors = List.copyOf(authors);
            targets = List.copyOf(targets);
        }
    }

    /**
     * One target of it.
     *
     * @param rule  that wants it approved
     * @param votes what was said so far
     */
    public record Target(String agent, int required, String rule, List<Vote> votes) {
        public Target {
            votes = List.copyOf(votes);
        }
    }

    /** Of all stacks, what has waited longest first. It waits for no turn: pages that are open ask again and again. */
    public List<Waiting> waiting() {
        return stores.database().read(handle -> {
            List<AwaitedPlan> plans = ApprovalRepository.all(handle);
            if (plans.isEmpty()) {
                return List.of();
            }
            Map<String, String> names = stores.resources().all(handle, Stack.class).stream()
                    .collect(Collectors.toMap(Stored::uid, Stored::name));
            return plans.stream()
                    .filter(plan -> names.containsKey(plan.stack().value()))
                    .map(plan -> waiting(handle, names.getOrDefault(plan.stack().value(), ""), plan))
                    .toList();
        });
    }

    private Waiting waiting(Handle handle, String stack, AwaitedPlan plan) {
        Map<Subject, List<Vote>> votes = ApprovalRepository.votes(handle, plan.stack());
        List<Target> targets = plan.asks().stream()
                .map(ask -> new Target(
                        name(ask.agent()),
                        ask.required(),
                        ask.rule(),
                        votes.getOrDefault(new Subject(ask.agent(), ask.content()), List.of())))
                .toList();
        return new Waiting(stack, plan.plan(), plan.what(), plan.authors(), plan.since(), targets);
    }

    private String name(AgentId agent) {
        return stores.agents().find(agent).map(AgentRecord::name).orElse(agent.value());
    }

    /** The targets of the plan may have it, as far as the actor is concerned. */
    public OperationResult approve(String stack, Digest plan, Actor actor) {
        return vote(stack, plan, true, actor);
    }

    /** None of them may, until the actor approves it. */
    public OperationResult reject(String stack, Digest plan, Actor actor) {
        return vote(stack, plan, false, actor);
    }

    /**
     * Takes back whatever was said with the key of that name, yes or no. Part of its revocation: a plan is not carried by somebody who is locked out, nor held by somebody
     * who cannot change their mind any more.
     *
     * @return stacks of which the plans are to be {@link #reconsider}ed, after the transaction
     */
    public Set<StackId> takeBack(Handle handle, String voter) {
        return ApprovalRepository.takeBack(handle, voter);
    }

    /** Judges plans by what was said to them until now. */
    public void reconsider(Set<StackId> stacks) {
        if (!stacks.isEmpty()) {
            sync.votesChanged(stacks);
        }
    }

    private OperationResult vote(String stack, Digest plan, boolean approves, Actor actor) {
        sync.building().buildNow(stack);
        return sync.alone(view -> StackOperations.withStack(view, stack, input -> {
            String action = approves ? "plan.approve" : "plan.reject";
            Optional<AwaitedPlan> awaited =
                    stores.database().read(handle -> ApprovalRepository.find(handle, input.id()));
            Optional<Blocked> refused = refused(awaited, plan, approves, stack, actor);
            if (refused.isPresent()) {
                return acts.refused(action, stack, actor, refused.get());
            }
            AwaitedPlan waiting = awaited.orElseThrow();
            stores.database().run(handle -> {
                ApprovalRepository.vote(
                        handle, waiting, new Vote(actor.name(), approves, actor.reason(), clock.instant()));
                record(handle, action, stack, waiting, actor);
            });
            OperationResult offered = offering.offer(
                    view, input, new Word(Word.Weight.NONE, actor.name(), "approval", actor.reason(), actor.change()));
            return told(approves, waiting, offered, offering.state(input.id(), stack));
        }));
    }

    private static Optional<Blocked> refused(
            Optional<AwaitedPlan> awaited, Digest plan, boolean approves, String stack, Actor actor) {
        if (awaited.filter(waiting -> waiting.plan().equals(plan)).isEmpty()) {
            return Optional.of(new Blocked(
                    VoteReason.PLAN_CHANGED.code(),
                    awaited.map(waiting ->
                                    "the plan is another one by now: " + waiting.plan() + ", of " + waiting.what())
                            .orElse("no plan of stack " + stack + " waits for approval"),
                    "wherry stack plan " + stack));
        }
        return approves && awaited.get().isBy(actor.name())
                ? Optional.of(new Blocked(
                        VoteReason.OWN_CHANGE.code(),
                        actor.name() + " is one of its authors ("
                                + String.join(", ", awaited.get().authors()) + ")",
                        "let somebody else approve it"))
                : Optional.empty();
    }

    private void record(Handle handle, String action, String stack, AwaitedPlan plan, Actor actor) {
        What what = new What(action, "Stack/" + stack, AuditEvent.Outcome.DONE, "", actor.reason());
        Json.Builder detail = Json.object()
                .put("plan", plan.plan().toString())
                .put("content", plan.what())
                .put(
                        "agents",
                        plan.asks().stream()
                                .map(Ask::agent)
                                .map(this::name)
                                .sorted()
                                .toList());
        if (!actor.change().isEmpty()) {
            detail.put("change", actor.change());
        }
        stores.audit()
                .append(
                        handle,
                        AuditEvent.user(clock.instant(), actor.who(), what).with(detail.build()));
    }

    /** What is still in the way does not make the vote void. */
    private static OperationResult told(boolean approves, AwaitedPlan plan, OperationResult offered, StackState state) {
        String said = (approves ? "approved" : "rejected") + " for "
                + Counted.of(plan.asks().size(), "target");
        return switch (offered) {
            case Done(String message, long revision, String commit) ->
                new Done(said + "; " + message, revision, commit);
            case Blocked blocked -> new Done(said + "; " + blocked.message(), state.revision(), state.commit());
            case NotFound none -> none;
        };
    }
}
