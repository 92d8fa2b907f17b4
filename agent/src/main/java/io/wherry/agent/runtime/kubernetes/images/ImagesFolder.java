package io.wherry.agent.runtime.kubernetes.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.DurableFiles;
import io.wherry.base.FullDisk;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder from which K3s takes images: a file for each image and name. K3s takes it in when it starts, and later versions as soon as it is there; it
 * stays, because K3s asks for it again.
 *
 * <p>Files are {@code wherry-MANIFEST-NAME.tar}: the hex digests of the manifest and of the name, so that nothing of an image's name is a path. A file
 * under that name is whole: it was written beside it, synced and renamed. Of other files nothing is touched.
 */
public final class ImagesFolder {
    private static final Pattern OURS = Pattern.compile("wherry-([0-9a-f]{64})-([0-9a-f]{64})\\.tar");

    /** K3s leaves files alone whose ending it does not know. */
    private static final String PART = ".wherry-part";

    private static final int BUFFER_BYTES = 256 << 10;

    /** A file is older than this before it goes: its assignment may not be adopted yet. */
    private static final Duration AT_LEAST = Duration.ofHours(1);

    private final Path folder;
    private final Duration keepFor;
    private final InstantSource clock;

    /** @param keepFor how long a file stays that nothing needs, since it was used last */
    public ImagesFolder(Path folder, Duration keepFor, InstantSource clock) {
        this.folder = folder;
        this.keepFor = keepFor.compareTo(AT_LEAST) < 0 ? AT_LEAST : keepFor;
        this.clock = clock;
    }

    boolean has(CarriedImage image) {
        return Files.isRegularFile(file(image));
    }

    void load(LoadableImage image) {
        Path file = file(image.image());
        if (has(image.image())) {
            return;
        }
        Path part = folder.resolve(file.getFileName() + PART);
        try {
            try (InputStream archive = image.archive(NodeName.of(image.image().name()));
                    FileChannel out = FileChannel.open(part, CREATE, WRITE, TRUNCATE_EXISTING)) {
                copy(archive, out);
                out.force(true);
            }
            DurableFiles.move(part, file);
        } catch (IOException e) {
            throw unusable("image " + image.image().name() + " cannot be put into " + folder, e);
        } finally {
            deletePart(part);
        }
    }

    private static void copy(InputStream from, FileChannel to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            ByteBuffer rest = ByteBuffer.wrap(buffer, 0, read);
            while (rest.hasRemaining()) {
                to.write(rest);
            }
        }
    }

    /** What a failure, or a process that died, left. */
    private static void deletePart(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw unusable(part + " cannot be deleted", e);
        }
    }

    SortedMap<String, String> staged(Set<String> names) {
        SortedMap<String, String> staged = new TreeMap<>();
        if (names.isEmpty() || !Files.isDirectory(folder)) {
            return staged;
        }
        SortedMap<String, String> byName = new TreeMap<>();
        names.forEach(name -> byName.put(hex(name), name));
        for (Path file : files()) {
            Matcher parts = parts(file);
            String name = parts.matches() ? byName.get(parts.group(2)) : null;
            if (name != null && staged.size() < Limits.IMAGES) {
                staged.put(name, "sha256:" + parts.group(1));
                touch(file);
            }
        }
        return staged;
    }

    List<String> collect(Set<String> needed) {
        List<String> gone = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return gone;
        }
        Instant before = clock.instant().minus(keepFor);
        for (Path file : files()) {
            Matcher parts = parts(file);
            if (parts.matches() && !needed.contains("sha256:" + parts.group(1)) && isOlder(file, before)) {
                deletePart(file);
                gone.add(file.toString());
            }
        }
        return gone;
    }

    private static boolean isOlder(Path file, Instant before) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(before);
        } catch (IOException e) {
            throw unusable(file + " cannot be looked at", e);
        }
    }

    private void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        } catch (IOException e) {
            throw unusable(file + " cannot be marked as used", e);
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "wherry-*.tar")) {
            all.forEach(files::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw unusable(folder + " cannot be read", e);
        }
        return files;
    }

    private static Matcher parts(Path file) {
        return OURS.matcher(
                Optional.ofNullable(file.getFileName()).map(Path::toString).orElse(""));
    }

    private Path file(CarriedImage image) {
        return folder.resolve("wherry-" + image.manifest().hex() + "-" + hex(image.name()) + ".tar");
    }

    private static String hex(String name) {
        return Digest.of(NodeName.of(name).getBytes(UTF_8)).hex();
    }

    private static RuntimeUnavailable unusable(String what, Exception e) {
        return new RuntimeUnavailable(
                FullDisk.isCauseOf(e) ? RuntimeReason.DISK_FULL : RuntimeReason.FILE_UNWRITABLE,
                what + ": " + e
                        + " (kubernetes.imagesFolder must be there, with room, and the agent's user must be able to write to it)",
                e);
    }
}
