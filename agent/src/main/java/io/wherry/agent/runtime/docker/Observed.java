package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the engine has, by one list call per kind.
 *
 * @param owner     who we are: trust domain and agent
 * @param project   the Compose project that is looked at
 * @param containers all of the engine, foreign ones too
 * @param networks  by name
 * @param volumes   by name
 * @param listening ports of the host on which something listens, whoever it is
 * @param routes    networks on which the host has a leg
 */
record Observed(
        String owner,
        String project,
        List<ObservedContainer> containers,
        Map<String, Json.Obj> networks,
        Map<String, Json.Obj> volumes,
        Set<HostPort> listening,
        List<HostRoutes.Route> routes) {

    /** Without routes of the host. */
    Observed(
            String owner,
            String project,
            List<ObservedContainer> containers,
            Map<String, Json.Obj> networks,
            Map<String, Json.Obj> volumes,
            Set<HostPort> listening) {
        this(owner, project, containers, networks, volumes, listening, List.of());
    }

    Observed {
        containers = List.copyOf(containers);
        networks = Map.copyOf(networks);
        volumes = Map.copyOf(volumes);
        listening = Set.copyOf(listening);
        routes = List.copyOf(routes);
    }

    boolean isOurs(Map<String, String> labels) {
        return owner.equals(labels.get(Labels.OWNER)) && project.equals(labels.get(Labels.PROJECT));
    }

    /** Ours and serving or meant to serve. */
    List<ObservedContainer> current() {
        return containers.stream()
                .filter(c -> isOurs(c.labels()) && !c.aside() && !c.beside())
                .toList();
    }

    /** Ours and not in their place yet: whatever made them died on the way, or is at it. */
    List<ObservedContainer> beside() {
        return containers.stream().filter(c -> isOurs(c.labels()) && c.beside()).toList();
    }

    /** Ours and kept aside, in case they must come back. */
    List<ObservedContainer> aside() {
        return containers.stream().filter(c -> isOurs(c.labels()) && c.aside()).toList();
    }

    List<ObservedContainer> current(String service, int number) {
        return slot(current(), service, number);
    }

    List<ObservedContainer> aside(String service, int number) {
        return slot(aside(), service, number);
    }

    List<ObservedContainer> beside(String service, int number) {
        return slot(beside(), service, number);
    }

    private static List<ObservedContainer> slot(List<ObservedContainer> all, String service, int number) {
        return all.stream()
                .filter(c -> c.service().equals(service) && c.number() == number)
                .toList();
    }

    Optional<ObservedContainer> named(String name) {
        return containers.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    static Map<String, String> labels(Json.Obj object) {
        return ComposeService.nested(object, "Labels")
                .map(l -> ContainerSpec.texts(Json.object().put("Labels", l).build(), "Labels"))
                .orElse(Map.of());
    }

    /** Who an object belongs to, for people. */
    String ownerOf(Map<String, String> labels) {
        String theirs = labels.get(Labels.OWNER);
        String composeProject = labels.get(Labels.PROJECT);
        if (theirs != null && theirs.equals(owner)) {
            return "stack " + labels.getOrDefault(Labels.STACK_NAME, "unknown") + " of this agent";
        }
        if (theirs != null) {
            return "another Wherry agent (" + theirs + ")";
        }
        return composeProject == null
                ? "somebody who made it by hand"
                : "the Compose project " + composeProject + ", which Wherry did not make";
    }
}
