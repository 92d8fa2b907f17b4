package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Step 8: lays normalised layers over each other, each attribute by its rule in the table; {@code !reset} removes, {@code !override} replaces. */
final class Merge {
    private final Problems problems;
    /** Whether tags are not carried out for good but stay: the result is itself to lie over something. */
    private final boolean keepsTags;

    private Merge(Problems problems, boolean keepsTags) {
        this.problems = problems;
        this.keepsTags = keepsTags;
    }

    /** The layer over what lies under it; its tags are carried out. */
    static YamlNode.Mapping layer(YamlNode.Mapping under, YamlNode.Mapping layer, Problems problems) {
        return new Merge(problems, false).fields(under, layer, Optional.of(Attributes.root()));
    }

    /**
     * The service over the one that it extends. Tags of the service stay: they hold against earlier files too. Those of the other one are
     * its own matter, and carried out before.
     */
    static YamlNode.Mapping service(YamlNode.Mapping base, YamlNode.Mapping service, Problems problems) {
        Optional<Attributes.Node> at = Attributes.root().field("services").flatMap(services -> services.field("*"));
        YamlNode.Mapping under = new Merge(problems, false).fields(Nodes.none(base.at()), base, at);
        YamlNode.Mapping merged = new Merge(problems, true).fields(under, service, at);
        return new YamlNode.Mapping(merged.fields(), service.tag(), service.at());
    }

    private YamlNode.Mapping fields(YamlNode.Mapping under, YamlNode.Mapping over, Optional<Attributes.Node> at) {
        SequencedMap<String, YamlNode> fields = Nodes.map(under);
        for (YamlNode.Field field : over.fields()) {
            Optional<Attributes.Node> below = at.flatMap(node -> node.field(field.key()));
            YamlNode base = fields.get(field.key());
            switch (field.value().tag()) {
                case "!reset" -> {
                    if (keepsTags) {
                        fields.put(field.key(), field.value());
                    } else {
                        fields.remove(field.key());
                    }
                }
                case "!override" -> fields.put(field.key(), alone(field.value(), below));
                default ->
                    fields.put(
                            field.key(), base == null ? alone(field.value(), below) : both(base, field.value(), below));
            }
        }
        return Nodes.fields(fields, under.fields().isEmpty() ? over : under);
    }

    /** A value that nothing stands under: its own tags are carried out, its own doubles folded. */
    private YamlNode alone(YamlNode value, Optional<Attributes.Node> at) {
        if (keepsTags) {
            return value;
        }
        return switch (value) {
            case YamlNode.Mapping mapping -> {
                YamlNode.Mapping merged = fields(Nodes.none(mapping.at()), mapping, at);
                yield new YamlNode.Mapping(merged.fields(), "", mapping.at());
            }
            case YamlNode.Sequence sequence -> list(List.of(), sequence, at);
            case YamlNode.Scalar(String text, boolean plain, String _, var place) ->
                new YamlNode.Scalar(text, plain, "", place);
        };
    }

    private YamlNode both(YamlNode under, YamlNode over, Optional<Attributes.Node> at) {
        Merging merging = at.map(node -> node.attribute().merging()).orElse(Merging.REPLACE);
        if (merging == Merging.REPLACE) {
            return alone(over, at);
        }
        if (Scalars.isNull(over)) {
            return under;
        }
        if (under instanceof YamlNode.Mapping a && over instanceof YamlNode.Mapping b) {
            return merging == Merging.DRIVER && driverDiffers(a, b) ? alone(b, at) : fields(a, b, at);
        }
        if (under instanceof YamlNode.Sequence a && over instanceof YamlNode.Sequence b) {
            return list(a.items(), b, at);
        }
        return alone(over, at);
    }

    private static boolean driverDiffers(YamlNode a, YamlNode b) {
        Optional<String> under = Nodes.findText(a, "driver");
        Optional<String> over = Nodes.findText(b, "driver");
        return under.isPresent() && over.isPresent() && !under.equals(over);
    }

    private YamlNode list(List<YamlNode> under, YamlNode.Sequence over, Optional<Attributes.Node> at) {
        Optional<Attributes.Node> item = at.flatMap(Attributes.Node::item);
        Merging merging = at.map(node -> node.attribute().merging()).orElse(Merging.REPLACE);
        if (merging == Merging.MATCHED) {
            return matched(under, over, item);
        }
        List<YamlNode> items = new ArrayList<>(under);
        over.items().forEach(one -> items.add(alone(one, item)));
        if (merging == Merging.REPLACE || merging == Merging.FIELDS || merging == Merging.ALL) {
            return new YamlNode.Sequence(items, "", over.at());
        }
        String path = at.map(node -> node.attribute().path()).orElse("");
        SequencedMap<String, YamlNode> distinct = new LinkedHashMap<>();
        for (YamlNode one : items) {
            String key = one instanceof YamlNode.Scalar ? Nodes.asText(one) : key(path, one);
            if (distinct.put(key, one) != null && merging == Merging.APPEND) {
                problems.add(one.at(), "\"" + key + "\" stands twice after merging", "remove one, or write !override");
            }
        }
        return new YamlNode.Sequence(List.copyOf(distinct.values()), "", over.at());
    }

    private YamlNode matched(List<YamlNode> under, YamlNode.Sequence over, Optional<Attributes.Node> item) {
        List<YamlNode> items = over.items().stream()
                .map(one -> under.stream()
                        .filter(earlier -> key("config", earlier).equals(key("config", one)))
                        .findFirst()
                        .map(earlier -> both(earlier, one, item))
                        .orElseGet(() -> alone(one, item)))
                .toList();
        return new YamlNode.Sequence(items, "", over.at());
    }

    /** What tells items of a list of fields apart; the later of two with the same key takes the earlier one's place. */
    private static String key(String path, YamlNode item) {
        String last = path.substring(path.lastIndexOf('.') + 1);
        return switch (last) {
            case "ports" ->
                Nodes.findText(item, "host_ip").orElse("0.0.0.0")
                        + ":" + Nodes.findText(item, "published").orElse("")
                        + ":" + Nodes.findText(item, "target").orElse("")
                        + "/" + Nodes.findText(item, "protocol").orElse("tcp");
            case "env_file" -> Nodes.findText(item, "path").orElse("");
            case "config" -> Nodes.findText(item, "subnet").orElse("");
            default ->
                Nodes.findText(item, "target")
                        .orElseGet(() -> "/" + Nodes.findText(item, "source").orElse(""));
        };
    }
}
