package io.wherry.hub.bundlefile;

import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.registry.ImageResolver.Resolved;
import io.wherry.hub.registry.ImageSource;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Releases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Gathers what a file holds: assignments, roots, releases, acknowledgements, manifests and blobs, each once. Signed documents are kept in memory, some kilobytes each; content
 * is read from the store when it is written.
 */
final class FileContent {
    private final BundleStore bundles;
    private final Releases releases;
    private final List<Descriptor> assignments = new ArrayList<>();
    private final List<Descriptor> acknowledgements = new ArrayList<>();
    private final List<Descriptor> roots = new ArrayList<>();
    private final Map<Digest, Descriptor> releasesByPayload = new TreeMap<>(BY_NAME);
    private final Map<Digest, Descriptor> manifests = new TreeMap<>(BY_NAME);
    private final Map<Digest, List<Layer>> layersByBundle = new HashMap<>();
    private final Map<Digest, Long> blobs = new TreeMap<>(BY_NAME);
    private final Map<Digest, byte[]> documents = new HashMap<>();
    private final Map<Digest, ImagePart> imageParts = new HashMap<>();
    private final ImageSource imageSource;

    private static final java.util.Comparator<Digest> BY_NAME = java.util.Comparator.comparing(Digest::hex);

    /** What an assignment needs is not in the store. */
    static final class MissingContent extends RuntimeException {
        private static final long serialVersionUID = 1;

        MissingContent(Entry entry, String what) {
            super("stack " + entry.name() + ": " + what + " is not in this hub's store");
        }
    }

    /** Where a blob of an image is had from. */
    private record ImagePart(Resolved image, Descriptor part) {}

    FileContent(BundleStore bundles, Releases releases, ImageSource imageSource) {
        this.bundles = bundles;
        this.releases = releases;
        this.imageSource = imageSource;
    }

    void root(byte[] envelope) {
        roots.add(document(Delivery.ROOT, envelope, Map.of()));
    }

    static Assignment parse(byte[] envelope) {
        byte[] payload = Envelope.parse(envelope).payload();
        return Assignment.parse(JsonReader.statement(payload, payload.length));
    }

    /**
     * @param held what its site has already; stays out unless another agent of this file needs it
     * @throws MissingContent naming the stack and what of it is missing
     */
    void assignment(byte[] envelope, String agentName, Held held) {
        Assignment assignment = parse(envelope);
        Map<String, String> annotations =
                new TreeMap<>(Map.of(Delivery.AGENT, assignment.agentId().value(), Delivery.AGENT_NAME, agentName));
        if (!held.equals(Held.NOTHING)) {
            annotations.put(Delivery.SINCE_RECEIPTS, "true");
        }
        assignments.add(document(Delivery.ASSIGNMENT, envelope, annotations));
        Set<Digest> there = new HashSet<>();
        held.bundles().forEach(bundle -> bundles.read(bundle)
                .ifPresent(manifest -> Manifest.parse(manifest).layers().forEach(layer -> there.add(layer.digest()))));
        for (Entry entry : assignment.entries()) {
            release(entry);
            entry.bundle()
                    .filter(bundle -> !held.bundles().contains(bundle.digest()))
                    .ifPresent(bundle -> bundle(entry, bundle, there));
        }
    }

    void acknowledgement(byte[] envelope, AgentId agent, String agentName) {
        acknowledgements.add(document(
                Delivery.ACKNOWLEDGEMENT,
                envelope,
                Map.of(Delivery.AGENT, agent.value(), Delivery.AGENT_NAME, agentName)));
    }

    /** @param name as {@code index.json} shows it; an image for two platforms is there twice, under one name */
    void image(String name, Resolved image) {
        Digest manifest = image.image().manifest();
        manifests.put(
                manifest, BundleFileWriter.image(name, image.manifest().mediaType(), manifest, image.bytes().length));
        documents.put(manifest, image.bytes());
        for (Descriptor part : image.manifest().parts()) {
            blobs.put(part.digest(), part.size());
            imageParts.put(part.digest(), new ImagePart(image, part));
        }
    }

    private Descriptor document(String mediaType, byte[] envelope, Map<String, String> annotations) {
        Descriptor document = Descriptor.blob(mediaType, envelope, annotations);
        documents.put(document.digest(), envelope);
        return document;
    }

    private void release(Entry entry) {
        if (!releasesByPayload.containsKey(entry.release())) {
            IssuedRelease issued = releases.find(entry.release())
                    .orElseThrow(() -> new MissingContent(entry, "its release " + entry.release()));
            releasesByPayload.put(
                    entry.release(),
                    document(
                            Delivery.RELEASE,
                            issued.envelope(),
                            Map.of(Delivery.PAYLOAD, entry.release().toString())));
        }
    }

    private void bundle(Entry entry, BundleRef bundle, Set<Digest> there) {
        for (Layer layer : layers(entry, bundle.digest())) {
            // asked anew for each agent: one may lack what was left out for another
            if (there.contains(layer.digest()) || blobs.containsKey(layer.digest())) {
                continue;
            }
            if (bundles.size(layer.digest()).orElse(-1) != layer.size()) {
                throw new MissingContent(entry, "blob " + layer.digest());
            }
            blobs.put(layer.digest(), layer.size());
        }
    }

    /** Of a bundle that is in the file from here on. Read once, however many agents it is for. */
    private List<Layer> layers(Entry entry, Digest bundle) {
        return layersByBundle.computeIfAbsent(bundle, digest -> {
            byte[] manifest = bundles.read(digest).orElseThrow(() -> new MissingContent(entry, "its bundle " + digest));
            manifests.put(digest, BundleFileWriter.bundle(digest, manifest.length));
            return Manifest.parse(manifest).layers();
        });
    }

    void write(OutputStream out) throws IOException {
        List<Descriptor> listed = new ArrayList<>(assignments);
        listed.addAll(roots);
        listed.addAll(releasesByPayload.values());
        listed.addAll(acknowledgements);
        BundleFileWriter.write(
                out,
                new Delivery(Delivery.Kind.BUNDLES, listed),
                List.copyOf(manifests.values()),
                new LinkedHashMap<>(blobs),
                this::open);
    }

    private InputStream open(Digest digest) throws IOException {
        byte[] document = documents.get(digest);
        ImagePart part = imageParts.get(digest);
        if (part != null) {
            return imageSource.open(part.image(), part.part());
        }
        Supplier<IOException> gone = () -> new IOException("blob " + digest + ": went from the store meanwhile");
        return document == null ? bundles.open(digest).orElseThrow(gone) : new ByteArrayInputStream(document);
    }

    /** @throws IllegalArgumentException if one file cannot hold all of it */
    void requireFits() {
        BundleFileWriter.requireFits(
                assignments.size() + roots.size() + releasesByPayload.size() + acknowledgements.size(),
                manifests.size(),
                blobs.size());
    }
}
