package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Step 11a: every name that a service uses is declared, and dependencies form no cycle. */
final class References {
    private static final String VOLUMES_FROM = "volumes_from";

    private final Model all;
    private final Model selected;
    private final Problems problems;

    /** @param all the model before profiles were applied: a disabled service is named as such */
    References(Model all, Model selected, Problems problems) {
        this.all = all;
        this.selected = selected;
        this.problems = problems;
    }

    void check() {
        selected.services().forEach(this::service);
        cycles();
    }

    private void service(String name, YamlNode service) {
        String label = "services." + name;
        Set<String> networks = new TreeSet<>(selected.networks().keySet());
        networks.add("default");
        Nodes.fields(service, "networks")
                .forEach((network, node) -> declared(label + ".networks", network, node.at(), networks));
        for (YamlNode mount : Nodes.items(service, "volumes")) {
            if (Nodes.findText(mount, "type").filter("volume"::equals).isPresent()) {
                Nodes.findText(mount, "source")
                        .ifPresent(source -> declared(
                                label + ".volumes",
                                source,
                                mount.at(),
                                selected.volumes().keySet()));
            }
        }
        for (YamlNode grant : Nodes.items(service, "configs")) {
            granted(label + ".configs", grant, selected.configs().keySet());
        }
        for (YamlNode grant : Nodes.items(service, "secrets")) {
            granted(label + ".secrets", grant, selected.secrets().keySet());
        }
        Nodes.fields(service, "depends_on").forEach((other, node) -> {
            if (!selected.services().containsKey(other) && Nodes.isTrue(node, "required")) {
                dependency(label + ".depends_on", other, node.at());
            }
        });
        shared(service)
                .forEach((key, nodes) -> nodes.forEach((other, at) -> {
                    if (!selected.services().containsKey(other)) {
                        dependency(label + "." + key, other, at);
                    }
                }));
    }

    private void granted(String label, YamlNode grant, Collection<String> names) {
        Nodes.findText(grant, "source")
                .ifPresentOrElse(
                        source -> declared(label, source, grant.at(), names),
                        () -> problems.add(grant.at(), label + ": source is missing", "add source: NAME"));
    }

    private void declared(String label, String name, Position at, Collection<String> names) {
        if (!names.contains(name)) {
            String section = label.substring(label.lastIndexOf('.') + 1);
            problems.add(
                    at,
                    label + ": \"" + name + "\" is not declared",
                    io.wherry.base.Suggest.nearest(name, names)
                            .map(best -> "did you mean \"" + best + "\"?")
                            .orElse("declare it under " + section + ": at the top level"));
        }
    }

    private void dependency(String label, String name, Position at) {
        YamlNode disabled = all.services().get(name);
        if (disabled == null) {
            problems.add(
                    at,
                    label + ": there is no service \"" + name + "\"",
                    Fields.suggestion(name, selected.services().keySet()));
        } else {
            List<String> profiles = Nodes.items(disabled, "profiles").stream()
                    .map(Nodes::asText)
                    .toList();
            problems.add(
                    at,
                    label + ": service \"" + name + "\" is disabled",
                    "enable one of its profiles (" + String.join(", ", profiles) + "), or write required: false");
        }
    }

    private void cycles() {
        SortedMap<String, Map<String, Position>> edges = new TreeMap<>();
        selected.services().forEach((name, service) -> edges.put(name, dependencies(service)));
        Set<String> done = new HashSet<>();
        for (String name : edges.keySet()) {
            walk(name, edges, new LinkedHashSet<>(), done);
        }
    }

    /** The services that must run before this one, with the place that says so. */
    static Map<String, Position> dependencies(YamlNode service) {
        Map<String, Position> edges = new LinkedHashMap<>();
        Nodes.fields(service, "depends_on").forEach((other, node) -> edges.put(other, node.at()));
        shared(service).values().forEach(others -> others.forEach(edges::putIfAbsent));
        return edges;
    }

    /** The services whose names, namespaces or volumes this one uses, by the attribute that says so, with the place. */
    private static SequencedMap<String, Map<String, Position>> shared(YamlNode service) {
        SequencedMap<String, Map<String, Position>> shared = new LinkedHashMap<>();
        Map<String, Position> links = new LinkedHashMap<>();
        for (YamlNode link : Nodes.items(service, "links")) {
            links.put(Nodes.asText(link).split(":", 2)[0], link.at());
        }
        shared.put("links", links);
        for (String key : List.of("network_mode", "ipc", "pid")) {
            Nodes.find(service, key)
                    .filter(mode -> Nodes.asText(mode).startsWith("service:"))
                    .ifPresent(mode -> shared.put(key, Map.of(Nodes.asText(mode).substring(8), mode.at())));
        }
        Map<String, Position> volumes = new LinkedHashMap<>();
        for (YamlNode from : Nodes.items(service, VOLUMES_FROM)) {
            if (!Nodes.asText(from).startsWith("container:")) {
                volumes.put(Nodes.asText(from).split(":", 2)[0], from.at());
            }
        }
        shared.put(VOLUMES_FROM, volumes);
        return shared;
    }

    /** The services that must run before this one although it does not say so; true: and that it starts anew with. */
    static SequencedMap<String, Boolean> implied(YamlNode service) {
        SequencedMap<String, Boolean> implied = new LinkedHashMap<>();
        shared(service).forEach((key, others) -> others.keySet()
                .forEach(other -> implied.putIfAbsent(other, !key.equals(VOLUMES_FROM))));
        return implied;
    }

    /** Depth is bounded by the number of services, and that by {@link Validate#MAX_SERVICES}. */
    private void walk(
            String name, Map<String, Map<String, Position>> edges, SequencedSet<String> path, Set<String> done) {
        if (done.contains(name) || !edges.containsKey(name)) {
            return;
        }
        path.addLast(name);
        edges.get(name).forEach((next, at) -> {
            if (path.contains(next)) {
                List<String> cycle =
                        path.stream().dropWhile(step -> !step.equals(next)).toList();
                problems.add(
                        at,
                        "dependency cycle: " + String.join(" -> ", cycle) + " -> " + next,
                        "remove one of these dependencies");
            } else {
                walk(next, edges, path, done);
            }
        });
        path.removeLast();
        done.add(name);
    }
}
