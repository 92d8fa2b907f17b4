package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.StackId;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.LastSeen;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

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

    /** What each of the agents has, by stack name; one that has nothing is left out. */
    public Map<AgentId, List<TargetStatus>> targetsOf(Collection<AgentId> ids) {
        return database.read(handle -> judge(TargetStates.ofAgents(handle, ids))).stream()
                .collect(Collectors.groupingBy(TargetStatus::agent));
    }

    public Optional<AgentStatus> agent(AgentId agent) {
        return agents.find(agent).map(record -> agents(List.of(record)).getFirst());
    }

    /** Every agent that is served or waits to be let in, by name. One that was retired or denied is nobody's concern any more. */
    public List<AgentStatus> agents() {
        return agents(agents.list().stream().filter(AgentRecord::named).toList());
    }

    /** Of each of these, in their order. */
    public List<AgentStatus> agents(List<AgentRecord> records) {
        return database.read(handle -> {
            Map<AgentId, ReceiptRepository.Told> told = ReceiptRepository.told(
                    handle, records.stream().map(AgentRecord::id).toList());
            Map<AgentId, Held> held = Held.of(handle, records);
            Instant now = clock.instant();
            return records.stream()
                    .map(record -> AgentStatus.of(
                            record,
                            Contact.of(lastSeen, record.id(), now),
                            Optional.ofNullable(told.get(record.id())),
                            Optional.ofNullable(held.get(record.id())),
                            now))
                    .toList();
        });
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
