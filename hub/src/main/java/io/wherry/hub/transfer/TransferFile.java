package io.wherry.hub.transfer;

import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.TransferList;
import io.wherry.contract.TransferList.Content;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.TransferVerdict;
import io.wherry.contract.verify.TransferVerifier;
import io.wherry.hub.registry.ImageFetch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A transfer file that was read through once: every blob has its digest, the list is signed and names exactly what is there. */
public final class TransferFile implements AutoCloseable {
    private final Path path;
    private final BundleFile file;
    private final TransferList list;
    private final Set<Digest> contents = new HashSet<>();

    private TransferFile(Path path, BundleFile file, TransferList list) {
        this.path = path;
        this.file = file;
        this.list = list;
        list.contents().forEach(content -> contents.add(content.digest()));
    }

    /**
     * Reads all of it and keeps it open.
     *
     * @param key whose signature it must bear; without one the signature is not looked at: only for showing what is in it
     * @throws TransferException if it is damaged, signed by another, or not what its list says
     */
    public static TransferFile open(Path path, Optional<PublicKey> key) {
        BundleFile file = null;
        try {
            file = BundleFile.open(path);
            TransferFile opened = new TransferFile(path, file, list(path, file, key));
            opened.requireExact();
            file = null;
            return opened;
        } catch (BundleFileException e) {
            throw TransferException.refused(path + ": " + e.getMessage(), "");
        } catch (IOException e) {
            throw TransferException.failed(
                    path
                            + (e instanceof NoSuchFileException
                                    ? " does not exist"
                                    : " cannot be read: " + TransferException.words(e)),
                    "",
                    e);
        } finally {
            closeQuietly(file);
        }
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable BundleFile file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static TransferList list(Path path, BundleFile file, Optional<PublicKey> key) throws IOException {
        Delivery delivery = file.delivery();
        if (delivery.kind() != Delivery.Kind.TRANSFER) {
            throw new BundleFileException("is " + delivery.kind() + " (expected: " + Delivery.Kind.TRANSFER + ")");
        }
        if (delivery.documents().size() != 1
                || !delivery.documents().getFirst().mediaType().equals(Delivery.TRANSFER_LIST)) {
            throw new BundleFileException("has no list, or more than one (expected: one signed list)");
        }
        byte[] envelope = file.read(delivery.documents().getFirst().digest(), Limits.ENVELOPE_BYTES);
        if (key.isEmpty()) {
            return unverified(envelope);
        }
        return switch (TransferVerifier.verify(envelope, key.get())) {
            case TransferVerdict.Verified(TransferList verified) -> verified;
            case TransferVerdict.Refused refused ->
                throw TransferException.refused(
                        path + ": " + refused.detail() + " [" + refused.reason().code() + "]",
                        "is that the public key of whoever made the file? Nothing was written");
        };
    }

    private static TransferList unverified(byte[] envelope) {
        try {
            return TransferList.parse(
                    JsonReader.statement(Envelope.parse(envelope).payload(), Limits.STATEMENT_BYTES));
        } catch (JsonException | IllegalArgumentException e) {
            throw new BundleFileException("its list: " + e.getMessage(), e);
        }
    }

    private void requireExact() {
        for (Content content : list.contents()) {
            long size = file.size(content.digest()).orElse(-1);
            if (size != content.sizeBytes()) {
                throw new BundleFileException("blob " + content.digest() + ": listed with " + content.sizeBytes()
                        + " bytes, " + (size < 0 ? "but not in the file" : "but has " + size));
            }
        }
        Set<Digest> unlisted = new HashSet<>(file.blobs());
        unlisted.removeAll(contents);
        unlisted.removeAll(file.frame());
        file.delivery().documents().stream().map(Descriptor::digest).forEach(unlisted::remove);
        if (!unlisted.isEmpty()) {
            throw new BundleFileException("blob " + unlisted.iterator().next() + ": in the file but not in its list");
        }
    }

    public TransferList list() {
        return list;
    }

    /** Length of what the file brings of an image: manifests, configurations and layers. Empty if an earlier file brought its manifest. */
    public OptionalLong sizeBytes(TransferList.Image image) {
        if (!brings(image.manifest())) {
            return OptionalLong.empty();
        }
        Set<Digest> all = new HashSet<>(Set.of(image.manifest()));
        try {
            byte[] top = read(image.manifest(), ImageManifest.MAX_BYTES);
            boolean index = list.contents().stream()
                    .anyMatch(content ->
                            content.digest().equals(image.manifest()) && ImageFetch.isIndex(content.mediaType()));
            List<Digest> manifests = index ? ImageFetch.members(top) : List.of(image.manifest());
            all.addAll(manifests);
            for (Digest manifest : manifests) {
                if (brings(manifest)) {
                    ImageManifest.parse(read(manifest, ImageManifest.MAX_BYTES))
                            .parts()
                            .forEach(part -> all.add(part.digest()));
                }
            }
        } catch (JsonException e) {
            throw TransferException.refused(path + ": image " + image.name() + ": " + e.getMessage(), "");
        }
        return OptionalLong.of(list.contents().stream()
                .filter(content -> all.contains(content.digest()))
                .mapToLong(Content::sizeBytes)
                .sum());
    }

    /** Whether the file itself brings a blob; one of an earlier file it may only name. */
    boolean brings(Digest digest) {
        return contents.contains(digest);
    }

    InputStream open(Digest digest) {
        return file.open(digest);
    }

    byte[] read(Digest digest, int maxBytes) {
        try {
            return file.read(digest, maxBytes);
        } catch (IOException e) {
            throw TransferException.failed(path + " cannot be read: " + TransferException.words(e), "", e);
        }
    }

    @Override
    public void close() {
        closeQuietly(file);
    }
}
