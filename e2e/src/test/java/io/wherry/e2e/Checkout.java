package io.wherry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folder these tests belong to. */
public final class Checkout {
    /** Its root: where {@code verify} is. */
    public static final Path ROOT = find();

    /** Where {@code verify} keeps what it fetched and built for the tests. */
    public static final Path CACHE = Path.of(
            System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"), "wherry");

    private static final Set<String> NOT_OURS = Set.of("target", ".git");

    private Checkout() {}

    private static Path find() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("verify"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException("checkout: none above "
                        + Path.of("").toAbsolutePath() + " (expected: the tests run inside of one)");
            }
            folder = parent;
        }
        return folder;
    }

    /** All files with this ending, but for what was built. */
    public static List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith("." + ending))
                    .filter(file -> Stream.of(ROOT.relativize(file).toString().split("/"))
                            .noneMatch(NOT_OURS::contains))
                    .sorted()
                    .toList();
        }
    }
}
