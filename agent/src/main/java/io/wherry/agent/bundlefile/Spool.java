package io.wherry.agent.bundlefile;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.wherry.agent.state.StateException;
import io.wherry.agent.state.StateFolder;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The blobs of a file while it is judged, in a folder of their own on the state's disk: the medium may be pulled out once they are here. */
final class Spool implements BundleFileReader.Sink, AutoCloseable {
    /** What is left free on the disk: journal and floors must stay writable. */
    private static final long RESERVE_BYTES = 64L << 20;

    private final Path folder;

    private Spool(Path folder) {
        this.folder = folder;
    }

    /** Opens it empty; what a killed run left is deleted. */
    static Spool open(StateFolder state) {
        Spool spool = new Spool(state.folder("incoming"));
        spool.close();
        return spool;
    }

    @Override
    public OutputStream create(Digest digest, long size, long at) throws IOException {
        if (size > Limits.IMAGE_BLOB_BYTES) {
            throw new BundleFileException(
                    "blob " + digest + ": " + size + " bytes (expected: at most " + Limits.IMAGE_BLOB_BYTES + ")");
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free - size < RESERVE_BYTES) {
            throw StateException.disk(
                    folder + ": the disk is full, " + (free >> 20) + " MiB are free and " + (RESERVE_BYTES >> 20)
                            + " MiB stay reserved; make room and try again",
                    new IOException("full"));
        }
        return Files.newOutputStream(path(digest), CREATE_NEW, WRITE);
    }

    @Override
    public byte[] read(Digest digest, int maxBytes) throws IOException {
        long size = Files.size(path(digest));
        if (size > maxBytes) {
            throw new BundleFileException(
                    "blob " + digest + ": " + size + " bytes (expected: at most " + maxBytes + ")");
        }
        return Files.readAllBytes(path(digest));
    }

    /** Length of a blob; empty if the file did not bring it. */
    OptionalLong size(Digest digest) {
        try {
            return Files.exists(path(digest)) ? OptionalLong.of(Files.size(path(digest))) : OptionalLong.empty();
        } catch (IOException e) {
            throw StateException.disk("blob " + digest + ": cannot be read: " + e.getMessage(), e);
        }
    }

    Path path(Digest digest) {
        return folder.resolve(digest.hex());
    }

    /** Deletes what was not taken. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : List.copyOf(files.toList())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw StateException.disk(folder + ": cannot be emptied: " + e.getMessage(), e);
        }
    }
}
