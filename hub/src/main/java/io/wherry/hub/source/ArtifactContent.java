package io.wherry.hub.source;

import io.wherry.contract.file.Descriptor;
import io.wherry.hub.registry.ArtifactRepository;
import io.wherry.hub.registry.StrictTar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.dircache.InvalidPathException;
import org.jspecify.annotations.Nullable;

/** The files of an artifact, as {@code flux push artifact} and {@code oras push} put them into its layers. Pure: fetches nothing. */
final class ArtifactContent {
    /** 64 MiB unpacked: four times what a stack may read of it. */
    static final int MAX_UNPACKED_BYTES = 64 << 20;

    static final int MAX_ENTRIES = 10_000;

    private static final String TITLE = "org.opencontainers.image.title";
    private static final String UNPACK = "io.deis.oras.content.unpack";
    private static final String EMPTY = "application/vnd.oci.empty.v1+json";
    private static final String FLUX = "application/vnd.cncf.flux.content.v1.tar+gzip";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String GIT = ".git";

    /** What other kinds of things have as their configuration, and what to do with them. */
    private static final Map<String, String> OTHERS = Map.of(
            "application/vnd.oci.image.config.v1+json",
            "a container image",
            "application/vnd.docker.container.image.v1+json",
            "a container image",
            "application/vnd.cncf.helm.config.v1+json",
            "a Helm chart (helm.chartFrom of a stack takes those)");

    private static final StrictTar.Words WORDS = new StrictTar.Words(
            "is no tar archive",
            "holds more than " + MAX_ENTRIES + " files and folders",
            "unpacks to more than " + (MAX_UNPACKED_BYTES >> 20) + " MiB");

    private final Set<String> files = new HashSet<>();
    private final Set<String> folders = new HashSet<>();
    private long unpackedBytes;
    private int entries;

    private ArtifactContent() {}

    /** How a layer holds files. */
    private sealed interface Layer {
        Descriptor part();

        /** @param packed by gzip */
        record Archive(Descriptor part, boolean packed) implements Layer {}

        record File(Descriptor part, String path) implements Layer {}
    }

    /** The layers to fetch. @throws SourceFailure if it is no artifact of files, or too large */
    static List<Descriptor> parts(ArtifactRepository.Manifest manifest) throws SourceFailure {
        List<Descriptor> parts = layers(manifest).stream().map(Layer::part).toList();
        long packed = parts.stream().mapToLong(Descriptor::size).reduce(0, Math::addExact);
        if (packed > ArtifactRepository.MAX_BYTES) {
            throw new SourceFailure(
                    SourceReason.TOO_LARGE,
                    "artifact " + manifest.digest() + " has " + packed + " bytes, above the limit of "
                            + ArtifactRepository.MAX_BYTES,
                    "large files belong into an image");
        }
        return parts;
    }

    /**
     * Gives all files.
     *
     * @param bytes of the layers, in the order of {@link #parts}
     * @throws SourceFailure if something in it is refused, or there is nothing in it
     */
    static void unpack(ArtifactRepository.Manifest manifest, List<byte[]> bytes, ArtifactStore.Files into)
            throws IOException {
        ArtifactContent content = new ArtifactContent();
        List<Layer> layers = layers(manifest);
        try {
            for (int i = 0; i < layers.size(); i++) {
                content.take(layers.get(i), bytes.get(i), into);
            }
        } catch (StrictTar.Refused e) {
            throw refused(manifest, String.valueOf(e.getMessage()));
        } catch (Unreadable e) {
            throw refused(manifest, "cannot be unpacked: " + e.getMessage());
        } catch (InvalidPathException e) {
            throw refused(manifest, "holds a name that no file of a tree may have: " + printable(e.getMessage()));
        }
        if (content.files.isEmpty()) {
            throw new SourceFailure(
                    SourceReason.ARTIFACT_EMPTY,
                    "artifact " + manifest.digest() + " holds no file",
                    "push the folder with the files in it; what was deployed before stays");
        }
    }

    private static SourceFailure refused(ArtifactRepository.Manifest manifest, String why) {
        return new SourceFailure(
                SourceReason.ARTIFACT_REFUSED,
                "artifact " + manifest.digest() + " " + why,
                "push plain files and folders alone, by flux push artifact or oras push");
    }

