package io.wherry.hub.resource;

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
}
