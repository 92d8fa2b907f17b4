package io.wherry.hub.resource;

import io.wherry.base.yaml.YamlNode;
import java.util.Optional;

/** Reads {@code metadata}. */
final class MetadataYaml {
    private MetadataYaml() {}

    static Optional<Metadata> read(Strict fields) {
        fields.ignore(Metadata.ADDED.toArray(String[]::new)); // get -o yaml | apply -f - works
        String name = fields.get().requireText("name");
        var labels = fields.get().textMap("labels");
        var annotations = fields.get().textMap("annotations");
        return name.isEmpty() ? Optional.empty() : fields.build(() -> new Metadata(name, labels, annotations));
    }

    /** The version of which a hub printed the document; empty if it has none that a hub prints. */
    static Optional<Long> version(YamlNode document) {
        return Optional.of(document)
                .flatMap(node -> value(node, "metadata"))
                .flatMap(node -> value(node, "resourceVersion"))
                .filter(YamlNode.Scalar.class::isInstance)
                .map(node -> ((YamlNode.Scalar) node).text())
                .filter(text -> text.matches("[0-9]{1,18}")) // fits a long
                .map(Long::valueOf);
    }

    private static Optional<YamlNode> value(YamlNode node, String key) {
        return node instanceof YamlNode.Mapping mapping ? mapping.find(key) : Optional.empty();
    }
}
