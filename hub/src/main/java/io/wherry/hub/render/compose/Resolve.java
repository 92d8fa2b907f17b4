package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Step 12: says what Compose leaves unsaid: default network, names, implied dependencies, paths of the project directory. */
final class Resolve {
    private final String project;
    private final EnvFiles environment;
    private final LabelFiles labels;
    private final SeccompProfiles profiles;
    private final ProjectFolder folder;
    private final Problems problems;

    Resolve(
            String project,
            EnvFiles environment,
            LabelFiles labels,
            SeccompProfiles profiles,
            ProjectFolder folder,
            Problems problems) {
        this.project = project;
        this.environment = environment;
        this.labels = labels;
        this.profiles = profiles;
        this.folder = folder;
        this.problems = problems;
    }

    Model model(Model model) {
        SortedMap<String, YamlNode> services = new TreeMap<>(model.services());
        services.replaceAll((name, service) -> service(service));
        SortedMap<String, YamlNode> networks = new TreeMap<>(model.networks());
        networks.putIfAbsent("default", Nodes.nothing(model.at()));
        return new Model(
                services,
                used(
                        networks,
                        services,
                        service -> Nodes.fields(service, "networks").keySet(),
                        true),
                used(model.volumes(), services, Resolve::volumes, false),
                used(model.configs(), services, service -> sources(service, "configs"), false),
                used(model.secrets(), services, service -> sources(service, "secrets"), false),
                model.at());
    }

    private YamlNode service(YamlNode service) {
        SequencedMap<String, YamlNode> fields = Nodes.map(service);
        environment.resolve(service).ifPresent(resolved -> fields.put("environment", resolved));
        labels.resolve(service).ifPresent(resolved -> fields.put("labels", resolved));
        fields.computeIfPresent("security_opt", (key, options) -> profiles.resolve(options));
        if (Nodes.find(service, "network_mode").isEmpty()
                && Nodes.fields(service, "networks").isEmpty()) {
            SequencedMap<String, YamlNode> networks = new LinkedHashMap<>();
            networks.put("default", Nodes.nothing(service.at()));
            fields.put("networks", Nodes.fields(networks, service));
        }
        fields.computeIfPresent("extra_hosts", (key, hosts) -> KeyValues.sorted(hosts));
        fields.computeIfPresent("deploy", (key, deploy) -> scaled(service, deploy));
        SequencedMap<String, Boolean> implied = References.implied(service);
        if (!implied.isEmpty()) {
            fields.put("depends_on", withImplied(service, implied));
        }
        fields.computeIfPresent(
                "volumes",
                (key, mounts) ->
                        Nodes.list(Nodes.items(mounts).stream().map(this::mount).toList(), mounts));
        return Nodes.fields(fields, service);
    }

    /** Where a service has both, Compose says the number twice. */
    private static YamlNode scaled(YamlNode service, YamlNode deploy) {
        SequencedMap<String, YamlNode> fields = Nodes.map(deploy);
        Nodes.find(service, "scale").ifPresent(scale -> fields.putIfAbsent("replicas", scale));
        return Nodes.fields(fields, deploy);
    }

    /** A container that lives in another's network must start after it, and anew with it; so with what else they share. */
    private static YamlNode withImplied(YamlNode service, SequencedMap<String, Boolean> others) {
        SequencedMap<String, YamlNode> dependencies = new LinkedHashMap<>(Nodes.fields(service, "depends_on"));
        others.forEach((other, restart) -> {
            SequencedMap<String, YamlNode> implied = new LinkedHashMap<>();
            implied.put("condition", Nodes.text("service_started", service.at()));
            if (restart) {
                implied.put("restart", Nodes.plain("true", service.at()));
            }
            implied.put("required", Nodes.plain("true", service.at()));
            dependencies.putIfAbsent(other, Nodes.fields(implied, service));
        });
        return Nodes.fields(dependencies, service);
    }

    private YamlNode mount(YamlNode mount) {
        return mount instanceof YamlNode.Mapping mapping
                        && Nodes.findText(mount, "type").filter("bind"::equals).isPresent()
                ? Nodes.change(mapping, "source", folder::path)
                : mount;
    }

    private SortedMap<String, YamlNode> used(
            SortedMap<String, YamlNode> declared,
            SortedMap<String, YamlNode> services,
            Function<YamlNode, Set<String>> uses,
            boolean network) {
        Set<String> names = new TreeSet<>();
        services.values().forEach(service -> names.addAll(uses.apply(service)));
        SortedMap<String, YamlNode> used = new TreeMap<>(declared);
        used.keySet().retainAll(names);
        used.replaceAll((name, resource) -> resource(name, resource, network));
        return used;
    }

    private YamlNode resource(String name, YamlNode resource, boolean network) {
        SequencedMap<String, YamlNode> fields = Nodes.map(resource);
        boolean external = Nodes.isTrue(resource, "external");
        fields.putIfAbsent("name", Nodes.text(external ? name : project + "_" + name, resource.at()));
        if (network) {
            fields.putIfAbsent("ipam", Nodes.fields(new LinkedHashMap<>(), resource));
        }
        fields.computeIfPresent("file", (key, file) -> folder.path(file));
        Nodes.findText(resource, "environment")
                .ifPresent(variable -> problems.add(
                        resource.at(),
                        "configs." + name + ": variable " + variable + " is not set",
                        "set it in the stack's variables or in .env"));
        if (Nodes.findText(resource, "name").filter(String::isEmpty).isPresent()) {
            problems.add(resource.at(), name + ": the name is empty", "leave name out, or give one");
        }
        return Nodes.fields(fields, Scalars.isNull(resource) ? Nodes.text("", resource.at()) : resource);
    }

    private static Set<String> volumes(YamlNode service) {
        Set<String> names = new TreeSet<>();
        for (YamlNode mount : Nodes.items(service, "volumes")) {
            if (Nodes.findText(mount, "type").filter("volume"::equals).isPresent()) {
                Nodes.findText(mount, "source").ifPresent(names::add);
            }
        }
        return names;
    }

    private static Set<String> sources(YamlNode service, String key) {
        List<YamlNode> grants = Nodes.items(service, key);
        Set<String> names = new TreeSet<>();
        grants.forEach(grant -> Nodes.findText(grant, "source").ifPresent(names::add));
        return names;
    }
}
