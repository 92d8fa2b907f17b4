package io.wherry.base;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A large file that the disk takes while more of it still comes: a sync at the end alone takes as long again as the writing did.
 *
 * <p>Written by one thread. Durable once {@link #sync} has returned; closing alone promises nothing.
 */
public final class SteadyFile extends OutputStream {
    /** Between two syncs: a fraction of a second of a slow disk, and few of them in a file of any size. */
    private static final long STEP_BYTES = 32L << 20;

    private final FileChannel channel;
    private long unsynced;
    private CompletableFuture<Void> syncing = CompletableFuture.completedFuture(null);

    private SteadyFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens it empty, whatever was there. */
    public static SteadyFile create(Path file) throws IOException {
        return new SteadyFile(FileChannel.open(file, CREATE, TRUNCATE_EXISTING, READ, WRITE));
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
        unsynced += length;
        if (unsynced >= STEP_BYTES && syncing.isDone()) {
            requireGood();
            unsynced = 0;
            syncing = CompletableFuture.runAsync(
                    this::force, task -> Threads.named("sync").start(task));
        }
    }

    private void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** A sync that failed is not tried again: the kernel may have dropped the pages, and would report success for bytes that are gone. */
    private void requireGood() throws IOException {
        try {
            syncing.join();
        } catch (CompletionException e) {
            throw new IOException("cannot be synced: " + e.getCause(), e);
        }
    }

    /** Waits until all that was written is on the disk, with the file's length. */
    public void sync() throws IOException {
        requireGood();
        channel.force(true);
    }

    /** To read what was written. Belongs to this file. */
    public FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        try {
            requireGood();
        } finally {
            channel.close();
        }
    }
}
