package io.wherry.e2e.pack;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The packages of this checkout, as a person builds them. Each is built once, however many classes of a run want it. */
public final class Packages {
    /** The number that {@link #newer} gives. */
    static final String NEWER = "0.2.0";

    /** The migration that {@link #newer} adds to a hub. */
    static final int NEWER_DATABASE = 999;

    private static final Map<List<String>, Path> BUILT = new ConcurrentHashMap<>();

    private Packages() {}

    /** @param arguments of {@code package.sh} */
    public static Path of(String... arguments) {
        return BUILT.computeIfAbsent(List.of(arguments), Packages::build);
    }

    private static Path build(List<String> arguments) {
        List<String> command = new ArrayList<>(arguments);
        command.addFirst(Checkout.ROOT.resolve("packaging/package.sh").toString());
        try {
            return Path.of(
                    Ran.of(command).ok().lines().reduce((_, last) -> last).orElseThrow());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("package: interrupted", e);
        }
    }

    /**
     * Makes a package of a newer version of this one, which is the same but for its number; a hub's brings one more migration, and makes no start-up caches.
     *
     * @param deb   of the current version
     * @param tree  absent folder to work in
     * @param newer what is made; not compressed, as it lives for a minute
     */
    static void newer(Path deb, Path tree, Path newer) throws Exception {
        Ran.of(List.of("dpkg-deb", "-R", deb.toString(), tree.toString())).ok();
        replace(tree.resolve("DEBIAN/control"), "Version: 0\\.1\\.0", "Version: " + NEWER);
        replace(tree.resolve("DEBIAN/preinst"), "VERSION=0\\.1\\.0", "VERSION=" + NEWER);
        Path hub = tree.resolve("usr/lib/wherry-hub/lib/hub");
        if (Files.exists(hub)) {
            addMigration(hub);
            Files.writeString(hub.resolveSibling("train.sh"), "exit 1\n");
            replace(tree.resolve("DEBIAN/preinst"), "(?m)^hub\\.db \\d+$", "hub.db " + NEWER_DATABASE);
        }
        Ran.of(List.of("dpkg-deb", "--root-owner-group", "-Znone", "-b", tree.toString(), newer.toString()))
                .ok();
    }

    private static void addMigration(Path folder) throws IOException {
        Path jar;
        try (Stream<Path> jars = Files.list(folder)) {
            jar = jars.filter(file -> file.getFileName().toString().matches("wherry-hub-.*\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        try (FileSystem inside = FileSystems.newFileSystem(jar)) {
            Path migrations = inside.getPath("/db/migration");
            String name = "V" + NEWER_DATABASE + "__newer.sql";
            Files.writeString(migrations.resolve(name), "CREATE TABLE newer (a TEXT);\n");
            Path list = migrations.resolve("list.txt");
            Files.writeString(list, Files.readString(list).strip() + "\n" + name + "\n");
        }
    }

    private static void replace(Path file, String pattern, String by) throws IOException {
        String text = Files.readString(file);
        String replaced = text.replaceFirst(pattern, by);
        if (replaced.equals(text)) {
            throw new AssertionError(file + " has nothing like " + pattern + "\n" + text);
        }
        Files.writeString(file, replaced);
    }
}
