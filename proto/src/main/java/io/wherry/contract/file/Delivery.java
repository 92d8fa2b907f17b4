package io.wherry.contract.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.Manifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a file brings beside bundles: the signed documents, listed by an OCI manifest of a type of its own. A hint: every document proves itself.
 *
 * @param kind      which way it goes
 * @param documents assignments, releases, roots and acknowledgements; or receipts; or the one list of a transfer
 */
public record Delivery(Kind kind, List<Descriptor> documents) {
    /** Annotation: the agent that a document is for or from. */
    public static final String AGENT = "io.wherry.agent";

    /** Annotation: that agent's name when the file was made. For people. */
    public static final String AGENT_NAME = "io.wherry.agent-name";

    /** Annotation: digest of an envelope's payload, which is what other documents call it by. */
    public static final String PAYLOAD = "io.wherry.payload";

    /** Annotation of an assignment, {@code true}: what its site has by its receipts may be left out of the file. */
    public static final String SINCE_RECEIPTS = "io.wherry.since-receipts";

    public static final String ASSIGNMENT = "application/vnd.wherry.assignment.v1+dsse";
    public static final String RELEASE = "application/vnd.wherry.release.v1+dsse";
    public static final String ROOT = "application/vnd.wherry.trust-root.v1+dsse";
    public static final String RECEIPT = "application/vnd.wherry.receipt.v1+dsse";
    public static final String ACKNOWLEDGEMENT = "application/vnd.wherry.acknowledgement.v1+dsse";
    public static final String TRANSFER_LIST = "application/vnd.wherry.transfer-list.v1+dsse";

    /** The OCI empty blob. */
    static final byte[] EMPTY = "{}".getBytes(UTF_8);

    private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";

    /** 2 MiB: about 6,000 documents. An agent of a small machine reads it into a heap of 48 MiB. */
    static final int MAX_MANIFEST_BYTES = 2 << 20;

    /** Which way a file goes. */
    public enum Kind {
        /** From the hub to sites: {@code NAME.wherry}. */
        BUNDLES("application/vnd.wherry.delivery.v1+json", "a bundle file"),
        /** From sites to the hub: {@code NAME.receipts}. */
        RECEIPTS("application/vnd.wherry.receipts.v1+json", "a receipts file"),
        /** Sources, images and files for a hub in a closed network: {@code NAME.transfer}. */
        TRANSFER("application/vnd.wherry.transfer.v1+json", "a transfer file");

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
        byte[] bytes = JsonWriter.canonical(Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", Manifest.MEDIA_TYPE)
                .put("artifactType", kind.artifactType())
                .put("config", new Descriptor(EMPTY_TYPE, "", Digest.of(EMPTY), EMPTY.length, Map.of()).toJson())
                .put(
                        "layers",
                        new Json.Arr(documents.stream().map(Descriptor::toJson).toList()))
                .build());
        return fits("documents", documents.size(), bytes);
    }

    /** A writer keeps the limits too: a reader would refuse the file. */
    static byte[] fits(String what, int count, byte[] bytes) {
        if (bytes.length > MAX_MANIFEST_BYTES) {
            throw new IllegalArgumentException(what + ": " + count + " make a list of " + bytes.length
                    + " bytes (expected: at most " + MAX_MANIFEST_BYTES + "; split the file)");
        }
        return bytes;
    }

    /** @throws BundleFileException naming what is wrong */
    static Delivery parse(byte[] bytes) {
        try {
            Json.Obj manifest = JsonReader.statement(bytes, MAX_MANIFEST_BYTES);
            List<Descriptor> documents =
                    manifest.objects("layers").stream().map(Descriptor::parse).toList();
            return new Delivery(kind(manifest.string("artifactType")), documents);
        } catch (JsonException | IllegalArgumentException e) {
            throw new BundleFileException("the list of its documents: " + e.getMessage(), e);
        }
    }

    private static Kind kind(String type) {
        for (Kind kind : Kind.values()) {
            if (kind.artifactType().equals(type)) {
                return kind;
            }
        }
        throw new JsonException("artifactType: " + type + " (expected: one of "
                + String.join(
                        ", ",
                        Arrays.stream(Kind.values()).map(Kind::artifactType).toList()) + ")");
    }
}
