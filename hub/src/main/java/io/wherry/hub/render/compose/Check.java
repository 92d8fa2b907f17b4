package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Step 3: holds one layer against the table: keys, forms, words, and where site variables may stand. */
final class Check {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]+");
    private static final Pattern KEYED_ITEM = Pattern.compile("\\.(environment|labels|annotations|sysctls)\\[\\]$");
    private static final Set<String> NAMED = Set.of("services.*", "networks.*", "volumes.*", "configs.*", "secrets.*");
    /** Lists of names that become a mapping. */
    private static final Set<String> NAMES = Set.of("services.*.depends_on", "services.*.networks");
    /** Lists that two files may have in common, but one file may not say the same twice in. */
    private static final Set<String> DISTINCT = Set.of(
            "services.*.extra_hosts",
            "services.*.post_start[].environment",
            "services.*.pre_stop[].environment",
            "services.*.volumes[].volume.labels",
            "volumes.*.labels",
            "configs.*.labels",
            "secrets.*.labels");

    private static final String PAGE = "docs/reference/compose.md lists what is carried out";

    private final Problems problems;

    Check(Problems problems) {
        this.problems = problems;
    }

    void layer(Layer layer) {
        int services = Nodes.fields(layer.root(), "services").size();
        if (services > Validate.MAX_SERVICES) {
            // Before anything else: each service costs, and there may be a hundred thousand.
            problems.add(layer.root().at(), services + " services are too many", "at most " + Validate.MAX_SERVICES);
            return;
        }
        mapping(layer.root(), Attributes.root(), "");
    }

    private void node(YamlNode node, Attributes.Node at, String label) {
        Attribute attribute = at.attribute();
        if (node.tag().equals("!reset")) {
            return;
        }
        if (attribute.use() == Use.DROPPED) {
            dropped(node, attribute, label);
            return;
        }
        switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar, attribute, label);
            case YamlNode.Sequence sequence -> {
                if (attribute.forms().contains(Form.LIST) && at.item().isPresent()) {
                    list(sequence, at, at.item().get(), label);
                } else {
                    wrong(node, attribute, label);
                }
            }
            case YamlNode.Mapping mapping -> {
                if (attribute.forms().contains(Form.FIELDS)) {
                    mapping(mapping, at, label);
                } else {
                    wrong(node, attribute, label);
                }
            }
        }
    }

    /** What is read over must still look like what it is; not below. */
    private void dropped(YamlNode node, Attribute attribute, String label) {
        boolean fits =
                switch (node) {
                    case YamlNode.Scalar scalar ->
                        attribute.forms().stream().anyMatch(form -> Scalar.fits(scalar, form));
                    case YamlNode.Sequence _ -> attribute.forms().contains(Form.LIST);
                    case YamlNode.Mapping _ -> attribute.forms().contains(Form.FIELDS);
                };
        if (!fits) {
            wrong(node, attribute, label);
        }
    }

    private void scalar(YamlNode.Scalar scalar, Attribute attribute, String label) {
        if (attribute.forms().stream().noneMatch(form -> Scalar.fits(scalar, form))) {
            wrong(scalar, attribute, label);
        } else if (!attribute.words().isEmpty() && !attribute.words().contains(scalar.text())) {
            problems.add(
                    scalar.at(),
                    label + ": \"" + SiteMark.shown(scalar.text()) + "\" is not known",
                    Fields.suggestion(scalar.text(), attribute.words()));
        }
        String fixed = attribute.use() == Use.LATE ? key(scalar.text(), attribute) : scalar.text();
        if (SiteMark.isIn(fixed) && !holdsLateItems(attribute)) {
            problems.add(
                    scalar.at(),
                    label + ": a site variable cannot stand in \"" + SiteMark.shown(scalar.text()) + "\"",
                    "its value is known at the site only; declare it early: true to use it here");
        }
    }

    /** The part of an item {@code KEY=VALUE} that is a key; empty for anything else. */
    private static String key(String text, Attribute attribute) {
        boolean hosts = attribute.path().endsWith(".extra_hosts[]");
        return hosts || KEYED_ITEM.matcher(attribute.path()).find() ? text.split(hosts ? "[=:]" : "=", 2)[0] : "";
    }

    /** A command written as one text becomes a list of items that may hold site variables. */
    private static boolean holdsLateItems(Attribute attribute) {
        return attribute.path().endsWith(".command")
                || attribute.path().endsWith(".entrypoint")
                || attribute.path().endsWith(".healthcheck.test")
                || attribute.path().endsWith(".dns");
    }

    private void list(YamlNode.Sequence sequence, Attributes.Node at, Attributes.Node item, String label) {
        Set<YamlNode> seen = new HashSet<>();
        List<YamlNode> items = sequence.items();
        for (int i = 0; i < items.size(); i++) {
            YamlNode one = items.get(i);
            node(one, item, label + "[" + i + "]");
            if (one instanceof YamlNode.Scalar(String text, boolean _, String _, var _)
                    && (at.attribute().merging() == Merging.APPEND
                            || NAMES.contains(at.attribute().path())
                            || DISTINCT.contains(at.attribute().path()))
                    && !seen.add(Nodes.text(text, sequence.at()))) {
                problems.add(one.at(), label + ": \"" + SiteMark.shown(text) + "\" stands twice", "remove one");
            }
        }
    }

    private void mapping(YamlNode.Mapping mapping, Attributes.Node at, String label) {
        for (YamlNode.Field field : mapping.fields()) {
            String path = label.isEmpty() ? field.key() : label + "." + field.key();
            if (field.key().startsWith("x-") && !at.hasFreeNames()) {
                continue;
            }
            Optional<Attributes.Node> below = at.field(field.key());
            if (below.isEmpty()) {
                problems.add(
                        field.keyAt(),
                        "unknown attribute \"" + field.key() + "\"" + (label.isEmpty() ? "" : " in " + label),
                        Fields.suggestion(field.key(), at.names()));
            } else if (below.get().attribute().use() == Use.REFUSED) {
                String note = below.get().attribute().note();
                problems.add(field.keyAt(), path + " is not carried out in this version", note.isEmpty() ? PAGE : note);
            } else {
                name(field, below.get().attribute());
                node(field.value(), below.get(), path);
            }
        }
    }

    private void name(YamlNode.Field field, Attribute attribute) {
        if (NAMED.contains(attribute.path()) && !NAME.matcher(field.key()).matches()) {
            problems.add(field.keyAt(), "\"" + field.key() + "\" is no valid name", "letters, digits, dots, _ and -");
        }
    }

    private void wrong(YamlNode node, Attribute attribute, String label) {
        String expected = attribute.forms().stream().sorted().map(Form::words).collect(Collectors.joining(" or "));
        problems.add(node.at(), label + ": " + SiteMark.shown(Fields.describe(node)) + " (expected: " + expected + ")");
    }
}
