package io.wherry.e2e;

import static java.util.Objects.requireNonNull;

import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One project of the corpus, as a person has it on a disk.
 *
 * @param name   of its file; {@code refused-…} where Compose and we refuse it
 * @param folder the project
 * @param args   of {@code docker compose}: {@code -f}, {@code --profile}, {@code --env-file}, each followed by its value
 */
public record ComposeCase(String name, Path folder, List<String> args) {
    private static final Path CORPUS = Checkout.ROOT.resolve("e2e/src/test/resources/compose");

    public ComposeCase {
        args = List.copyOf(args);
    }

    /** All of them, in the order of their names, each in a folder of its own below this one. */
    public static List<ComposeCase> unpack(Path into) throws IOException {
        List<ComposeCase> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".txtar"))
                    .sorted()
                    .toList()) {
                cases.add(unpack(file, into));
            }
        }
        return cases;
    }

    private static ComposeCase unpack(Path file, Path into) throws IOException {
        String name = file.getFileName().toString().replace(".txtar", "");
        Map<String, String> files =
                new TreeMap<>(Txtar.parse(Files.readString(file)).files());
        List<String> args =
                Optional.ofNullable(files.remove("args")).orElse("").lines().toList();
        Path folder = Files.createDirectory(into.resolve(name));
        for (Map.Entry<String, String> one : files.entrySet()) {
            Path path = folder.resolve(one.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, one.getValue());
        }
        return new ComposeCase(name, folder, args);
    }

    public boolean isRefusal() {
        return name.startsWith("refused-");
    }

    /** The same for our renderer. */
    public RenderRequest request() {
        List<String> profiles = new ArrayList<>();
        List<String> envFiles = new ArrayList<>();
        for (int i = 0; i < args.size(); i += 2) {
            switch (args.get(i)) {
                case "-f" -> {}
                case "--profile" -> profiles.add(args.get(i + 1));
                case "--env-file" -> envFiles.add(args.get(i + 1));
                default ->
                    throw new IllegalArgumentException(
                            "args: " + args.get(i) + " (expected: -f, --profile or --env-file)");
            }
        }
        return new RenderRequest(
                LocalTree.open(folder), "", files(), profiles, envFiles, new TreeMap<>(), "p", new TreeSet<>());
    }

    private List<String> files() {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < args.size(); i += 2) {
            if (args.get(i).equals("-f")) {
                files.add(args.get(i + 1));
            }
        }
        return files;
    }

    /** What relative paths are relative to: the folder of the first file. */
    public Path projectFolder() {
        List<String> files = files();
        return files.isEmpty()
                ? folder
                : requireNonNull(folder.resolve(files.getFirst()).getParent());
    }
}
