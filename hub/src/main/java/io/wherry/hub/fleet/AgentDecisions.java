package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentDecision.Conflict;
import io.wherry.hub.fleet.AgentDecision.Done;
import io.wherry.hub.fleet.AgentDecision.NotFound;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.Owner;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Stored;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/**
 * What operators decide about agents: approve, deny, rename, retire. Each is one transaction with its audit record, and holds from the agent's
 * next call on.
 */
public final class AgentDecisions {
    private final Database database;
    private final AgentRepository agents;
    private final ResourceRepository resources;
    private final FleetAudit audit;

    public AgentDecisions(FleetStore store, InstantSource clock) {
        this.database = store.database();
        this.agents = store.agents();
        this.resources = store.resources();
        this.audit = store.fleetAudit(clock);
    }

    /** Lets a waiting agent in. It learns so when it asks again. */
    public AgentDecision approve(String name, Who who) {
        return decide(name, (handle, agent) -> {
            if (agent.served()) {
                return new Done(agent);
            }
            agents.setState(handle, agent.id(), AgentState.ENROLLED);
            audit.agentApproved(handle, who, agent);
            return new Done(agent);
        });
    }

    /** Turns a waiting agent away, for good. */
    public AgentDecision deny(String name, Who who) {
        return decide(name, (handle, agent) -> {
            if (agent.served()) {
                return new Conflict("agent " + name + ": is approved already (wherry agent retire " + name + ")");
            }
            agents.setState(handle, agent.id(), AgentState.DENIED);
            resources.delete(handle, ResourceKind.AGENT, name);
            audit.agentDenied(handle, who, agent);
            return new Done(agent);
        });
    }

    /** Ends an agent's service: its next call is refused, open streams end within a minute. Its workloads go on. */
    public AgentDecision retire(String name, Who who) {
        return decide(name, (handle, agent) -> {
            agents.setState(handle, agent.id(), AgentState.RETIRED);
            resources.delete(handle, ResourceKind.AGENT, name);
            audit.agentRetired(handle, who, agent);
            return new Done(agent);
        });
    }

    /**
     * Takes everything from an agent that it runs, and ends its service when that is confirmed. An agent that is out of reach stays in service until
     * it comes back; {@link #retire} ends that.
     */
    public AgentDecision empty(String name, Who who) {
        return decide(name, (handle, agent) -> {
            if (agent.state() == AgentState.PENDING) {
                return new Conflict(
                        "agent " + name + ": waits for approval and runs nothing (wherry agent deny " + name + ")");
            }
            if (!agent.retiring()) {
                agents.setState(handle, agent.id(), AgentState.RETIRING);
                audit.agentRetiring(handle, who, agent);
            }
            return new Done(agent);
        });
    }

    /** Ends the service of an agent that was to be emptied and is empty. Does nothing to any other. */
    public void emptied(AgentId id) {
        boolean ended = database.write(handle -> {
            Optional<AgentRecord> agent = agents.find(handle, id).filter(AgentRecord::retiring);
            agent.ifPresent(gone -> {
                agents.setState(handle, id, AgentState.RETIRED);
                resources.delete(handle, ResourceKind.AGENT, gone.name());
                audit.agentGone(handle, gone);
            });
            return agent.isPresent();
        });
        if (ended) {
            agents.changed(id);
        }
    }

    /**
     * Gives an agent another name; its id, key and labels stay.
     *
     * @throws IllegalArgumentException if it is no name
     */
    public AgentDecision rename(String name, String newName, Who who) {
        if (!AgentNames.valid(newName)) {
            throw new IllegalArgumentException("name: " + newName + " (expected: at most 63 of a-z, 0-9 and -)");
        }
        return decide(name, (handle, agent) -> {
            if (agents.nameTaken(handle, newName)) {
                return new Conflict("agent " + newName + ": exists already (choose another name)");
            }
            Optional<Stored<Agent>> before = resources.find(handle, Agent.class, name);
            Optional<Owner> owner = before.flatMap(Stored::owner);
            if (owner.isPresent()) {
                return new Conflict("agent " + name + ": is declared by "
                        + owner.get().text() + " (take it out there, rename it, and declare it by its new name)");
            }
            agents.setName(handle, agent.id(), newName);
            before.map(Stored::resource).ifPresent(old -> {
                resources.delete(handle, ResourceKind.AGENT, name);
                resources.put(
                        handle,
                        renamed(old, newName),
                        Optional.empty(),
                        before.get().set());
            });
            audit.agentRenamed(handle, who, agent, newName);
            return new Done(agent);
        });
    }

    private static Agent renamed(Agent agent, String newName) {
        Metadata metadata = agent.metadata();
        return new Agent(
                new Metadata(newName, metadata.labels(), metadata.annotations()), agent.variables(), agent.suspend());
    }

    private AgentDecision decide(String name, BiFunction<Handle, AgentRecord, AgentDecision> decision) {
        Optional<AgentId> id = agents.findByName(name).map(AgentRecord::id);
        if (id.isEmpty()) {
            return new NotFound();
        }
        AgentDecision decided = database.write(handle -> agents.find(handle, id.get())
                .map(agent -> decision.apply(handle, agent))
                .orElseGet(NotFound::new));
        if (!(decided instanceof Done)) {
            return decided;
        }
        agents.changed(id.get());
        return agents.find(id.get()).<AgentDecision>map(Done::new).orElseGet(NotFound::new);
    }
}
