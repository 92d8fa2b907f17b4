package io.wherry.hub.registry;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The artifacts of one repository of a registry. Keeps nothing but the registry's tokens: one is made for each check. */
public final class ArtifactRepository {
    /** 16 MiB, packed, all layers of an artifact together: files of stacks are text, and compress to a tenth. */
    public static final int MAX_BYTES = 16 << 20;

    private final RegistryClient client;
    private final ImageReference repository;

    ArtifactRepository(RegistryClient client, ImageReference repository) {
        this.client = client;
        this.repository = repository;
    }

    /**
     * What a manifest says.
     *
     * @param mediaType    of the manifest
     * @param configType   media type of its configuration: what kind of thing it is
     * @param artifactType the same, in the newer form; empty if it says none
     * @param layers       what it is made of, not fetched yet
     * @param annotations  what it says of itself
     */
    public record Manifest(
            Digest digest,
            String mediaType,
            String configType,
            String artifactType,
            List<Descriptor> layers,
            Map<String, String> annotations) {
        public Manifest {
            layers = List.copyOf(layers);
            annotations = Map.copyOf(annotations);
        }
    }

    /** There is an answer, and it is nothing that this can be made of. The message says what it is. */
    public static final class NotAnArtifact extends Exception {
        private static final long serialVersionUID = 1;

        NotAnArtifact(String what) {
            super(what);
        }
    }

    /** For messages: {@code HOST/REPOSITORY}. */
    public String name() {
        return repository.registry() + "/" + repository.repository();
    }

    /**
     * What a tag means now, asked for without its content; empty if there is no such tag.
     *
     * @throws RegistryException if the registry does not answer that
     */
    public Optional<Digest> find(String tag) throws IOException {
        return client.digest(at(tag), tag);
    }

    /**
     * The manifest of exactly that digest; empty if there is none.
     *
     * @throws NotAnArtifact     if it is something else
     * @throws RegistryException if it cannot be had, or is another one than its digest says
     */
    public Optional<Manifest> manifest(Digest digest) throws IOException, NotAnArtifact {
        return manifest(digest.toString());
    }

    /** The same of a tag: what was written beside an artifact, as signatures are. */
    Optional<Manifest> tagged(String tag) throws IOException, NotAnArtifact {
        return manifest(tag);
    }

    private Optional<Manifest> manifest(String version) throws IOException, NotAnArtifact {
        RegistryClient.Document document;
        try {
            document = client.manifest(at(version), version);
        } catch (RegistryException e) {
            if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        if (ImageFetch.isIndex(document.mediaType())) {
            throw new NotAnArtifact("an index of images (" + document.mediaType() + ")");
        }
        try {
            ImageManifest manifest = ImageManifest.parse(document.bytes());
            Json.Obj json = JsonReader.object(document.bytes());
            return Optional.of(new Manifest(
                    document.digest(),
                    manifest.mediaType(),
                    manifest.config().mediaType(),
                    json.findString("artifactType").orElse(""),
                    manifest.layers(),
                    json.find("annotations").isPresent() ? json.stringMap("annotations") : Map.of()));
        } catch (JsonException e) {
            throw new NotAnArtifact("something whose manifest cannot be read: " + e.getMessage());
        }
    }

    /**
     * All bytes of a layer; they have its digest.
     *
     * @param part at most {@link #MAX_BYTES}: its caller looks at that
     */
    public byte[] read(Descriptor part) throws IOException {
        if (part.size() > MAX_BYTES) {
            throw new IllegalArgumentException("part: " + part.size() + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        try (InputStream in = client.blob(at(part.digest().toString()), part)) {
            return in.readAllBytes();
        }
    }

    /** The manifests that were pushed as belonging to another one; where the registry does not know such a question, those that its clients wrote down. */
    List<Digest> referrers(Digest subject, String artifactType) throws IOException, NotAnArtifact {
        Optional<byte[]> index = client.referrers(at(subject.toString()), subject, artifactType);
        if (index.isEmpty()) {
            index = writtenDown(subject);
        }
        if (index.isEmpty()) {
            return List.of();
        }
        try {
            List<Digest> found = new ArrayList<>();
            for (Json.Obj member : JsonReader.object(index.get()).objects("manifests")) {
                if (member.findString("artifactType").orElse("").equals(artifactType)) {
                    found.add(Digest.parse(member.string("digest")));
                }
            }
            return found;
        } catch (JsonException | IllegalArgumentException e) {
            throw new NotAnArtifact("something whose list of referrers cannot be read: " + e.getMessage());
        }
    }

    /** The index that clients keep under a tag where a registry keeps none (OCI distribution specification 1.1, "referrers tag schema"). */
    private Optional<byte[]> writtenDown(Digest subject) throws IOException {
        try {
            String tag = "sha256-" + subject.hex();
            RegistryClient.Document document = client.manifest(at(tag), tag);
            return Optional.of(document.bytes()).filter(_ -> ImageFetch.isIndex(document.mediaType()));
        } catch (RegistryException e) {
            if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private ImageReference at(String version) {
        return ImageReference.parse(name() + (version.startsWith("sha256:") ? "@" : ":") + version);
    }
}
