package io.wherry.e2e.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A repository on the server, with a clone beside it in which the {@code git} command makes commits, as a person would. */
public final class Repository {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_AUTHOR_NAME", "Ada Author",
            "GIT_AUTHOR_EMAIL", "ada@example.org",
            "GIT_COMMITTER_NAME", "Ada Author",
            "GIT_COMMITTER_EMAIL", "ada@example.org");

    private final String name;
    private final Path bare;
    private final Path clone;

    private Repository(String name, Path bare, Path clone) {
        this.name = name;
        this.bare = bare;
        this.clone = clone;
    }

    /** A new empty repository with its clone; neither folder is there yet. */
    public static Repository create(String name, Path bare, Path clone) {
        Programs.run(
                java.util.Objects.requireNonNull(bare.getParent(), "parent"),
                ENVIRONMENT,
                List.of("git", "init", "-q", "--bare", "-b", "main", bare.toString()));
        Programs.run(
                java.util.Objects.requireNonNull(bare.getParent(), "parent"),
                ENVIRONMENT,
                List.of("git", "clone", "-q", bare.toString(), clone.toString()));
        return new Repository(name, bare, clone);
    }

    public String name() {
        return name;
    }

    /** The bare repository on disk: a source of its own where local folders are allowed. */
    public Path folder() {
        return bare;
    }

    /** The clone in which files may be changed before {@link #commitAll}. */
    public Path workingCopy() {
        return clone;
    }

    /** Writes one file, commits and pushes; the new commit's id. */
    public String commit(String path, String text) {
        return commit(Map.of(path, text), "write " + path);
    }

    /** Writes files, commits and pushes to the branch that is checked out, {@code main} at first. */
    public String commit(Map<String, String> files, String message) {
        files.forEach((path, text) -> {
            try {
                Path file = clone.resolve(path);
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return commitAll(message);
    }

    /** Commits whatever was changed, added or deleted in the working copy, and pushes. */
    public String commitAll(String message) {
        git("add", "--all");
        git("commit", "-q", "--allow-empty", "-m", message);
        git("push", "-q", "--force", "origin", "HEAD");
        return head();
    }

    public String head() {
        return git("rev-parse", "HEAD");
    }

    /** Any other command, in the working copy. */
    public String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return Programs.run(clone, ENVIRONMENT, command);
    }
}
