package io.wherry.hub.bundlefile;

import io.wherry.base.Suggest;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Selector;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.Offer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** For whom a file is made, and what was meant for them last. */
public final class Recipients {
    private final AgentRepository agents;
    private final ResourceRepository resources;
    private final Assignments assignments;

    public Recipients(AgentRepository agents, ResourceRepository resources, Assignments assignments) {
        this.agents = agents;
        this.resources = resources;
        this.assignments = assignments;
    }

    /** @throws Stop naming who cannot be served */
    List<AgentRecord> chosen(ExportRequest request) {
        Map<String, AgentRecord> chosen = new LinkedHashMap<>();
        request.agents().forEach(name -> chosen.put(name, named(name)));
        request.selector().ifPresent(selector -> chosen.putAll(selected(selector)));
        if (chosen.size() > BundleExport.MAX_AGENTS) {
            throw new Stop(
                    ExportReason.EXPORT_TOO_LARGE,
                    "agents: " + chosen.size() + " (expected: at most " + BundleExport.MAX_AGENTS + " in one file)",
                    "make a file for fewer agents");
        }
        return new ArrayList<>(chosen.values());
    }

    private AgentRecord named(String name) {
        AgentRecord agent = agents.findByName(name)
                .orElseThrow(() -> new Stop(
                        ExportReason.EXPORT_UNKNOWN_AGENT,
                        Suggest.missing(
                                "agent",
                                name,
                                agents.served().stream().map(AgentRecord::name).toList()),
                        "wherry get agents"));
        if (!agent.served()) {
            throw new Stop(
                    ExportReason.EXPORT_NOT_APPROVED,
                    "agent " + name + " waits for approval",
                    "wherry agent approve " + name + " --fingerprint TEXT");
        }
        return agent;
    }

    private Map<String, AgentRecord> selected(Selector selector) {
        Set<String> names = resources.all(Agent.class).stream()
                .map(Stored::resource)
                .filter(selector::matches)
                .map(Agent::name)
                .collect(Collectors.toSet());
        Map<String, AgentRecord> selected = new LinkedHashMap<>();
        agents.served().stream()
                .filter(agent -> names.contains(agent.name()))
                .filter(agent -> assignments.newest(agent.id()).isPresent() || assignments.withheld(agent.id()))
                .forEach(agent -> selected.put(agent.name(), agent));
        if (selected.isEmpty()) {
            throw new Stop(
                    ExportReason.EXPORT_UNKNOWN_AGENT,
                    "the selector " + selector + " names no agent that has a stack",
                    "wherry get agents");
        }
        return selected;
    }

    /** @throws Stop naming an agent for which there is nothing */
    List<Offer> newest(List<AgentRecord> chosen) {
        chosen.stream()
                .filter(agent -> assignments.withheld(agent.id()))
                .findFirst()
                .ifPresent(held -> {
                    throw new Stop(
                            ExportReason.EXPORT_HELD_FOR_REVIEW,
                            "agent " + held.name() + ": is offered nothing since the hub was restored",
                            "wherry describe agent " + held.name());
                });
        return chosen.stream()
                .map(agent -> assignments
                        .newest(agent.id())
                        .orElseThrow(() -> new Stop(
                                ExportReason.EXPORT_NOTHING_ASSIGNED,
                                "agent " + agent.name() + ": no stack was ever meant for it",
                                "give a stack a target that names it (wherry describe agent " + agent.name() + ")")))
                .toList();
    }
}
