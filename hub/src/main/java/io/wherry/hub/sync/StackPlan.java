package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a sync of the stack would do, computed from what was last offered and reported.
 *
 * @param commit  what it would be rendered from; empty if no commit is known
 * @param notes   what a person should know first: what it waits for, why something could not be had
 * @param targets by agent name
 * @param awaited the plan that people have to approve, as far as some do: its hash
 */
public record StackPlan(
        String stack, String commit, List<String> notes, List<TargetPlan> targets, Optional<Digest> awaited) {
    public StackPlan {
        notes = List.copyOf(notes);
        targets = List.copyOf(targets);
    }

    /** One that waits for nobody's approval. */
    public StackPlan(String stack, String commit, List<String> notes, List<TargetPlan> targets) {
        this(stack, commit, notes, targets, Optional.empty());
    }

    /**
     * One target.
     *
     * @param action  {@code create}, {@code change}, {@code keep}, {@code unchanged}, {@code detach}
     * @param problem why it keeps what it has, or does not run what it was offered; empty if neither
     * @param diff    against what it was last offered
     * @param notes   what a person should know of this target
     * @param asOf    when it last reported; the epoch if never
     * @param takeOver what to ask the site about, where something new would take over what people run there
     * @param question what to ask the site of a cluster; empty where the plan says all that there is to say
     */
    public record TargetPlan(
            AgentId agent,
            String agentName,
            Action action,
            Optional<String> problem,
            ModelDiff diff,
            List<String> notes,
            Instant asOf,
            Optional<TakeOver> takeOver,
            Optional<SiteQuestion.Plan> question) {
        public TargetPlan {
            notes = List.copyOf(notes);
        }

        /** One that takes nothing over. */
        TargetPlan(
                AgentId agent,
                String agentName,
                Action action,
                Optional<String> problem,
                ModelDiff diff,
                List<String> notes,
                Instant asOf) {
            this(agent, agentName, action, problem, diff, notes, asOf, Optional.empty(), Optional.empty());
        }

        TargetPlan takingOver(Optional<TakeOver> what) {
            return new TargetPlan(agent, agentName, action, problem, diff, notes, asOf, what, question);
        }

        TargetPlan asking(Optional<SiteQuestion.Plan> what) {
            return new TargetPlan(agent, agentName, action, problem, diff, notes, asOf, takeOver, what);
        }
    }

    /**
     * What a target would run of a project that people may run there already.
     *
     * @param stack uid
     * @param name  the stack's
     * @param model with the target's values put in
     */
    public record TakeOver(StackId stack, String name, String project, Json.Obj model) {}

    /** What would happen at a target. */
    public enum Action {
        CREATE,
        CHANGE,
        UNCHANGED,
        /** It cannot have the new state, and keeps what it has. */
        KEEP,
        /** No selector names it any longer: it keeps what it has until it is removed from there. */
        DETACH
    }

    /** The same for one agent. */
    public StackPlan of(String agentName) {
        return new StackPlan(
                stack,
                commit,
                notes,
                targets.stream()
                        .filter(target -> target.agentName().equals(agentName))
                        .toList(),
                awaited);
    }

    /** Whether anything would happen. */
    public boolean changesNothing() {
        return targets.stream()
                .allMatch(target -> target.action() == Action.UNCHANGED || target.action() == Action.KEEP);
    }
}
