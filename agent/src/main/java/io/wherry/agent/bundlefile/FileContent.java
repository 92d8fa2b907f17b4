package io.wherry.agent.bundlefile;

import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.StateException;
import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Layer;
import io.wherry.contract.Limits;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.verify.ManifestVerdict;
import io.wherry.contract.verify.ManifestVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What one assignment needs of a file: releases, manifests, blobs. All of it is in the file or here already, or none of it is used. */
final class FileContent {
    private final Map<Digest, Digest> releases;
    private final BundleFile file;
    private final BlobStore blobs;
    private final List<String> understood;
    private final Map<Digest, byte[]> statements = new LinkedHashMap<>();
    private final Set<Digest> wanted = new LinkedHashSet<>();
    private final List<Here> here = new ArrayList<>();

    /** What the file leaves out because it is here already. */
    private record Here(Entry entry, String what, BooleanSupplier present) {}

    private FileContent(Map<Digest, Digest> releases, BundleFile file, BlobStore blobs, List<String> understood) {
        this.releases = releases;
        this.file = file;
        this.blobs = blobs;
        this.understood = understood;
    }

    /**
     * @param understood features of the agent's runtime
     * @throws BundleFileException if the list of releases cannot be read
     */
    static FileContent of(BundleFile file, BlobStore blobs, List<String> understood) {
        try {
            return new FileContent(
                    file.delivery()
                            .documents(Delivery.RELEASE)
                            .filter(document ->
                                    document.annotation(Delivery.PAYLOAD).isPresent())
                            .collect(Collectors.toMap(FileContent::payload, Descriptor::digest, (one, same) -> one)),
                    file,
                    blobs,
                    understood);
        } catch (IllegalArgumentException e) {
            throw new BundleFileException("a release's " + Delivery.PAYLOAD + ": " + e.getMessage(), e);
        }
    }

    private static Digest payload(Descriptor document) {
        return Digest.parse(document.annotation(Delivery.PAYLOAD).orElseThrow());
    }

    /** @throws BundleFileException naming the stack and what is missing or does not fit */
    void collect(Assignment assignment) throws IOException {
        for (Entry entry : assignment.entries()) {
            release(entry);
            if (entry.bundle().isPresent()) {
                bundle(entry, entry.bundle().get());
            }
        }
    }

    private void release(Entry entry) throws IOException {
        Digest listed = releases.get(entry.release());
        if (listed == null) {
            needHere(new Here(entry, "its release " + entry.release(), () -> blobs.hasStatement(entry.release())));
            return;
        }
        byte[] envelope = file.read(listed, Limits.ENVELOPE_BYTES);
        if (!payload(envelope).equals(entry.release())) {
            throw missing(entry, "its release " + entry.release());
        }
        statements.put(entry.release(), envelope);
    }

    private static Digest payload(byte[] envelope) {
        try {
            return Envelope.parse(envelope).digest();
        } catch (JsonException | IllegalArgumentException e) {
            throw new BundleFileException("a release cannot be read: " + e.getMessage(), e);
        }
    }

    private void bundle(Entry entry, BundleRef bundle) throws IOException {
        if (file.size(bundle.digest()).isEmpty()) {
            needHere(new Here(entry, "its bundle " + bundle.digest(), () -> blobs.has(bundle.digest())));
        }
        byte[] manifest = file.size(bundle.digest()).isPresent()
                ? file.read(bundle.digest(), Limits.MANIFEST_BYTES)
                : blobs.read(bundle.digest(), Limits.MANIFEST_BYTES);
        switch (ManifestVerifier.verify(manifest, bundle, understood)) {
            case ManifestVerdict.Refused(var reason, String detail) ->
                throw new BundleFileException(
                        "stack " + entry.name() + ": its bundle is refused (" + reason.code() + "): " + detail);
            case ManifestVerdict.Good(var good) -> {
                want(bundle.digest());
                for (Layer layer : good.layers()) {
                    layer(entry, layer);
                }
            }
        }
    }

    private void layer(Entry entry, Layer layer) {
        var size = file.size(layer.digest());
        if (size.isEmpty()) {
            needHere(new Here(entry, "blob " + layer.digest(), () -> blobs.has(layer.digest())));
        }
        if (size.isPresent() && size.getAsLong() != layer.size()) {
            throw new BundleFileException("stack " + entry.name() + ": blob " + layer.digest() + " has "
                    + size.getAsLong() + " bytes (expected: " + layer.size() + ")");
        }
        want(layer.digest());
    }

    private void needHere(Here part) {
        requirePresent(part);
        here.add(part);
    }

    private static void requirePresent(Here part) {
        if (!part.present().getAsBoolean()) {
            throw missing(part.entry(), part.what());
        }
    }

    /**
     * Looks once more at what is here: housekeeping may have been at work since it was collected. What the file brings is judged when it is stored.
     *
     * @throws BundleFileException naming the stack and what went
     */
    void requireStillHere() {
        here.forEach(FileContent::requirePresent);
    }

    private void want(Digest digest) {
        if (file.size(digest).isPresent()) {
            wanted.add(digest);
        }
    }

    private static BundleFileException missing(Entry entry, String what) {
        return new BundleFileException("stack " + entry.name() + ": " + what
                + " is neither in the file nor here (expected: a whole file; export it again)");
    }

    /**
     * Takes what was collected into the store. May run twice.
     *
     * @throws BundleFileException if the medium gives other bytes now
     * @throws StateException      if the disk has no room for all of it: then nothing was written
     */
    void store() throws IOException {
        blobs.requireRoom(wanted.stream()
                .mapToLong(digest -> file.size(digest).orElseThrow())
                .sum());
        statements.forEach(blobs::putStatement);
        for (Digest digest : wanted) { // also what is here: it may have rotted
            try (InputStream in = file.open(digest)) {
                blobs.take(digest, in);
            }
        }
    }
}
