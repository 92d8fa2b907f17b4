package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.GroupBudget;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.status.Contact;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Looks how the targets of rollouts stand, and at which rollouts there is something to do. */
public final class RolloutLook {
    private final AgentRepository agents;
    private final ResourceRepository resources;
    private final LastSeen lastSeen;
    private final InstantSource clock;

    public RolloutLook(AgentRepository agents, ResourceRepository resources, LastSeen lastSeen, InstantSource clock) {
        this.agents = agents;
        this.resources = resources;
        this.lastSeen = lastSeen;
        this.clock = clock;
    }

    /** Whether the agent is heard as often as it should be. */
    public boolean isHeard(AgentId agent) {
        return Contact.of(lastSeen, agent, clock.instant()).connected();
    }

    /** How the targets stand now. */
    public List<TargetSight> at(Handle handle, Rollout rollout, List<RolloutTarget> targets) {
        Instant now = clock.instant();
        Map<AgentId, TargetState> states = new HashMap<>();
        TargetStates.ofStack(handle, rollout.stack()).forEach(state -> states.put(state.agent(), state));
        List<TargetSight> sights = targets.stream()
                .map(target -> TargetSight.of(
                        target,
                        agents.find(target.agent())
                                .map(AgentRecord::name)
                                .orElse(target.agent().value()),
                        Optional.ofNullable(states.get(target.agent())),
                        Contact.of(lastSeen, target.agent(), now),
                        rollout.policy().timeLimit(),
                        now))
                .toList();
        return rollout.policy()
                .budget()
                .map(budget -> GroupRoom.judge(rollout, grouped(handle, budget, sights)))
                .orElse(sights);
    }

    /** By the labels of this moment. */
    private List<TargetSight> grouped(Handle handle, GroupBudget budget, List<TargetSight> sights) {
        Map<String, String> groups = new HashMap<>();
        resources.all(handle, Agent.class).forEach(agent -> {
            String group = agent.resource().metadata().labels().get(budget.label());
            if (group != null) {
                groups.put(agent.name(), group);
            }
        });
        return sights.stream()
                .map(sight -> sight.in(Optional.ofNullable(groups.get(sight.name()))))
                .toList();
    }

    public RolloutStep next(Handle handle, Rollout rollout, List<RolloutTarget> targets) {
        return RolloutStep.of(rollout, at(handle, rollout, targets), clock.instant());
    }

    /**
     * Stacks whose rollouts have something to do. The time limit of a target counts while it is heard: for those that are not its beginning moves on, which is
     * written.
     */
    public Set<StackId> due(Handle handle) {
        Set<StackId> due = new HashSet<>();
        Instant now = clock.instant();
        for (Rollout rollout : RolloutRepository.open(handle)) {
            List<TargetSight> sights =
                    at(handle, rollout, RolloutRepository.targets(handle, rollout.stack(), rollout.number()));
            RolloutStep step = RolloutStep.of(rollout, sights, now);
            if (!step.rollout().equals(rollout) || !step.offer().isEmpty()) {
                due.add(rollout.stack());
            }
            RolloutRepository.putTargets(
                    handle,
                    rollout,
                    sights.stream()
                            .filter(sight -> sight.standsStill(now))
                            .map(sight -> sight.target().countingFrom(now))
                            .toList());
        }
        return due;
    }
}
