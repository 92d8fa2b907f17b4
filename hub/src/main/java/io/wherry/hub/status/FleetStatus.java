package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.StackId;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.AgentState;
import io.wherry.hub.fleet.LastSeen;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Answers "how is it?" for stacks and agents: what was reported, what is wanted, and who was heard when. */
public final class FleetStatus {
    private final Database database;
    private final AgentRepository agents;
    private final LastSeen lastSeen;
    private final InstantSource clock;

    public FleetStatus(Database database, AgentRepository agents, LastSeen lastSeen, InstantSource clock) {
        this.database = database;
        this.agents = agents;
        this.lastSeen = lastSeen;
        this.clock = clock;
    }

    /** @param name the stack's name, for one that was never looked at yet */
    public StackStatus stack(StackId stack, String name) {
        return database.read(handle -> StackStatus.of(
                StackStates.find(handle, stack).orElseGet(() -> StackState.unknown(stack, name)),
                judge(TargetStates.ofStack(handle, stack))));
    }

    /** Every stack that was looked at, by uid. */
    public Map<StackId, StackStatus> stacks() {
        return database.read(handle -> {
            Map<StackId, List<TargetState>> targets = new LinkedHashMap<>();
            TargetStates.list(handle)
                    .forEach(target -> targets.computeIfAbsent(target.stack(), stack -> new ArrayList<>())
                            .add(target));
            Map<StackId, StackStatus> stacks = new LinkedHashMap<>();
            for (StackState state : StackStates.list(handle)) {
                stacks.put(state.stack(), StackStatus.of(state, judge(targets.getOrDefault(state.stack(), List.of()))));
            }
            return stacks;
        });
    }

    /** What the agent has, by stack name. */
    public List<TargetStatus> targetsOf(AgentId agent) {
        return database.read(handle -> judge(TargetStates.ofAgent(handle, agent)));
    }

    public Optional<AgentStatus> agent(AgentId agent) {
        return agents.find(agent).map(record -> database.read(handle -> judge(handle, record)));
    }

    /** Every agent that is served or waits to be let in, by name. One that was retired or denied is nobody's concern any more. */
    public List<AgentStatus> agents() {
        return database.read(handle -> agents.list().stream()
                .filter(record -> record.served() || record.state() == AgentState.PENDING)
                .map(record -> judge(handle, record))
                .toList());
    }

    private AgentStatus judge(Handle handle, AgentRecord record) {
        Instant now = clock.instant();
        return AgentStatus.of(
                record,
                Contact.of(lastSeen, record.id(), now),
                ReceiptRepository.told(handle, record.id()),
                Held.of(handle, record),
                now);
    }

    private List<TargetStatus> judge(List<TargetState> states) {
        Instant now = clock.instant();
        return states.stream()
                .map(state -> TargetConditions.judge(
                        agents.find(state.agent())
                                .map(AgentRecord::name)
                                .orElse(state.agent().value()),
                        state,
                        Contact.of(lastSeen, state.agent(), now)))
                .toList();
    }
}
