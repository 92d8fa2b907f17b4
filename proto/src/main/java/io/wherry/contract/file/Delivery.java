package io.wherry.contract.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a file brings beside bundles: the signed documents, listed by an OCI manifest of a type of its own. A hint: every document proves itself.
 *
 * @param kind      which way it goes
 * @param documents assignments, releases and roots, or receipts
 */
public record Delivery(Kind kind, List<Descriptor> documents) {
    /** Annotation: the agent that a document is for or from. */
    public static final String AGENT = "io.wherry.agent";

    /** Annotation: digest of an envelope's payload, which is what other documents call it by. */
    public static final String PAYLOAD = "io.wherry.payload";

    public static final String ASSIGNMENT = "application/vnd.wherry.assignment.v1+dsse";
    public static final String RELEASE = "application/vnd.wherry.release.v1+dsse";
    public static final String ROOT = "application/vnd.wherry.trust-root.v1+dsse";
    public static final String RECEIPT = "application/vnd.wherry.receipt.v1+dsse";

    /** The OCI empty blob. */
    static final byte[] EMPTY = "{}".getBytes(UTF_8);

    private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";

    /** An index or a manifest of 16,384 documents is about 5 MiB. */
    static final int MAX_MANIFEST_BYTES = 8 << 20;

    /** Which way a file goes. */
    public enum Kind {
        /** From the hub to sites: {@code NAME.wherry}. */
        BUNDLES("application/vnd.wherry.delivery.v1+json", "a bundle file"),
        /** From sites to the hub: {@code NAME.receipts}. */
        RECEIPTS("application/vnd.wherry.receipts.v1+json", "a receipts file");

        private final String artifactType;
        private final String words;

        Kind(String artifactType, String words) {
            this.artifactType = artifactType;
            this.words = words;
        }

        public String artifactType() {
            return artifactType;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    public Delivery {
        documents = List.copyOf(documents);
        if (documents.size() > BundleFileReader.MAX_BLOBS) {
            throw new IllegalArgumentException(
                    "documents: " + documents.size() + " (expected: at most " + BundleFileReader.MAX_BLOBS + ")");
        }
    }

    /** Those of one media type, in their order. */
    public Stream<Descriptor> documents(String mediaType) {
        return documents.stream().filter(document -> document.mediaType().equals(mediaType));
    }

    byte[] toBytes() {
        return JsonWriter.canonical(Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", Manifest.MEDIA_TYPE)
                .put("artifactType", kind.artifactType())
                .put(
                        "config",
                        new Descriptor(EMPTY_TYPE, "", Digest.of(EMPTY), EMPTY.length, java.util.Map.of()).toJson())
                .put(
                        "layers",
                        new Json.Arr(documents.stream().map(Descriptor::toJson).toList()))
                .build());
    }

    /** @throws JsonException naming what is wrong */
    static Delivery parse(byte[] bytes) {
        Json.Obj manifest = JsonReader.statement(bytes, MAX_MANIFEST_BYTES);
        String type = manifest.string("artifactType");
        for (Kind kind : Kind.values()) {
            if (kind.artifactType().equals(type)) {
                return new Delivery(
                        kind,
                        manifest.objects("layers").stream()
                                .map(Descriptor::parse)
                                .toList());
            }
        }
        throw new JsonException("artifactType: " + type + " (expected: " + Kind.BUNDLES.artifactType() + " or "
                + Kind.RECEIPTS.artifactType() + ")");
    }

    /** Longest of each kind of document. */
    static long maxBytes(Kind kind) {
        return kind == Kind.RECEIPTS ? Limits.RECEIPT_ENVELOPE_BYTES : Limits.ENVELOPE_BYTES;
    }
}
