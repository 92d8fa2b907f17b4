package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** {@code wherry-hub} as a process of its own, with what it writes: what can only be seen from outside (its log, its lock, its end). */
public final class TestProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private TestProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** Makes a data folder with these settings, {@code KEY=VALUE} each. */
    public static void init(Path data, List<String> settings) {
        StringWriter err = new StringWriter();
        String[] arguments = new String[5 + 2 * settings.size()];
        System.arraycopy(
                new String[] {"init", "--data", data.toString(), "--hostname", "localhost"}, 0, arguments, 0, 5);
        for (int i = 0; i < settings.size(); i++) {
            arguments[5 + 2 * i] = "--set";
            arguments[6 + 2 * i] = settings.get(i);
        }
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        int exit = HubMain.run(Clock.systemUTC(), Map.of(), nowhere, new PrintWriter(err, true), arguments);
        if (exit != 0) {
            throw new AssertionError(err.toString());
        }
    }

    public static TestProcess serve(Path data) {
        try {
            return new TestProcess(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            HubMain.class.getName(),
                            "serve",
                            "--data",
                            data.toString())
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            out.lines().forEach(log::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it serves. */
    public void awaitReady() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (log.stream().noneMatch(line -> line.contains("is ready"))) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("not ready: " + log);
            }
            Thread.sleep(20);
        }
    }

    /** Lines of its log so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it ends by itself. */
    public int exit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("does not end: " + log);
        }
        reader.join();
        return process.exitValue();
    }

    public String errors() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), UTF_8);
    }

    /** As a service manager ends it. */
    public int stop() throws InterruptedException {
        process.destroy();
        return exit();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
