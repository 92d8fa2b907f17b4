package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the engine has, by one list call per kind. */
final class Observed {
    private final String owner;
    private final String project;
    private final List<ObservedContainer> containers;
    private final Map<String, Json.Obj> networks;
    private final Map<String, Json.Obj> volumes;
    private final Set<HostPort> listening;
    private final List<HostRoutes.Route> routes;
    private final Places current;
    private final Places beside;
    private final Places aside;

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

    /**
     * @param owner     who we are: trust domain and agent
     * @param project   the Compose project that is looked at
     * @param containers all of the engine, foreign ones too
     * @param networks  by name
     * @param volumes   by name
     * @param listening ports of the host on which something listens, whoever it is
     * @param routes    networks on which the host has a leg
     */
    Observed(
            String owner,
            String project,
            List<ObservedContainer> containers,
            Map<String, Json.Obj> networks,
            Map<String, Json.Obj> volumes,
            Set<HostPort> listening,
            List<HostRoutes.Route> routes) {
        this.owner = owner;
        this.project = project;
        this.containers = List.copyOf(containers);
        this.networks = Map.copyOf(networks);
        this.volumes = Map.copyOf(volumes);
        this.listening = Set.copyOf(listening);
        this.routes = List.copyOf(routes);
        List<ObservedContainer> ours =
                containers.stream().filter(c -> isOurs(c.labels())).toList();
        this.current = Places.of(ours, c -> !c.aside() && !c.beside());
        this.beside = Places.of(ours, ObservedContainer::beside);
        this.aside = Places.of(ours, ObservedContainer::aside);
    }

    /**
     * Containers by the place that they have, or are meant for: each is looked up for each container of a stack.
     *
     * @param all in the engine's order
     */
    private record Places(List<ObservedContainer> all, Map<Place, List<ObservedContainer>> byPlace) {
        private record Place(String service, int number) {}

        static Places of(List<ObservedContainer> ours, Predicate<ObservedContainer> which) {
            List<ObservedContainer> all = ours.stream().filter(which).toList();
            return new Places(
                    all, all.stream().collect(Collectors.groupingBy(c -> new Place(c.service(), c.number()))));
        }

        List<ObservedContainer> at(String service, int number) {
            return byPlace.getOrDefault(new Place(service, number), List.of());
        }
    }

    String owner() {
        return owner;
    }

    String project() {
        return project;
    }

    List<ObservedContainer> containers() {
        return containers;
    }

    Map<String, Json.Obj> networks() {
        return networks;
    }

    Map<String, Json.Obj> volumes() {
        return volumes;
    }

    Set<HostPort> listening() {
        return listening;
    }

    List<HostRoutes.Route> routes() {
        return routes;
    }

    boolean isOurs(Map<String, String> labels) {
        return isOfThisAgent(labels) && project.equals(labels.get(Labels.PROJECT));
    }

    /** Ours and serving or meant to serve. */
    List<ObservedContainer> current() {
        return current.all();
    }

    /** Ours and not in their place yet: whatever made them died on the way, or is at it. */
    List<ObservedContainer> beside() {
        return beside.all();
    }

    /** Ours and kept aside, in case they must come back. */
    List<ObservedContainer> aside() {
        return aside.all();
    }

    List<ObservedContainer> current(String service, int number) {
        return current.at(service, number);
    }

    List<ObservedContainer> aside(String service, int number) {
        return aside.at(service, number);
    }

    List<ObservedContainer> beside(String service, int number) {
        return beside.at(service, number);
    }

    Optional<ObservedContainer> named(String name) {
        return containers.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    static Map<String, String> labels(Json.Obj object) {
        return ComposeService.nested(object, "Labels")
                .map(l -> ContainerSpec.texts(Json.object().put("Labels", l).build(), "Labels"))
                .orElse(Map.of());
    }

    boolean isOfThisAgent(Map<String, String> labels) {
        return owner.equals(labels.get(Labels.OWNER));
    }

    boolean isOfAnotherAgent(Map<String, String> labels) {
        return labels.containsKey(Labels.OWNER) && !isOfThisAgent(labels);
    }

    /** Who an object belongs to, for people. */
    String ownerOf(Map<String, String> labels) {
        String theirs = labels.get(Labels.OWNER);
        String composeProject = labels.get(Labels.PROJECT);
        if (isOfThisAgent(labels)) {
            return "stack " + labels.getOrDefault(Labels.STACK_NAME, "unknown") + " of this agent";
        }
        if (isOfAnotherAgent(labels)) {
            return "another Wherry agent (" + theirs + ")";
        }
        return composeProject == null
                ? "somebody who made it by hand"
                : "the Compose project " + composeProject + ", which Wherry did not make";
    }
}
