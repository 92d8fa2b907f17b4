package io.wherry.hub.registry;

import io.wherry.base.Causes;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.registry.ImageResolver.Resolved;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Images that an engine on the hub's own machine has by tag; all others come from where images come from otherwise. What a name pins by digest does too: an
 * engine does not keep the manifest that the digest is of.
 *
 * <p>An engine gives an image as one archive, in an order of its own: it lies in a folder while files are made from it.
 */
public final class EngineImages implements ImageSource, AutoCloseable {
    /** Since an archive was used last: long enough for whoever fetches the file. */
    public static final Duration KEPT = Duration.ofHours(1);

    /** 20 GB at 6 MB a second. */
    private static final Duration SAVE_LIMIT = Duration.ofHours(1);

    private final ImageEngine engine;
    private final Path folder;
    private final ImageSource otherwise;
    private final InstantSource clock;

    /** By the digest of the manifest that was written for it. */
    private final Map<Digest, SavedImage> saved = new ConcurrentHashMap<>();

    private EngineImages(ImageEngine engine, Path folder, ImageSource otherwise, InstantSource clock) {
        this.engine = engine;
        this.folder = folder;
        this.otherwise = otherwise;
        this.clock = clock;
    }

    /**
     * Does not ask the engine yet.
     *
     * @param engine    is closed with this
     * @param folder    of its own; what a killed hub left there is removed
     * @param otherwise has the images that the engine has not
     */
    public static EngineImages open(ImageEngine engine, Path folder, ImageSource otherwise, InstantSource clock)
            throws IOException {
        Files.createDirectories(folder);
        remove(folder, Instant.MAX);
        return new EngineImages(engine, folder, otherwise, clock);
    }

    @Override
    public Resolved resolve(String name, Platform platform) throws IOException {
        ImageReference reference = ImageResolver.reference(name);
        Optional<Digest> id = reference.digest().isPresent() ? Optional.empty() : find(name, platform);
        return id.isPresent() ? saved(name, reference, id.get()) : otherwise.resolve(name, platform);
    }

    /** Its id, if the engine has it for that platform. */
    private Optional<Digest> find(String name, Platform platform) throws RegistryException {
        return engine.question(
                "image " + name,
                "/images/" + name + "/json",
                body -> {
                    Json.Obj image = JsonReader.object(body.readNBytes(ImageManifest.MAX_BYTES));
                    Platform made = new Platform(
                            image.string("Os"),
                            image.string("Architecture"),
                            image.findString("Variant").orElse(""));
                    return made.runsOn(platform) ? Optional.of(Digest.parse(image.string("Id"))) : Optional.empty();
                },
                Optional.empty());
    }

    /** One at a time: two exports may want the same image. Those that are being written do not wait for it. */
    private synchronized Resolved saved(String name, ImageReference reference, Digest id) throws IOException {
        Path archive = folder.resolve(id.hex() + ".tar");
        if (Files.notExists(archive)) {
            save(name, id, archive);
        }
        touch(archive);
        Optional<SavedImage> known = saved.values().stream()
                .filter(image -> image.archive().equals(archive))
                .findFirst();
        SavedImage image = known.isPresent() ? known.get() : whole(name, archive); // read for its digests once
        Digest manifest = Digest.of(image.bytes());
        saved.put(manifest, image);
        return new Resolved(
                reference,
                new CarriedImage(name, manifest, image.manifest().config().digest()),
                image.manifest(),
                image.bytes());
    }

    private static SavedImage whole(String name, Path archive) throws IOException {
        try {
            return SavedImage.read(archive, name);
        } catch (IOException e) {
            Files.delete(archive); // the next try saves it anew
            throw e;
        }
    }

    /** By its id: the tag may mean another one by now. */
    private void save(String name, Digest id, Path archive) throws IOException {
        Path unfinished = Files.createTempFile(folder, "saving", "");
        try {
            boolean there = engine.ask(
                    "image " + name, SAVE_LIMIT, "/images/" + id + "/get", body -> copy(body, unfinished), false);
            if (!there) {
                throw new RegistryException("image " + name + ": went from the engine meanwhile", "try again");
            }
            Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private boolean copy(InputStream body, Path file) throws RegistryException {
        try {
            Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            throw new RegistryException(
                    "the image could not be copied from the engine to " + folder + ": " + Causes.named(e),
                    "make room there, or see: docker info",
                    e);
        }
    }

    @Override
    public InputStream open(Resolved image, Descriptor part) throws IOException {
        Optional<SavedImage> here = saved(image.image().manifest());
        return here.isPresent() ? here.get().open(part) : otherwise.open(image, part);
    }

    private Optional<SavedImage> saved(Digest manifest) throws IOException {
        Optional<SavedImage> image = Optional.ofNullable(saved.get(manifest));
        if (image.isPresent()) {
            touch(image.get().archive());
        }
        return image;
    }

    private void touch(Path archive) throws IOException {
        Files.setLastModifiedTime(archive, FileTime.from(clock.instant()));
    }

    /** Removes the archives that no file was made from for {@link #KEPT}. */
    public synchronized void sweep() {
        try {
            remove(folder, clock.instant().minus(KEPT));
            saved.values().removeIf(image -> Files.notExists(image.archive()));
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot be cleaned", e);
        }
    }

    private static void remove(Path folder, Instant before) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        engine.close();
    }
}
