package io.wherry.hub.resource;

import java.util.Optional;

/** Reads {@code metadata}. */
final class MetadataYaml {
    /** What the hub adds when it prints a resource: {@code get -o yaml | apply -f -} works. */
    private static final String[] ADDED = {
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "updateTimestamp",
        "deletionTimestamp",
        "set",
        "owner"
    };

    private MetadataYaml() {}

    static Optional<Metadata> read(Strict fields) {
        fields.ignore(ADDED);
        String name = fields.get().requireText("name");
        var labels = fields.get().textMap("labels");
        var annotations = fields.get().textMap("annotations");
        return name.isEmpty() ? Optional.empty() : fields.build(() -> new Metadata(name, labels, annotations));
    }
}
