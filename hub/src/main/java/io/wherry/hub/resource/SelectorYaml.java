package io.wherry.hub.resource;

import io.wherry.base.yaml.YamlNode;
import java.util.Optional;

/** Reads a selector: {@code a=b,c!=d} or {@code matchLabels: {a: b}}. */
final class SelectorYaml {
    private SelectorYaml() {}

    static Optional<Selector> read(Strict fields, String key) {
        Optional<YamlNode> node = fields.get().find(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof YamlNode.Scalar) {
            return fields.get().text(key).flatMap(text -> fields.build(() -> named(key, text)));
        }
        Strict selector = fields.sub(key);
        selector.later("matchExpressions");
        if (!selector.has("matchLabels")) {
            selector.get().missing("matchLabels");
            return Optional.empty();
        }
        var labels = selector.get().textMap("matchLabels");
        return selector.build(() -> Selector.matchLabels(labels));
    }

    /** The message begins with the key, so that the problem is placed there. */
    private static Selector named(String key, String text) {
        try {
            return Selector.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }
}
