package io.wherry.hub.render.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A private folder for one run: a copy of the files in {@code tree}, and an empty {@code home}. Gone when closed. */
public final class WorkFolder implements AutoCloseable {
    private final Path folder;
    private long firstRun; // by System.nanoTime; 0: there was none

    private WorkFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes the files, links already followed, for nobody else to read.
     *
     * @param files content by path: relative, without {@code ..}, as a tree of sources gives it
     * @throws UncheckedIOException if the disk does not take them
     */
    public static WorkFolder of(SortedMap<String, byte[]> files) {
        WorkFolder work;
        try {
            work = new WorkFolder(Files.createTempDirectory("wherry-render-").toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException("a folder for the files to render could not be made", e);
        }
        try {
            work.write(files);
            return work;
        } catch (IOException e) {
            work.close(); // a disk that is full shall not stay so by us
            throw new UncheckedIOException("a copy of the files to render could not be written", e);
        } catch (RuntimeException e) {
            work.close();
            throw e;
        }
    }

    private void write(SortedMap<String, byte[]> files) throws IOException {
        Files.createDirectories(tree());
        Files.createDirectories(home());
        for (var file : files.entrySet()) {
            Path path = tree().resolve(file.getKey()).normalize();
            if (!path.startsWith(tree())) {
                throw new IllegalArgumentException(
                        "files: " + file.getKey() + " (expected: a path inside of the tree)");
            }
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    /** Of what all runs here may take together, from the first one on. */
    synchronized Duration timeLeft(Duration all) {
        long now = System.nanoTime();
        if (firstRun == 0) {
            firstRun = now == 0 ? 1 : now;
        }
        return all.minusNanos(now - firstRun);
    }

    public Path tree() {
        return folder.resolve("tree");
    }

    Path home() {
        return folder.resolve("home");
    }

    Path output() {
        return folder.resolve("output");
    }

    Path errors() {
        return folder.resolve("errors");
    }

    /** The text without the paths of this machine. */
    public String clean(String text) {
        return text.replace(tree() + "/", "").replace(tree().toString(), ".").replace(folder.toString(), "");
    }

    @Override
    public void close() {
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the copy of the files that were rendered could not be removed", e);
        }
    }
}
