package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Map;

/** Runs a command of the host: the oracle beside our own code. */
final class Shell {
    private Shell() {}

    /** @return what it wrote, both streams */
    static String run(String... command) throws IOException {
        return run(Map.of(), command);
    }

    /** With more in its environment. */
    static String run(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        int exit = waitFor(process);
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + exit + ": " + output);
        }
        return output.strip();
    }

    static int exitCode(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        return waitFor(process);
    }

    static void feed(byte[] input, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        }
        if (waitFor(process) != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + process.exitValue());
        }
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a command");
        }
    }
}
