package io.wherry.hub.transfer;

import static java.util.Objects.requireNonNull;

import io.wherry.base.Progress;
import io.wherry.contract.Digest;
import io.wherry.contract.TransferList;
import io.wherry.contract.TransferList.Content;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.Patience;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryPush;
import io.wherry.hub.registry.ImageFetch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images to one registry, each under the path and the version that it had outside. */
final class ImageImport implements AutoCloseable {
    private final TransferFile file;
    private final RegistryPush registry;
    private final String host;
    private final Patience patience = new Patience(Thread::sleep);
    private final Map<Digest, Content> contents = new HashMap<>();
    private final List<Copy> wanted = new ArrayList<>();

    /** @param host {@code HOST[:PORT]} */
    ImageImport(TransferFile file, RegistryPush registry, String host) {
        this.file = file;
        this.registry = registry;
        this.host = host;
        file.list().contents().forEach(content -> contents.put(content.digest(), content));
    }

    /**
     * An image and its place inside.
     *
     * @param documents the manifests, and last the index if there is one
     */
    private record Copy(ImageReference target, List<Document> documents) {}

    /** @param bytes empty if an earlier file brought it */
    private record Document(Digest digest, String mediaType, byte[] bytes, List<Descriptor> parts) {}

    List<Item> look() throws IOException {
        List<Item> items = new ArrayList<>();
        for (TransferList.Image image : file.list().images()) {
            items.add(judged(image, target(image)));
        }
        return items;
    }

    private ImageReference target(TransferList.Image image) {
        try {
            return ImageReference.parse(image.name())
                    .at(ImageReference.parse(host + "/any").registry());
        } catch (IllegalArgumentException e) {
            throw TransferException.usage(
                    "image " + image.name() + " has no place at registry " + host + ": " + e.getMessage(),
                    "give --registry HOST[:PORT]");
        }
    }

    private Item judged(TransferList.Image image, ImageReference target) throws IOException {
        String thing = "image/" + host + "/" + target.repository()
                + (target.digest().isPresent() ? "@" : ":") + target.version();
        Optional<Digest> there = patience.with(() -> registry.find(target, target.version()));
        if (there.isPresent() && there.get().equals(image.manifest())) {
            return Item.unchanged(thing);
        }
        if (!file.brings(image.manifest())) {
            return missing(thing, image.manifest());
        }
        Copy copy = new Copy(target, documents(image));
        Optional<Digest> lacking = lacking(copy);
        if (lacking.isPresent()) {
            return missing(thing, lacking.get());
        }
        wanted.add(copy);
        return there.isEmpty()
                ? new Item(thing, Item.Change.CREATED, "")
                : new Item(
                        thing,
                        Item.Change.UPDATED,
                        "from " + there.get().brief() + " to "
                                + image.manifest().brief());
    }

    private Item missing(String thing, Digest digest) {
        if (file.list().since().isEmpty()) {
            throw TransferException.refused(thing + ": " + digest + " is not in the file", "make the file again");
        }
        return new Item(
                thing,
                Item.Change.REFUSED,
                digest + " was brought by an earlier file, and is not there: import that first");
    }

    private List<Document> documents(TransferList.Image image) {
        byte[] bytes = file.read(image.manifest(), ImageManifest.MAX_BYTES);
        String mediaType = mediaType(image.manifest());
        List<Document> documents = new ArrayList<>();
        try {
            if (ImageFetch.isIndex(mediaType)) {
                for (Digest member : ImageFetch.members(bytes)) {
                    documents.add(
                            file.brings(member) ? manifest(member) : new Document(member, "", new byte[0], List.of()));
                }
                documents.add(new Document(image.manifest(), mediaType, bytes, List.of()));
            } else {
                documents.add(manifest(image.manifest()));
            }
            return documents;
        } catch (JsonException e) {
            throw TransferException.refused("image " + image.name() + ": " + e.getMessage(), "");
        }
    }

    private Document manifest(Digest digest) {
        byte[] bytes = file.read(digest, ImageManifest.MAX_BYTES);
        return new Document(
                digest, mediaType(digest), bytes, ImageManifest.parse(bytes).parts());
    }

    private String mediaType(Digest digest) {
        return requireNonNull(contents.get(digest), "content")
                .mediaType(); // the file brings it, hence its list names it
    }

    /** A manifest or a blob that neither the file nor the registry has. */
    private Optional<Digest> lacking(Copy copy) throws IOException {
        for (Document document : copy.documents()) {
            if (document.bytes().length == 0
                    && patience.with(() -> registry.find(
                                    copy.target(), document.digest().toString()))
                            .isEmpty()) {
                return Optional.of(document.digest());
            }
            for (Descriptor part : document.parts()) {
                if (!file.brings(part.digest()) && !patience.with(() -> registry.has(copy.target(), part.digest()))) {
                    return Optional.of(part.digest());
                }
            }
        }
        return Optional.empty();
    }

    void carryOut(Progress progress) throws IOException {
        Progress.Bytes bytes = new Progress.Bytes(
                progress,
                "images to " + host,
                wanted.stream()
                        .flatMap(copy -> copy.documents().stream())
                        .flatMap(document -> document.parts().stream())
                        .mapToLong(Descriptor::size)
                        .sum());
        for (Copy copy : wanted) {
            for (Document document : copy.documents()) {
                for (Descriptor part : document.parts()) {
                    patience.run(() -> blob(copy.target(), part, bytes));
                }
                if (document.bytes().length > 0) {
                    push(copy.target(), document.digest().toString(), document);
                }
            }
            if (copy.target().digest().isEmpty()) {
                push(copy.target(), copy.target().tag(), copy.documents().getLast());
            }
        }
    }

    private void blob(ImageReference target, Descriptor part, Progress.Bytes bytes) throws IOException {
        if (registry.has(target, part.digest())) {
            bytes.add(part.size());
            return;
        }
        long before = bytes.done();
        try {
            registry.blob(target, part, digest -> bytes.counted(file.open(digest)));
        } catch (RegistryException e) {
            bytes.add(before - bytes.done()); // it is sent anew
            throw e;
        }
    }

    private void push(ImageReference target, String version, Document document) throws IOException {
        patience.run(() -> registry.manifest(target, version, document.mediaType(), document.bytes()));
    }

    @Override
    public void close() {
        registry.close();
    }
}
