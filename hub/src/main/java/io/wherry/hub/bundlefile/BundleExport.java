package io.wherry.hub.bundlefile;

import io.wherry.base.Suggest;
import io.wherry.contract.AgentId;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.registry.ImageSource;
import io.wherry.hub.registry.RegistryException;
import io.wherry.hub.release.Keys;
import io.wherry.hub.release.Releases;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Selector;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.status.TargetState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Makes bundle files. Everything that can be refused is refused before an assignment is issued and before a byte is sent.
 *
 * <p>Each file has fresh assignments of its own: their life begins when the file is made, and lasts as long as the journey and the next visit take.
 */
public final class BundleExport {
    /** 500: of 10 KiB each, typically, they are kept in memory while the file is written. */
    public static final int MAX_AGENTS = 500;

    private final AgentRepository agents;
    private final ResourceRepository resources;
    private final Assignments assignments;
    private final BundleStore bundles;
    private final Releases releases;
    private final Supplier<List<byte[]>> rootChain;
    private final ImageSource imageSource;
    private final Function<AgentId, List<TargetState>> reported;
    private final Acknowledgements acknowledgements;

    /**
     * @param rootChain envelopes of the trust roots, version 1 first: {@link Keys#chain}
     * @param imageSource where images come from
     * @param reported   what is known of an agent's stacks
     */
    public BundleExport(
            AgentRepository agents,
            ResourceRepository resources,
            Assignments assignments,
            BundleStore bundles,
            Releases releases,
            Supplier<List<byte[]>> rootChain,
            ImageSource imageSource,
            Function<AgentId, List<TargetState>> reported,
            Acknowledgements acknowledgements) {
        this.agents = agents;
        this.resources = resources;
        this.assignments = assignments;
        this.bundles = bundles;
        this.releases = releases;
        this.rootChain = rootChain;
        this.imageSource = imageSource;
        this.reported = reported;
        this.acknowledgements = acknowledgements;
    }

    /** Ends the preparation with a reason. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Export.Refused refused;

        Stop(ExportReason reason, String detail, String hint) {
            super(detail);
            this.refused = new Export.Refused(reason, detail, hint);
        }
    }

    /** @param also takes part in the transaction that issues, once for each agent: the audit log */
    public Export prepare(ExportRequest request, BiConsumer<Handle, AgentRecord> also) {
        try {
            List<AgentRecord> chosen = chosen(request);
            List<Offer> newest = newest(chosen);
            Cargo cargo = request.images() ? cargo(chosen, newest) : new Cargo(bundles, imageSource);
            content(chosen, newest, cargo, request.lean()); // nothing is issued for a file that cannot be made
            Map<AgentId, AgentRecord> byId = chosen.stream().collect(Collectors.toMap(AgentRecord::id, agent -> agent));
            List<Offer> issued = assignments.issueFor(
                    List.copyOf(chosen.stream().map(AgentRecord::id).toList()),
                    request.validFor(),
                    cargo::carried,
                    (handle, id) -> {
                        AgentRecord agent = byId.get(id);
                        if (agent != null) {
                            also.accept(handle, agent);
                        }
                    });
            if (issued.size() != chosen.size()) {
                throw new Stop(
                        ExportReason.EXPORT_UNKNOWN_AGENT,
                        "an agent was retired while the file was made",
                        "export again without it");
            }
            FileContent content = content(chosen, issued, cargo, request.lean());
            return new Export.Ready(chosen.stream().map(AgentRecord::name).toList(), content::write);
        } catch (Stop stop) {
            return stop.refused;
        }
    }

    private Cargo cargo(List<AgentRecord> chosen, List<Offer> newest) {
        Cargo cargo = new Cargo(bundles, imageSource);
        for (int i = 0; i < chosen.size(); i++) {
            AgentRecord agent = chosen.get(i);
            try {
                cargo.add(agent, FileContent.parse(newest.get(i).envelope()));
            } catch (RegistryException e) {
                throw new Stop(ExportReason.EXPORT_IMAGE_UNAVAILABLE, String.valueOf(e.getMessage()), e.hint());
            } catch (IOException e) {
                throw new Stop(
                        ExportReason.EXPORT_IMAGE_UNAVAILABLE,
                        "images of agent " + agent.name() + ": " + e,
                        "try again");
            }
        }
        return cargo;
    }

    private FileContent content(List<AgentRecord> chosen, List<Offer> offers, Cargo cargo, boolean lean) {
        FileContent content = new FileContent(bundles, releases, imageSource);
        rootChain.get().forEach(content::root);
        Map<AgentId, byte[]> acknowledged =
                acknowledgements.of(chosen.stream().map(AgentRecord::id).toList());
        try {
            for (int i = 0; i < chosen.size(); i++) {
                AgentId agent = chosen.get(i).id();
                Held held = lean ? Held.of(reported.apply(agent)) : Held.NOTHING;
                content.assignment(offers.get(i).envelope(), chosen.get(i).name(), held);
                if (acknowledged.containsKey(agent)) {
                    content.acknowledgement(
                            acknowledged.get(agent), agent, chosen.get(i).name());
                }
                cargo.of(agent).stream()
                        .filter(image -> !held.has(image.image()))
                        .forEach(image -> content.image(image.image().name(), image));
            }
            content.requireFits();
            return content;
        } catch (FileContent.MissingContent e) {
            throw new Stop(
                    ExportReason.EXPORT_CONTENT_MISSING,
                    String.valueOf(e.getMessage()),
                    "bring it back by a new commit, or restore the hub's data folder from its backup");
        } catch (IllegalArgumentException e) {
            throw new Stop(
                    ExportReason.EXPORT_TOO_LARGE, String.valueOf(e.getMessage()), "make a file for fewer agents");
        }
    }

    private List<Offer> newest(List<AgentRecord> chosen) {
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

    private List<AgentRecord> chosen(ExportRequest request) {
        Map<String, AgentRecord> chosen = new LinkedHashMap<>();
        request.agents().forEach(name -> chosen.put(name, named(name)));
        request.selector().ifPresent(selector -> chosen.putAll(selected(selector)));
        if (chosen.size() > MAX_AGENTS) {
            throw new Stop(
                    ExportReason.EXPORT_TOO_LARGE,
                    "agents: " + chosen.size() + " (expected: at most " + MAX_AGENTS + " in one file)",
                    "make a file for fewer agents");
        }
        return new ArrayList<>(chosen.values());
    }

    private AgentRecord named(String name) {
        AgentRecord agent = agents.findByName(name)
                .orElseThrow(() -> new Stop(
                        ExportReason.EXPORT_UNKNOWN_AGENT,
                        "agent " + name + " does not exist"
                                + Suggest.hint(
                                        name,
                                        agents.served().stream()
                                                .map(AgentRecord::name)
                                                .toList()),
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
}