    private static List<Layer> layers(ArtifactRepository.Manifest manifest) throws SourceFailure {
        String other = OTHERS.get(manifest.configType());
        if (other != null) {
            throw notAnArtifact(manifest, "is " + other);
        }
        List<Layer> layers = new ArrayList<>();
        int untitled = 0;
        for (Descriptor part : manifest.layers()) {
            if (!part.mediaType().equals(EMPTY)) {
                Layer layer = layer(manifest, part);
                layers.add(layer);
                untitled +=
                        layer instanceof Layer.Archive && part.annotation(TITLE).isEmpty() ? 1 : 0;
            }
        }
        if (untitled > 1 || (untitled == 1 && layers.size() > 1)) {
            throw notAnArtifact(
                    manifest, "has " + layers.size() + " layers, and not each of them says which file or folder it is");
        }
        return layers;
    }

    private static Layer layer(ArtifactRepository.Manifest manifest, Descriptor part) throws SourceFailure {
        String type = part.mediaType();
        Optional<String> title = part.annotation(TITLE);
        boolean unpack = part.annotation(UNPACK).filter("true"::equals).isPresent();
        if (type.equals(FLUX)) {
            return new Layer.Archive(part, true);
        }
        if (title.isPresent() && !unpack) {
            return new Layer.File(part, title.get());
        }
        return switch (type) {
            case LAYER + "+gzip" -> new Layer.Archive(part, true);
            case LAYER -> new Layer.Archive(part, false);
            default -> throw notAnArtifact(manifest, "has a layer of type " + printable(type));
        };
    }

    private static SourceFailure notAnArtifact(ArtifactRepository.Manifest manifest, String why) {
        return notAnArtifact("artifact " + manifest.digest(), why);
    }

    static SourceFailure notAnArtifact(String what, String why) {
        return new SourceFailure(
                SourceReason.NOT_AN_ARTIFACT,
                what + " " + why,
                "push files or a folder: flux push artifact, or oras push HOST/REPOSITORY:TAG FOLDER/ (one layer of"
                        + " type "
                        + LAYER + "+gzip, " + LAYER + " or " + FLUX + ", or one with a title for each file)");
    }

    private void take(Layer layer, byte[] bytes, ArtifactStore.Files into) throws IOException {
        switch (layer) {
            case Layer.File(Descriptor _, String path) -> {
                if (!StrictTar.isPlain(path)) {
                    throw new Unreadable(
                            "a file is called \"" + printable(path) + "\", whose path could lead elsewhere");
                }
                entries++;
                unpackedBytes += bytes.length;
                add(path, "\"" + path + "\"", bytes, false, into);
            }
            case Layer.Archive(Descriptor _, boolean packed) -> {
                StrictTar.Limits limits = new StrictTar.Limits(
                        MAX_UNPACKED_BYTES - unpackedBytes, MAX_ENTRIES - entries, TreeFile.MAX_BYTES);
                try (InputStream in = packed ? gunzip(bytes) : new ByteArrayInputStream(bytes)) {
                    StrictTar.read(in, limits, WORDS, entry -> take(entry, into));
                }
            }
        }
    }

    /** Bytes that are not as their media type says. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unreadable(String why) {
            super(why);
        }
    }

    private static InputStream gunzip(byte[] bytes) {
        try {
            return new Gunzip(new GZIPInputStream(new ByteArrayInputStream(bytes), 64 << 10));
        } catch (IOException e) {
            throw new Unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** Tells what is wrong with the bytes from what is wrong with the store that takes the files. */
    private static final class Gunzip extends java.io.FilterInputStream {
        Gunzip(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw new Unreadable(e.getMessage() == null ? "it ends in the middle" : e.getMessage());
            }
        }
    }

    private void take(StrictTar.Entry entry, ArtifactStore.Files into) throws IOException {
        entries++;
        unpackedBytes += entry.content().length;
        if (entry.folder()) {
            if (files.contains(entry.path())) {
                throw twice(entry.shown());
            }
            if (!entry.path().isEmpty()) {
                folders.add(entry.path());
            }
        } else {
            add(entry.path(), entry.shown(), entry.content(), entry.executable(), into);
        }
    }

    private void add(String path, String shown, byte[] content, boolean executable, ArtifactStore.Files into)
            throws IOException {
        if (path.isEmpty()) {
            throw new Unreadable(shown + " is a file, and the top of all of them");
        }
        if (entries > MAX_ENTRIES) {
            throw new Unreadable(WORDS.tooMany());
        }
        if (Arrays.asList(path.split("/")).contains(GIT)) {
            return; // no part of a tree: a folder that is pushed may be a clone
        }
        if (!files.add(path) || folders.contains(path)) {
            throw twice(shown);
        }
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String folder = path.substring(0, slash);
            if (files.contains(folder)) {
                throw twice("\"" + folder + "\"");
            }
            folders.add(folder);
        }
        into.add(path, content, executable);
    }

    private static Unreadable twice(String shown) {
        return new Unreadable("it holds " + shown + " twice");
    }

    private static String printable(@Nullable String text) {
        String plain = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
    }
}
