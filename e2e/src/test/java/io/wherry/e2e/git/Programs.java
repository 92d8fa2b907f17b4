package io.wherry.e2e.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the real programs that a Git server is made of. */
final class Programs {
    private static final String INSTALL = "apt-get install nginx-light fcgiwrap git";

    private Programs() {}

    /** Fails loudly: a test that quietly did not run proves nothing. */
    static Path require(String path) {
        return require(path, INSTALL);
    }

    /** @param install what would mend it */
    static Path require(String path, String install) {
        Path program = Path.of(path);
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(path + " is not installed, and this test needs it (" + install + ")");
        }
        return program;
    }

    /** Runs to the end; its output. */
    static String run(Path folder, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ":\n" + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command) + " (" + INSTALL + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(String.join(" ", command), e);
        }
    }

    /** Whether a command ends well; what it says is nobody's business. */
    static boolean works(List<String> way, String... command) {
        List<String> all = new ArrayList<>(way);
        all.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", all), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(String.join(" ", all), e);
        }
    }

    /** Starts and leaves running; what it says goes to the log. */
    static Process start(Path log, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command) + " (" + INSTALL + ")", e);
        }
    }

    /** Ends a program with all that it started. */
    static void end(Process process) {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
