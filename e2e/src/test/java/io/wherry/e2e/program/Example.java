package io.wherry.e2e.program;

import io.wherry.e2e.Checkout;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.git.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the fleets in {@code examples/}, as a person takes it over: copied into a repository, with an address, an image that need not be pulled and
 * ports of their own. Names on the engine become this process's own; what the hub calls the things stays.
 */
final class Example {
    private static final String ADDRESS = "https://git.example.org/you/fleet.git";
    private static final Pattern STACK = Pattern.compile("kind: Stack\nmetadata: \\{name: (\\S+)}");

    private final Fleet fleet;
    private final Repository repository;
    private final Path folder;

    private Example(Fleet fleet, Repository repository, Path folder) {
        this.fleet = fleet;
        this.repository = repository;
        this.folder = folder;
    }

    static Example of(Fleet fleet, String name) throws Exception {
        Repository repository = fleet.repository();
        Path folder = Checkout.ROOT.resolve("examples").resolve(name);
        copy(folder, repository.workingCopy());
        repository.commitAll(name);
        return new Example(fleet, repository, folder);
    }

    private static void copy(Path from, Path to) throws Exception {
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    Repository repository() {
        return repository;
    }

    /** Its {@code fleet.yaml} with the changes that a person makes; the variables are further ones, {@code NAME: value}. */
    String yaml(String... variables) throws Exception {
        List<String> all = new ArrayList<>(List.of(variables));
        all.add("IMAGE: \"" + TestImages.BUSYBOX_1 + "\"");
        StringBuilder yaml = new StringBuilder();
        for (String document : Files.readString(folder.resolve("fleet.yaml"))
                .replace(ADDRESS, repository.folder().toString())
                .split("(?m)^---\n")) {
            Matcher stack = STACK.matcher(document);
            yaml.append("---\n").append(stack.find() ? own(document, stack.group(1), all) : document);
        }
        return yaml.toString();
    }

    private String own(String stack, String name, List<String> variables) {
        String project = "projectName: " + fleet.named(name);
        String named = stack.contains("  compose:\n")
                ? stack.replace("  compose:\n", "  compose:\n    " + project + "\n")
                : stack + "  compose: {" + project + "}\n";
        String own = variables.stream().map(line -> "    " + line + "\n").reduce("", String::concat);
        return named.contains("  variables:\n")
                ? named.replaceAll("  variables:\n(    .*\n)*", "  variables:\n" + own)
                : named + "  variables:\n" + own;
    }

    /** Writes another word in every file of its repository, and commits. */
    Example with(String word, String other) throws Exception {
        for (Path file : files(repository.workingCopy())) {
            Files.writeString(file, Files.readString(file).replace(word, other));
        }
        repository.commitAll(other);
        return this;
    }

    /** Its {@code fleet.yaml} as the repository has it, with the address alone changed. */
    String asItStands() throws Exception {
        return Files.readString(repository.workingCopy().resolve("fleet.yaml"))
                .replace(ADDRESS, repository.folder().toString());
    }

    /** The names of its stacks. */
    List<String> stacks() throws Exception {
        List<String> names = new ArrayList<>();
        for (Path file : files(folder)) {
            STACK.matcher(Files.readString(file)).results().forEach(found -> names.add(found.group(1)));
        }
        return names;
    }

    private static List<Path> files(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !folder.relativize(file).startsWith(".git"))
                    .toList();
        }
    }

    static List<String> all() throws Exception {
        try (Stream<Path> folders = Files.list(Checkout.ROOT.resolve("examples"))) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
