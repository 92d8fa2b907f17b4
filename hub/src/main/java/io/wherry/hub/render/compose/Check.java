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
    private static final Set<String> NAMED = Set.of("services.*", "networks.*", "volumes.*", "configs.*", "secrets.*");
    private static final String PAGE = "docs/reference/compose.md lists what is carried out";

    private final Problems problems;

    Check(Problems problems) {
        this.problems = problems;
    }

    void layer(Layer layer) {
        mapping(layer.root(), Attributes.root(), "");
    }

    private void node(YamlNode node, Attributes.Node at, String label) {
        Attribute attribute = at.attribute();
        if (attribute.use() == Use.REFUSED) {
            problems.add(node.at(), label + " is not carried out in this version", PAGE);
            return;
        }
        if (attribute.use() == Use.DROPPED || node.tag().equals("!reset")) {
            return;
        }
        switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar, attribute, label);
            case YamlNode.Sequence sequence -> {
                if (attribute.forms().contains(Form.LIST) && at.item().isPresent()) {
                    list(sequence, at.item().get(), label);
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

    private void scalar(YamlNode.Scalar scalar, Attribute attribute, String label) {
        if (attribute.forms().stream().noneMatch(form -> Scalar.fits(scalar, form))) {
            wrong(scalar, attribute, label);
        } else if (!attribute.words().isEmpty() && !attribute.words().contains(scalar.text())) {
            problems.add(
                    scalar.at(),
                    label + ": \"" + SiteMark.shown(scalar.text()) + "\" is not known",
                    Fields.suggestion(scalar.text(), attribute.words()));
        }
        if (attribute.use() != Use.LATE && SiteMark.isIn(scalar.text()) && !holdsLateItems(attribute)) {
            problems.add(
                    scalar.at(),
                    label + ": a site variable cannot stand in \"" + SiteMark.shown(scalar.text()) + "\"",
                    "its value is known at the site only; declare it early: true to use it here");
        }
    }

    /** A command written as one text becomes a list of items that may hold site variables. */
    private static boolean holdsLateItems(Attribute attribute) {
        return attribute.path().endsWith(".command")
                || attribute.path().endsWith(".entrypoint")
                || attribute.path().endsWith(".healthcheck.test")
                || attribute.path().endsWith(".dns");
    }

    private void list(YamlNode.Sequence sequence, Attributes.Node item, String label) {
        Set<YamlNode> seen = new HashSet<>();
        List<YamlNode> items = sequence.items();
        for (int i = 0; i < items.size(); i++) {
            YamlNode one = items.get(i);
            node(one, item, label + "[" + i + "]");
            if (one instanceof YamlNode.Scalar(String text, boolean _, String _, var _)
                    && !label.endsWith(".command")
                    && !label.endsWith(".entrypoint")
                    && !label.endsWith(".test")
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
