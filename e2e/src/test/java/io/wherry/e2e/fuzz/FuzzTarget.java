package io.wherry.e2e.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.contract.Acknowledgement;
import io.wherry.contract.Assignment;
import io.wherry.contract.Checkpoint;
import io.wherry.contract.Envelope;
import io.wherry.contract.JoinToken;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.Receipt;
import io.wherry.contract.Release;
import io.wherry.contract.TransferList;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileReader;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.registry.ImageReference;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.ComposeRenderer;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.KubernetesRenderer;
import io.wherry.hub.render.kubernetes.KubernetesRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What reads the bytes of strangers. Each target takes any bytes: those that it refuses in the way that its callers know are fine, whatever else is
 * thrown is a bug, and so is one of the laws that do not hold.
 */
enum FuzzTarget {
    /** What is signed; a document that was read and written is the same. */
    ENVELOPE(bytes -> {
        Envelope envelope = Envelope.parse(bytes);
        Envelope again = written(() -> Envelope.parse(envelope.toJson()));
        require(Arrays.equals(envelope.payload(), again.payload()), "payload changed");
        require(Arrays.equals(envelope.pae(), again.pae()), "what is signed changed");
    }),
    /** JSON as signed documents have it; canonical bytes are a fixed point. */
    STATEMENT(bytes -> {
        byte[] once = JsonWriter.canonical(JsonReader.statement(bytes, Limits.STATEMENT_BYTES));
        byte[] twice = written(() -> JsonWriter.canonical(JsonReader.statement(once, Limits.STATEMENT_BYTES)));
        require(Arrays.equals(once, twice), "the canonical form has another one");
    }),
    ASSIGNMENT(bytes -> roundTrip(bytes, Assignment::parse, Assignment::toStatement)),
    RELEASE(bytes -> roundTrip(bytes, Release::parse, Release::toStatement)),
    RECEIPT(bytes -> roundTrip(bytes, Receipt::parse, Receipt::toStatement)),
    ACKNOWLEDGEMENT(bytes -> roundTrip(bytes, Acknowledgement::parse, Acknowledgement::toStatement)),
    CHECKPOINT(bytes -> roundTrip(bytes, Checkpoint::parse, Checkpoint::toStatement)),
    TRUST_ROOT(bytes -> roundTrip(bytes, TrustRoot::parse, TrustRoot::toStatement)),
    TRANSFER_LIST(bytes -> roundTrip(bytes, TransferList::parse, TransferList::toStatement)),
    MANIFEST(bytes -> Manifest.parse(bytes)),
    IMAGE_MANIFEST(bytes -> ImageManifest.parse(bytes)),
    IMAGE_NAME(bytes -> ImageReference.parse(new String(bytes, UTF_8))),
    JOIN_TOKEN(bytes -> JoinToken.parse(new String(bytes, ISO_8859_1))),
    BUNDLE_FILE(bytes -> BundleFileReader.read(new ByteArrayInputStream(bytes), new MemorySink())),
    YAML(bytes -> Yaml.parseAll("input.yaml", bytes)),
    /** A Compose file as a repository may hold it: refusals are a result, not an exception. */
    COMPOSE(bytes -> ComposeRenderer.render(RenderRequest.of(new OneFileTree("compose.yaml", bytes), "", "p"))),
    /** A file of Kubernetes objects; what is made of it can be read at the site, with every number as it was. */
    KUBERNETES(bytes -> {
        KubernetesRequest request = new KubernetesRequest(
                new OneFileTree("objects.yaml", bytes), "", List.of(), List.of(), ClusterOptions.of("default"));
        if (KubernetesRenderer.render(request) instanceof Rendering.Rendered rendered) {
            byte[] model = JsonWriter.canonical(rendered.model());
            byte[] again = written(() -> JsonWriter.canonical(JsonReader.object(model)));
            require(Arrays.equals(model, again), "the site reads another model");
        }
    });

    /** What reads, and throws as it does. */
    @FunctionalInterface
    private interface Reader {
        void read(byte[] bytes) throws IOException;
    }

    private final Reader reader;

    FuzzTarget(Reader reader) {
        this.reader = reader;
    }

    /**
     * Reads bytes of a stranger.
     *
     * @throws RuntimeException or an Error, if that shows a bug
     */
    void tryOn(byte[] bytes) {
        try {
            reader.read(bytes);
        } catch (JsonException | IllegalArgumentException | YamlException | BundleFileException | IOException e) {
            require(e.getMessage() != null && !e.getMessage().isBlank(), "refused without a word: " + e.getClass());
        }
    }

    private static <T> void roundTrip(byte[] bytes, Function<Json.Obj, T> parse, Function<T, byte[]> write) {
        T first = parse.apply(JsonReader.statement(bytes, Limits.STATEMENT_BYTES));
        byte[] written = write.apply(first);
        T second = written(() -> parse.apply(JsonReader.statement(written, Limits.STATEMENT_BYTES)));
        require(Arrays.equals(written, write.apply(second)), "written twice, it differs");
    }

    /** What we wrote ourselves must be readable: a refusal of it is no stranger's fault. */
    private static <T> T written(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (RuntimeException e) {
            throw new IllegalStateException("what was written is refused", e);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }
}
