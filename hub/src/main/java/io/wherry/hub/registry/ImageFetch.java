package io.wherry.hub.registry;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds all of an image, so that it can be put elsewhere under the same digest: an index with the manifests of every platform, and their blobs. */
public final class ImageFetch {
    /** Manifests of one index; large public images have some twenty, statements about them included. */
    private static final int MAX_MANIFESTS = 64;

    private final RegistryClient client;
    private final ImageResolver resolver;

    public ImageFetch(RegistryClient client) {
        this.client = client;
        this.resolver = new ImageResolver(client);
    }

    /**
     * A manifest or an index.
     *
     * @param bytes not copied: do not change them
     */
    public record Document(String mediaType, Digest digest, byte[] bytes) {}

    /**
     * An image whose blobs are still at the registry.
     *
     * @param documents the manifests, and last the index if there is one: what the name means
     * @param parts     configurations and layers of all of them, each once
     */
    public record Fetched(ImageReference reference, List<Document> documents, List<Descriptor> parts) {
        public Document top() {
            return documents.getLast();
        }
    }

    /**
     * Asks the registry.
     *
     * @param platform this one alone: the name then means its manifest; all that there are if empty
     * @throws RegistryException if it cannot be had
     */
    public Fetched fetch(String name, Optional<Platform> platform) throws IOException {
        if (platform.isPresent()) {
            ImageResolver.Resolved one = resolver.resolve(name, platform.get());
            return new Fetched(
                    one.reference(),
                    List.of(new Document(one.manifest().mediaType(), one.image().manifest(), one.bytes())),
                    distinct(one.manifest().parts()));
        }
        ImageReference reference = ImageResolver.reference(name);
        RegistryClient.Document named = client.manifest(reference, reference.version());
        try {
            return whole(reference, named);
        } catch (JsonException e) {
            throw new RegistryException(
                    "image " + name + ": its manifest cannot be read: " + e.getMessage(), "is that an image?", e);
        }
    }

    private Fetched whole(ImageReference reference, RegistryClient.Document named) throws IOException {
        List<Document> documents = new ArrayList<>();
        List<Descriptor> parts = new ArrayList<>();
        boolean index = isIndex(named.mediaType());
        List<Digest> manifests = index ? ImageIndex.manifests(named.bytes()) : List.of(named.digest());
        if (manifests.isEmpty() || manifests.size() > MAX_MANIFESTS) {
            throw new JsonException("manifests: " + manifests.size() + " (expected: 1 to " + MAX_MANIFESTS + ")");
        }
        for (Digest digest : manifests) {
            byte[] bytes = index ? client.manifest(reference, digest.toString()).bytes() : named.bytes();
            ImageManifest manifest = ImageManifest.parse(bytes);
            documents.add(new Document(manifest.mediaType(), digest, bytes));
            parts.addAll(manifest.parts());
        }
        if (index) {
            documents.add(new Document(named.mediaType(), named.digest(), named.bytes()));
        }
        return new Fetched(reference, documents, distinct(parts));
    }

    private static List<Descriptor> distinct(List<Descriptor> parts) {
        Map<Digest, Descriptor> byDigest = new LinkedHashMap<>();
        parts.forEach(part -> byDigest.putIfAbsent(part.digest(), part));
        return List.copyOf(byDigest.values());
    }

    /** Whether what has this media type is for several platforms. */
    public static boolean isIndex(String mediaType) {
        return ImageResolver.INDEXES.contains(mediaType);
    }

    /** The manifests of an index. @throws JsonException naming what is wrong */
    public static List<Digest> members(byte[] index) {
        return ImageIndex.manifests(index);
    }

    /** Opens a blob of it. Reading it ends with an exception unless it has the digest and the length that it should have. */
    public InputStream open(Fetched image, Descriptor part) throws IOException {
        return client.blob(image.reference(), part);
    }
}
