package io.wherry.hub.transfer;

import io.wherry.base.Progress;
import io.wherry.contract.Digest;
import io.wherry.contract.TransferList;
import io.wherry.contract.TransferList.Content;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Descriptor;
import io.wherry.hub.registry.ImageFetch;
import io.wherry.hub.registry.ImageFetch.Fetched;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Gathers what a file brings, each blob once. Blobs of images stay at their registries until they are written. */
final class Cargo {
    private final Access access;
    private final Path room;
    private final InstantSource clock;
    private final Optional<TransferList> earlier;
    private final Set<Digest> left = new HashSet<>();

    private final List<TransferList.Repository> repositories = new ArrayList<>();
    private final List<TransferList.Image> images = new ArrayList<>();
    private final List<TransferList.NamedFile> files = new ArrayList<>();
    private final List<Descriptor> manifests = new ArrayList<>();
    private final Map<Digest, Content> contents = new TreeMap<>();
    private final Map<Digest, Opening> openings = new TreeMap<>();

    @FunctionalInterface
    private interface Opening {
        InputStream open() throws IOException;
    }

    /** @param earlier what a file before brought: its blobs are left out */
    Cargo(Access access, Path room, InstantSource clock, Optional<TransferList> earlier) {
        this.access = access;
        this.room = room;
        this.clock = clock;
        this.earlier = earlier;
        this.earlier.ifPresent(list -> list.contents().forEach(content -> left.add(content.digest())));
    }

    void gather(ExportRequest request, Progress progress) throws IOException {
        List<RepositoryArgument> asked = request.repositories().stream()
                .map(RepositoryArgument::parse)
                .sorted(Comparator.comparing(RepositoryArgument::name))
                .toList();
        requireDistinct(
                "repositories", asked.stream().map(RepositoryArgument::name).toList(), "--repo NAME=PLACE");
        requireDistinct("files", request.files().stream().map(Cargo::name).toList(), "rename one of them");
        for (Path file : request.files().stream()
                .sorted(Comparator.comparing(Cargo::name))
                .toList()) {
            progress.at("hashing " + file);
            file(file);
        }
        RepositoryExport export = new RepositoryExport(room, clock);
        for (RepositoryArgument repository : asked) {
            progress.at("repository " + repository.name() + ": fetching and packing");
            repository(export.make(repository, access.repository(repository.place()), known(repository.name())));
        }
        images(request, progress);
    }

    private static void requireDistinct(String what, List<String> names, String fix) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw TransferException.usage("two " + what + " are called " + name, fix);
            }
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.toAbsolutePath().normalize().getFileName());
    }

    private void file(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw TransferException.usage(
                    "--file " + file + ": " + (Files.exists(file) ? "is no plain file" : "does not exist"), "");
        }
        long size = Files.size(file);
        Digest digest;
        try (InputStream in = Files.newInputStream(file)) {
            digest = Digest.of(in);
        }
        try {
            files.add(new TransferList.NamedFile(name(file), digest));
            add(new Content(TransferList.FILE, digest, size), () -> Files.newInputStream(file));
        } catch (IllegalArgumentException e) {
            throw TransferException.usage("--file " + file + ": " + e.getMessage(), "rename or split it");
        }
    }

    private List<TransferList.Ref> known(String repository) {
        return earlier.stream()
                .flatMap(list -> list.repositories().stream())
                .filter(known -> known.name().equals(repository))
                .flatMap(known -> known.refs().stream())
                .toList();
    }

    private void repository(RepositoryExport.Bundle bundle) {
        repositories.add(bundle.repository());
        try {
            add(
                    new Content(TransferList.GIT_BUNDLE, bundle.repository().bundle(), bundle.sizeBytes()),
                    () -> Files.newInputStream(bundle.file()));
        } catch (IllegalArgumentException e) {
            throw TransferException.usage(
                    "repository " + bundle.repository().name() + ": " + e.getMessage(),
                    "name fewer refs: --repo PLACE@REF");
        }
    }

    private void images(ExportRequest request, Progress progress) throws IOException {
        ImageFetch registries = access.images();
        Map<String, String> places = new TreeMap<>();
        for (String name : request.images().stream().distinct().sorted().toList()) {
            progress.at("image " + name + ": asking its registry");
            Fetched image = registries.fetch(name, request.platform());
            String place =
                    image.reference().repository() + ":" + image.reference().version();
            String other = places.putIfAbsent(place, name);
            if (other != null) {
                throw TransferException.usage(
                        "images " + other + " and " + name + " would both be called " + place + " inside",
                        "carry them in two files, to two registries");
            }
            image(registries, name, image);
        }
    }

    private void image(ImageFetch registries, String name, Fetched image) {
        ImageFetch.Document top = image.top();
        images.add(new TransferList.Image(name, top.digest()));
        if (!left.contains(top.digest())) {
            manifests.add(BundleFileWriter.image(name, top.mediaType(), top.digest(), top.bytes().length));
        }
        for (ImageFetch.Document document : image.documents()) {
            add(
                    new Content(document.mediaType(), document.digest(), document.bytes().length),
                    () -> new ByteArrayInputStream(document.bytes()));
        }
        for (Descriptor part : image.parts()) {
            add(new Content(part.mediaType(), part.digest(), part.size()), () -> registries.open(image, part));
        }
    }

    private void add(Content content, Opening opening) {
        if (!left.contains(content.digest())) {
            contents.putIfAbsent(content.digest(), content);
            openings.putIfAbsent(content.digest(), opening);
        }
    }

    /** @throws TransferException if it is more than one list holds, or nothing */
    TransferList list() {
        try {
            return new TransferList(
                    repositories, images, files, List.copyOf(contents.values()), earlier.map(TransferExport::digest));
        } catch (IllegalArgumentException e) {
            throw TransferException.usage(
                    "this cannot be carried: " + e.getMessage(), "name something else, or make several files");
        }
    }

    /** Of images, for tools that list what is in a layout. */
    List<Descriptor> manifests() {
        return List.copyOf(manifests);
    }

    Map<Digest, Long> blobs() {
        Map<Digest, Long> blobs = new TreeMap<>();
        contents.forEach((digest, content) -> blobs.put(digest, content.sizeBytes()));
        return blobs;
    }

    InputStream open(Digest digest) throws IOException {
        Opening opening = openings.get(digest);
        if (opening == null) {
            throw new IOException("blob " + digest + ": was not gathered");
        }
        return opening.open();
    }
}
