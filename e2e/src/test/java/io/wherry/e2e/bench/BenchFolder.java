package io.wherry.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for one run; nothing of it stays. */
record BenchFolder(Path path) implements AutoCloseable {
    static BenchFolder create() throws IOException {
        return new BenchFolder(Files.createTempDirectory("wherry-bench"));
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be removed", e);
        }
    }
}
