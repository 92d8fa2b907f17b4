package io.wherry.agent.bundlefile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.reconcile.TestHubKeys;
import io.wherry.agent.reconcile.TestSite;
import io.wherry.contract.BundleRef;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.Release;
import io.wherry.contract.StackId;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Bundle files as a hub makes them, with its keys; what of the content is left out, a test says. */
final class TestFiles {
    private final TestHubKeys hub;
    private final List<Descriptor> documents = new ArrayList<>();
    private final List<Descriptor> manifests = new ArrayList<>();
    private final Map<Digest, Long> blobs = new LinkedHashMap<>();
    private final Map<String, StackId> stacks = new HashMap<>();
    private final Map<Digest, byte[]> content = new HashMap<>();

    TestFiles(TestHubKeys hub) {
        this.hub = hub;
    }

    /** An entry of which all content is in the file. */
    Entry entry(String name, long generation) {
        byte[] model = JsonWriter.canonical(Json.object()
                .put(
                        "services",
                        Json.object()
                                .put(
                                        "web",
                                        Json.object()
                                                .put("image", name + ":" + generation)
                                                .build())
                                .build())
                .build());
        byte[] manifest = new Manifest(List.of(Layer.compose(Digest.of(model), model.length)), List.of()).toBytes();
        BundleRef bundle = new BundleRef(Digest.of(manifest), manifest.length + (long) model.length);
        StackId stack = stacks.computeIfAbsent(name, key -> StackId.random(new SecureRandom()));
        Release release = Release.anywhere(hub.trustDomain, stack, name, generation, bundle);
        Envelope envelope = Envelope.sign(release.toStatement(), EcdsaSigner.of(hub.release));
        document(
                Delivery.RELEASE,
                envelope.toJson(),
                Map.of(Delivery.PAYLOAD, envelope.digest().toString()));
        content.put(bundle.digest(), manifest);
        manifests.add(BundleFileWriter.bundle(bundle.digest(), manifest.length));
        content.put(Digest.of(model), model);
        blobs.put(Digest.of(model), (long) model.length);
        return new Entry(
                stack,
                name,
                generation,
                Entry.State.PRESENT,
                envelope.digest(),
                Optional.of(bundle),
                new TreeMap<>(),
                List.of(),
                Optional.empty(),
                TestSite.options(name));
    }

    /** An image of one layer, all of it in the file. */
    CarriedImage image(String name) {
        Descriptor config = part(("{\"os\":\"linux\",\"for\":\"" + name + "\"}").getBytes(UTF_8));
        Descriptor layer = part(("a layer of " + name).getBytes(UTF_8));
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI + "\",\"config\":" + json(config)
                        + ",\"layers\":[" + json(layer) + "]}")
                .getBytes(UTF_8);
        Digest digest = Digest.of(manifest);
        content.put(digest, manifest);
        manifests.add(BundleFileWriter.image(name, ImageManifest.OCI, digest, manifest.length));
        return new CarriedImage(name, digest, config.digest());
    }

    private Descriptor part(byte[] bytes) {
        Descriptor part = Descriptor.blob("application/octet-stream", bytes, Map.of());
        content.put(part.digest(), bytes);
        blobs.put(part.digest(), part.size());
        return part;
    }

    private static String json(Descriptor part) {
        return "{\"mediaType\":\"" + part.mediaType() + "\",\"digest\":\"" + part.digest() + "\",\"size\":"
                + part.size() + "}";
    }

    TestFiles without(Digest blob) {
        blobs.remove(blob);
        manifests.removeIf(manifest -> manifest.digest().equals(blob));
        return this;
    }

    TestFiles assignment(String agentId, byte[] envelope) {
        return document(Delivery.ASSIGNMENT, envelope, Map.of(Delivery.AGENT, agentId, Delivery.AGENT_NAME, "north"));
    }

    TestFiles document(String mediaType, byte[] bytes, Map<String, String> annotations) {
        Descriptor document = Descriptor.blob(mediaType, bytes, annotations);
        documents.add(document);
        content.put(document.digest(), bytes);
        return this;
    }

    TestFiles withoutReleases() {
        documents.removeIf(document -> document.mediaType().equals(Delivery.RELEASE));
        return this;
    }

    TestFiles withoutBundles() {
        manifests.clear();
        return this;
    }

    TestFiles withoutBlobs() {
        blobs.clear();
        return this;
    }

    Path write(Path file) throws IOException {
        return write(file, Delivery.Kind.BUNDLES);
    }

    Path write(Path file, Delivery.Kind kind) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            BundleFileWriter.write(
                    out,
                    new Delivery(kind, documents),
                    manifests,
                    blobs,
                    digest -> new ByteArrayInputStream(content.get(digest)));
        }
        return file;
    }
}
