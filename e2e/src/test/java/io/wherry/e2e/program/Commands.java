package io.wherry.e2e.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Runs real commands; what they print goes to a file that a failing test shows. */
final class Commands {
    /** Far above what any command takes, so that reaching it means it hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private Commands() {}

    record Result(int exit, String output) {}

    static Result run(Path folder, Path temporary, String... command) throws Exception {
        Path output = Files.createTempFile(temporary, "command", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " hangs; it printed:\n" + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    /**
     * Starts a command that goes on, as a terminal would; its output is in {@code TEMPORARY/output}. What a shell started in the background
     * ignores Ctrl-C, and so would everything below these tests.
     */
    static Process start(Path folder, Path temporary, String... command) throws IOException {
        List<String> asInATerminal = new ArrayList<>(List.of("env", "--default-signal=INT"));
        asInATerminal.addAll(List.of(command));
        return new ProcessBuilder(asInATerminal)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("output").toFile())
                .start();
    }

    /** As Ctrl-C does: the signal goes to the process and to all it started. */
    static void interrupt(Process process) throws Exception {
        for (ProcessHandle child : process.descendants().toList()) {
            signal(child.pid());
        }
        signal(process.pid());
    }

    private static void signal(long pid) throws Exception {
        new ProcessBuilder("kill", "-INT", String.valueOf(pid)).start().waitFor();
    }

    static void until(String what, Callable<Boolean> so) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!so.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain until " + what);
            }
            Thread.sleep(PAUSE);
        }
    }
}
