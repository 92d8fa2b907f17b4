package io.wherry.hub.bundle;

import io.wherry.base.DurableFiles;
import io.wherry.base.Workers;
import io.wherry.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * Blobs by their digest, one file each: {@code DIR/a/HEX}. Sixteen folders: few enough that a batch syncs each of them once.
 *
 * <p>What a {@code put} returned from is on the disk, whole: temporary file, fsync, rename, fsync of the folder. Putting what is there already
 * only marks it as used, which keeps it from being collected before the record that needs it is written. Safe for many threads.
 */
public final class BundleStore {
    private static final Logger LOG = System.getLogger(BundleStore.class.getName());

    /**
     * A blob younger than this is never collected: its record is still being written. The longest turn of the hub (1,000 stacks) takes
     * seconds; an hour also covers a machine that was suspended in the middle.
     */
    static final Duration GRACE = Duration.ofHours(1);

    /** Files synced at a time: the file system joins what waits together into one write of its journal; more wait no shorter. */
    private static final int SYNCS = 8;

    private final Path directory;
    private final InstantSource clock;

    private BundleStore(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Opens the store, making its folder where there is none. Half-written files of a crash are removed. */
    public static BundleStore open(Path directory, InstantSource clock) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> left = Files.walk(directory, 2)) {
                for (Path file : left.filter(BundleStore::isTemporary).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new BundleStoreException(directory + ": cannot be opened as the bundle store", e);
        }
        return new BundleStore(directory, clock);
    }

    /** Stores the bytes durably. Storing the same bytes again does no harm. */
    public Digest put(byte[] bytes) {
        Digest digest = Digest.of(bytes);
        putAll(Map.of(digest, bytes));
        return digest;
    }

    /**
     * Stores many blobs durably: all are written, then all are synced, then all get their names; a folder is synced once.
     *
     * @param blobs what each digest names; the digests must be right, the caller has just computed them
     */
    public void putAll(Map<Digest, byte[]> blobs) {
        Map<Digest, Path> written = new LinkedHashMap<>();
        try {
            putAll(blobs, written);
        } catch (RuntimeException e) {
            written.values().forEach(BundleStore::discard); // on a full disk they would be what keeps it full
            throw e;
        }
    }

    private void putAll(Map<Digest, byte[]> blobs, Map<Digest, Path> written) {
        Path at = directory;
        try {
            for (Map.Entry<Digest, byte[]> blob : blobs.entrySet()) {
                at = file(blob.getKey());
                if (!markUsed(at)) {
                    written.put(blob.getKey(), write(at, blob.getValue()));
                }
            }
            List<Callable<Path>> syncs = new ArrayList<>();
            written.values().forEach(temporary -> syncs.add(() -> sync(temporary)));
            Workers.sideBySide(SYNCS, "bundle-sync", syncs);
            Set<Path> folders = new TreeSet<>();
            for (Map.Entry<Digest, Path> blob : written.entrySet()) {
                at = file(blob.getKey());
                Files.move(blob.getValue(), at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                folders.add(folder(at));
            }
            for (Path folder : folders) {
                at = folder;
                DurableFiles.syncDirectory(folder);
            }
        } catch (IOException e) {
            throw new BundleStoreException(at + ": cannot be written; is the disk full?", e);
        }
    }

    /** The blob from its first byte. Empty if it is not here. The caller closes it. */
    public Optional<InputStream> open(Digest digest) {
        try {
            return Optional.of(Files.newInputStream(file(digest)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new BundleStoreException(file(digest) + ": cannot be read", e);
        }
    }

    /** The whole blob: for manifests and models, which have their own limits. Empty if it is not here. */
    public Optional<byte[]> read(Digest digest) {
        try {
            return Optional.of(Files.readAllBytes(file(digest)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new BundleStoreException(file(digest) + ": cannot be read", e);
        }
    }

    /** Length in bytes; empty if it is not here. */
    public OptionalLong size(Digest digest) {
        try {
            return OptionalLong.of(Files.size(file(digest)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new BundleStoreException(file(digest) + ": cannot be read", e);
        }
    }

    public boolean has(Digest digest) {
        return Files.isRegularFile(file(digest));
    }

    /**
     * Deletes every blob that is not in the set and was not put within the last hour.
     *
     * @param keep manifests and blobs that are still needed
     * @return how many were deleted, and their bytes
     */
    public Collected collect(Set<Digest> keep) {
        Instant youngest = clock.instant().minus(GRACE);
        int blobs = 0;
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (isTemporary(file)
                        || keep.contains(new Digest(name(file)))
                        || Files.getLastModifiedTime(file).toInstant().isAfter(youngest)) {
                    continue;
                }
                bytes += Files.size(file);
                blobs++;
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BundleStoreException(directory + ": cannot be cleaned up", e);
        }
        return new Collected(blobs, bytes);
    }

    /** What a collection freed. */
    public record Collected(int blobs, long bytes) {}

    private boolean markUsed(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Path write(Path file, byte[] bytes) throws IOException {
        Path folder = folder(file);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            DurableFiles.syncDirectory(directory); // a file is no safer than the folders that lead to it
        }
        Path temporary = folder.resolve("." + UUID.randomUUID() + ".tmp");
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            discard(temporary);
            throw e;
        }
        Files.setLastModifiedTime(temporary, FileTime.from(clock.instant()));
        return temporary;
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.log(Level.WARNING, temporary + ": cannot be deleted; the next start does it", e);
        }
    }

    private static Path sync(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
            return file;
        } catch (IOException e) {
            throw new BundleStoreException(file + ": cannot be synced; is the disk full?", e);
        }
    }

    private Path file(Digest digest) {
        return directory.resolve(digest.hex().substring(0, 1)).resolve(digest.hex());
    }

    private Path folder(Path file) {
        return directory.resolve(name(file).substring(0, 1));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static boolean isTemporary(Path file) {
        return name(file).endsWith(".tmp");
    }
}
