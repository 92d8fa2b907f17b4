package io.wherry.e2e.disk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A real disk of a few MiB, in memory, that can be filled to its last page and emptied again. Needs root, for the mount. */
public final class SmallDisk implements AutoCloseable {
    /** What the smallest write takes. */
    public static final int PAGE_BYTES = 4096;

    private static final int PATIENCE_SECONDS = 30;

    private final Path folder;
    private final Thread atEnd = new Thread(this::unmount);
    private boolean mounted = true;

    private SmallDisk(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atEnd); // also when the tests are interrupted
    }

    /** @param folder made if absent; what lies in it is not seen until the disk is closed */
    public static SmallDisk mount(Path folder, int mebibytes) throws IOException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + mebibytes + "m", "tmpfs", folder.toString());
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Leaves room for so many pages and no more. */
    public void fill(int pagesLeft) throws IOException {
        free();
        try (FileChannel filler = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            try {
                while (true) {
                    filler.write(ByteBuffer.allocate(PAGE_BYTES));
                }
            } catch (IOException full) {
                // as wanted
            }
            filler.truncate(Math.max(0, filler.size() - (long) pagesLeft * PAGE_BYTES));
        }
    }

    /** Somebody makes room. Most of it is there when this returns: a busy kernel takes a moment to count it, and a program that waits for it takes some at once. */
    public void free() throws IOException {
        if (!Files.exists(filler())) {
            return;
        }
        FileStore disk = Files.getFileStore(folder);
        long expected = disk.getUsableSpace() + Files.size(filler()) / 2;
        Files.delete(filler());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (disk.getUsableSpace() < expected) {
            if (System.nanoTime() > end) {
                throw new IOException(folder + ": " + disk.getUsableSpace()
                        + " bytes free after a file was deleted (expected: " + expected + ")");
            }
            Thread.onSpinWait();
        }
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        if (!mounted) {
            return;
        }
        unmount();
        Runtime.getRuntime().removeShutdownHook(atEnd);
    }

    private void unmount() {
        mounted = false;
        try {
            run("umount", "--lazy", folder.toString()); // lazy: whoever still has a file open there is about to end
        } catch (IOException e) {
            throw new IllegalStateException(folder + ": cannot be taken away", e);
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        try (OutputStream nothing = process.getOutputStream()) {
            nothing.flush();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip()
                        + " (expected: the tests run as root, who may mount)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(String.join(" ", command) + ": interrupted");
        }
    }
}
