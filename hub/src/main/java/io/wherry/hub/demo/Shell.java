package io.wherry.hub.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the same commands a person would type, and shows them. Argument vectors only, never a shell; every wait has an end.
 *
 * <p>Processes that go on (hub and agent) are started with {@link #start} and end with {@link #stop}.
 */
final class Shell {
    /** Longer than any single command of the tour, which are told to wait at most two minutes themselves. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** How long a stopped process may take to finish its work before it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final PrintStream out;
    private final Path programs;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    /**
     * @param programs where {@code wherry}, {@code wherry-hub} and {@code wherry-agent} are
     * @param folder   home and working directory of everything that runs
     */
    Shell(PrintStream out, Path programs, Path folder) {
        this.out = out;
        this.programs = programs;
        this.folder = folder;
        // The tour's own home: nothing of the person's configuration is read or changed.
        environment.put("HOME", folder.toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
    }

    /** Shows and runs a command; gives its standard output. @throws DemoException if it fails */
    String run(String... command) {
        out.println("  $ " + String.join(" ", command));
        return quietly(command);
    }

    /** As {@link #run} without showing the command: for what a person would not type, and for what holds a secret. */
    String quietly(String... command) {
        Result result = result(command);
        if (result.exit() != 0) {
            throw new DemoException(String.join(" ", command) + " ended with " + result.exit() + ":\n"
                    + (result.output() + result.notes()).strip());
        }
        return result.output();
    }

    /**
     * What a command did, also when it failed.
     *
     * @param output what it printed on standard output
     * @param notes  what it printed on standard error
     */
    record Result(int exit, String output, String notes) {}

    Result result(String... command) {
        try {
            Path output = Files.createTempFile(folder, "command", ".out");
            Path notes = Files.createTempFile(folder, "command", ".err");
            try {
                Process process = builder(List.of(command))
                        .redirectOutput(output.toFile())
                        .redirectError(notes.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new DemoException(
                            String.join(" ", command) + " did not end within " + PATIENCE.toMinutes() + " minutes");
                }
                return new Result(process.exitValue(), Files.readString(output, UTF_8), Files.readString(notes, UTF_8));
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(notes);
            }
        } catch (IOException e) {
            throw new DemoException(command[0] + " cannot be run: " + Causes.words(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    /** Starts a process that goes on; what it prints goes to the file. */
    Process start(Path log, String... command) {
        out.println("  $ " + String.join(" ", command) + " &");
        try {
            return builder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new DemoException(command[0] + " cannot be started: " + Causes.words(e), e);
        }
    }

    /** Ends a process as a service manager would: asks, waits, kills. */
    static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a command on the person's own terminal until it ends. */
    int attached(String... command) {
        try {
            return builder(List.of(command)).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new DemoException(command[0] + " cannot be run: " + Causes.words(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    private ProcessBuilder builder(List<String> command) {
        List<String> resolved = new ArrayList<>(command);
        if (resolved.getFirst().startsWith("wherry")) {
            resolved.set(0, programs.resolve(resolved.getFirst()).toString());
        }
        ProcessBuilder builder = new ProcessBuilder(resolved).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }
}
