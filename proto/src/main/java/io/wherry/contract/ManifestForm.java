package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.Set;

/** What makes a manifest a bundle's and nothing else. A document that two readers could take for two things is refused. */
final class ManifestForm {
    /** Subject and unknown fields are let through: registries add them, and nothing is decided by them. */
    private static final Set<String> FORBIDDEN = Set.of("manifests", "fsLayers", "history", "signatures");

    private ManifestForm() {}

    static void check(Json.Obj manifest) {
        equal("schemaVersion", String.valueOf(manifest.integer("schemaVersion")), "2");
        equal("mediaType", manifest.string("mediaType"), Manifest.MEDIA_TYPE);
        equal("artifactType", manifest.string("artifactType"), Manifest.ARTIFACT_TYPE);
        for (String field : FORBIDDEN) {
            if (manifest.find(field).isPresent()) {
                throw new JsonException(field + ": present (expected: an image manifest with layers alone)");
            }
        }
        Json.Obj config = manifest.object("config");
        inline(config);
        equal("config.mediaType", config.string("mediaType"), Manifest.EMPTY_CONFIG_TYPE);
        equal("config.digest", config.string("digest"), Manifest.EMPTY_CONFIG.toString());
        equal("config.size", String.valueOf(config.integer("size")), "2");
        manifest.objects("layers").forEach(ManifestForm::inline);
    }

    /** Content from elsewhere ({@code urls}) or from within ({@code data}) would pass by the store. */
    private static void inline(Json.Obj descriptor) {
        for (String field : Set.of("urls", "data")) {
            if (descriptor.find(field).isPresent()) {
                throw new JsonException(field + ": present (expected: content by digest from the hub or the file)");
            }
        }
    }

    private static void equal(String field, String value, String expected) {
        if (!value.equals(expected)) {
            throw new JsonException(field + ": " + value + " (expected: " + expected + ")");
        }
    }
}
