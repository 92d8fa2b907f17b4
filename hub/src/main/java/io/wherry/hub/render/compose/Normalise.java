package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Step 4: brings one checked layer into the long form, so that every attribute has one shape when files are merged. */
final class Normalise {
    private final Problems problems;

    Normalise(Problems problems) {
        this.problems = problems;
    }

    YamlNode.Mapping layer(Layer layer) {
        SequencedMap<String, YamlNode> top = new LinkedHashMap<>();
        Nodes.map(withoutResetItems(layer.root())).forEach((section, value) -> {
            if (value.tag().equals("!reset") || section.equals("include")) {
                top.put(section, value);
            } else if (section.startsWith("x-") || Scalars.isNull(value)) {
                return;
            } else if (value instanceof YamlNode.Mapping mapping) {
                SequencedMap<String, YamlNode> entries = Nodes.map(mapping);
                entries.replaceAll((name, entry) -> section.equals("services") ? service(entry) : resource(entry));
                top.put(section, Nodes.fields(entries, mapping));
            }
        });
        return Nodes.fields(top, layer.root());
    }

    /** An item of a list that is tagged {@code !reset} was never there: it says nothing about other files. */
    private static YamlNode withoutResetItems(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping ->
                new YamlNode.Mapping(
                        mapping.fields().stream()
                                .map(field -> new YamlNode.Field(
                                        field.key(), field.keyAt(), withoutResetItems(field.value())))
                                .toList(),
                        mapping.tag(),
                        mapping.at());
            case YamlNode.Sequence sequence ->
                Nodes.list(
                        sequence.items().stream()
                                .filter(item -> !item.tag().equals("!reset"))
                                .map(Normalise::withoutResetItems)
                                .toList(),
                        sequence);
            case YamlNode.Scalar scalar -> scalar;
        };
    }

    private YamlNode resource(YamlNode entry) {
        SequencedMap<String, YamlNode> fields = withoutNulls(entry);
        if (!(entry instanceof YamlNode.Mapping)) {
            return entry;
        }
        fields.computeIfPresent("labels", (key, labels) -> KeyValues.filled(KeyValues.map(labels)));
        YamlNode external = fields.get("external");
        if (external instanceof YamlNode.Mapping named) {
            named.find("name").ifPresent(name -> fields.putIfAbsent("name", name));
            fields.put("external", Nodes.plain("true", named.at()));
        }
        return Nodes.fields(fields, entry);
    }

    private YamlNode service(YamlNode entry) {
        if (!(entry instanceof YamlNode.Mapping)) {
            return entry;
        }
        SequencedMap<String, YamlNode> fields = new LinkedHashMap<>();
        withoutNulls(entry)
                .forEach((key, value) -> fields.put(key, value.tag().equals("!reset") ? value : attribute(key, value)));
        return Nodes.fields(fields, entry);
    }

    private YamlNode attribute(String key, YamlNode value) {
        return switch (key) {
            case "command", "entrypoint" -> words(key, value);
            case "environment" -> environment(value);
            case "labels", "annotations", "sysctls", "storage_opt" -> KeyValues.filled(KeyValues.map(value));
            case "extra_hosts" -> KeyValues.hosts(value, problems);
            case "env_file" -> envFiles(value);
            case "ports" -> expanded(value, item -> Ports.normalise(item, problems));
            case "volumes" -> expanded(value, item -> List.of(Mounts.normalise(item, problems)));
            case "networks" -> named(value, name -> Nodes.nothing(name.at()));
            case "depends_on" -> dependencies(value);
            case "healthcheck" -> healthcheck(value);
            case "configs", "secrets" -> expanded(value, item -> List.of(granted(key, item)));
            case "devices" -> expanded(value, item -> List.of(Devices.normalise(item, problems)));
            case "gpus" -> Devices.gpus(value, problems);
            case "deploy" -> deploy(value);
            case "dns" -> dns(value);
            case "tmpfs", "dns_search", "label_file" ->
                value instanceof YamlNode.Scalar one ? Nodes.list(List.of(one), value) : value;
            case "expose", "group_add" -> expanded(value, item -> List.of(Nodes.text(Nodes.asText(item), item.at())));
            case "pull_policy" ->
                Nodes.asText(value).equals("if_not_present") ? Nodes.text("missing", value.at()) : value;
            case "logging" -> logging(value);
            case "post_start", "pre_stop" -> expanded(value, item -> List.of(hook(key, item)));
            default -> value;
        };
    }

    /** As Compose: {@code - A = b} would set a variable whose name ends with a space. */
    private YamlNode environment(YamlNode value) {
        for (YamlNode item : Nodes.items(value)) {
            String name = Nodes.asText(item).split("=", 2)[0];
            if (!name.isEmpty() && Character.isWhitespace(name.charAt(name.length() - 1))) {
                problems.add(
                        item.at(),
                        "environment: \"" + SiteMark.shown(name) + "\" ends with a space",
                        "write NAME=VALUE without spaces around =");
            }
        }
        return KeyValues.map(value);
    }

    /** An attribute without a value says nothing, except for a command: there it means the image's. */
    private static SequencedMap<String, YamlNode> withoutNulls(YamlNode entry) {
        SequencedMap<String, YamlNode> fields = Nodes.map(entry);
        fields.entrySet()
                .removeIf(field -> field.getKey().startsWith("x-")
                        || (Scalars.isNull(field.getValue())
                                && field.getValue().tag().isEmpty()
                                && !field.getKey().equals("command")
                                && !field.getKey().equals("entrypoint")));
        return fields;
    }

    /** An empty one, as a variable without a value leaves it, is none. */
    private static YamlNode dns(YamlNode value) {
        return value instanceof YamlNode.Scalar one
                ? Nodes.list(Nodes.asText(one).isEmpty() ? List.of() : List.of(one), value)
                : value;
    }

    private YamlNode words(String key, YamlNode value) {
        if (!(value instanceof YamlNode.Scalar scalar) || Scalars.isNull(value)) {
            return value;
        }
        try {
            return Nodes.list(
                    ShellWords.split(scalar.text()).stream()
                            .map(word -> Nodes.text(word, value.at()))
                            .toList(),
                    value);
        } catch (IllegalArgumentException e) {
            problems.add(
                    value.at(),
                    key + ": " + e.getMessage(),
                    "there is no shell: quote it, or write a list such as [\"sh\", \"-c\", \"…\"]");
            return value;
        }
    }

    private YamlNode hook(String key, YamlNode item) {
        SequencedMap<String, YamlNode> hook = Nodes.map(item);
        hook.keySet().removeIf(name -> name.startsWith("x-"));
        hook.computeIfPresent("command", (_, command) -> words(key + ".command", command));
        hook.computeIfPresent("environment", (_, environment) -> KeyValues.map(environment));
        return Nodes.fields(hook, item);
    }

    private static YamlNode envFiles(YamlNode value) {
        List<YamlNode> files = value instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(value);
        return Nodes.list(files.stream().map(Normalise::envFile).toList(), value);
    }

    private static YamlNode envFile(YamlNode item) {
        SequencedMap<String, YamlNode> file = Nodes.map(item);
        if (item instanceof YamlNode.Scalar path) {
            file.put("path", path);
        }
        file.putIfAbsent("required", Nodes.plain("true", item.at()));
        return Nodes.fields(file, item);
    }

    private static YamlNode expanded(YamlNode value, java.util.function.Function<YamlNode, List<YamlNode>> each) {
        List<YamlNode> items = new ArrayList<>();
        Nodes.items(value).forEach(item -> items.addAll(each.apply(item)));
        return Nodes.list(items, value);
    }

    private static YamlNode named(YamlNode value, java.util.function.Function<YamlNode, YamlNode> entry) {
        if (!(value instanceof YamlNode.Sequence names)) {
            return value;
        }
        SequencedMap<String, YamlNode> fields = new LinkedHashMap<>();
        names.items().forEach(name -> fields.put(Nodes.asText(name), entry.apply(name)));
        return Nodes.fields(fields, value);
    }

    private YamlNode dependencies(YamlNode value) {
        YamlNode mapped = named(value, name -> {
            SequencedMap<String, YamlNode> dependency = new LinkedHashMap<>();
            dependency.put("condition", Nodes.text("service_started", name.at()));
            return Nodes.fields(dependency, name);
        });
        SequencedMap<String, YamlNode> fields = Nodes.map(mapped);
        fields.replaceAll((name, entry) -> {
            SequencedMap<String, YamlNode> dependency = Nodes.map(entry);
            if (!dependency.containsKey("condition")) {
                problems.add(
                        entry.at(), "depends_on." + name + ": condition is missing", "add condition: service_started");
            }
            dependency.putIfAbsent("required", Nodes.plain("true", entry.at()));
            return Nodes.fields(dependency, entry);
        });
        return Nodes.fields(fields, value);
    }

    private static YamlNode healthcheck(YamlNode value) {
        return value instanceof YamlNode.Mapping mapping
                ? Nodes.change(
                        mapping,
                        "test",
                        test -> test instanceof YamlNode.Scalar
                                ? Nodes.list(List.of(Nodes.text("CMD-SHELL", test.at()), test), test)
                                : test)
                : value;
    }

    private static YamlNode granted(String key, YamlNode item) {
        SequencedMap<String, YamlNode> grant = Nodes.map(item);
        if (item instanceof YamlNode.Scalar source) {
            grant.put("source", source);
        }
        if (key.equals("secrets") && grant.containsKey("source")) {
            grant.putIfAbsent("target", Nodes.text("/run/secrets/" + Nodes.asText(grant.get("source")), item.at()));
        }
        return Nodes.fields(grant, item);
    }

    private YamlNode deploy(YamlNode value) {
        SequencedMap<String, YamlNode> deploy = Nodes.map(value);
        deploy.computeIfPresent("labels", (key, labels) -> KeyValues.filled(KeyValues.map(labels)));
        deploy.computeIfPresent(
                "resources",
                (key, resources) -> changed(
                        resources,
                        "reservations",
                        reservations ->
                                changed(reservations, "devices", devices -> Devices.reserved(devices, problems))));
        return value instanceof YamlNode.Mapping ? Nodes.fields(deploy, value) : value;
    }

    private static YamlNode changed(YamlNode value, String key, java.util.function.UnaryOperator<YamlNode> change) {
        return value instanceof YamlNode.Mapping mapping ? Nodes.change(mapping, key, change) : value;
    }

    private static YamlNode logging(YamlNode value) {
        return value instanceof YamlNode.Mapping mapping ? Nodes.change(mapping, "options", KeyValues::filled) : value;
    }
}
