package io.wherry.contract.file;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An OCI descriptor: what a blob is, its digest, its length.
 *
 * @param artifactType of a manifest; empty for other blobs
 */
public record Descriptor(
        String mediaType, String artifactType, Digest digest, long size, Map<String, String> annotations) {
    public Descriptor {
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        if (size < 0) {
            throw new IllegalArgumentException("size: " + size + " (expected: 0 or more)");
        }
    }

    /** Of a blob that is no manifest. */
    public static Descriptor blob(String mediaType, byte[] bytes, Map<String, String> annotations) {
        return new Descriptor(mediaType, "", Digest.of(bytes), bytes.length, annotations);
    }

    public Optional<String> annotation(String name) {
        return Optional.ofNullable(annotations.get(name));
    }

    Json toJson() {
        Json.Builder json = Json.object()
                .put("mediaType", mediaType)
                .putIf("artifactType", artifactType.isEmpty() ? Optional.empty() : Optional.of(artifactType))
                .put("digest", digest.toString())
                .put("size", size);
        if (!annotations.isEmpty()) {
            json.put("annotations", annotations);
        }
        return json.build();
    }

    /** @throws JsonException naming the field */
    static Descriptor parse(Json.Obj json) {
        try {
            return new Descriptor(
                    json.string("mediaType"),
                    json.findString("artifactType").orElse(""),
                    Digest.parse(json.string("digest")),
                    json.integer("size"),
                    json.stringMap("annotations"));
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()), e);
        }
    }
}
