package io.wherry.hub.render.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs a program of others, once. It sees no environment of ours, reads nothing from us but its files, and ends with all that it started. */
public final class Worker {
    /** 18 s for all runs on one copy of files: a build takes 60 ms, and whoever wrote a hostile one is told within 20 s. */
    static final Duration TIME = Duration.ofSeconds(18);

    /** 2 at a time: they have the machine's memory among them, beside the hub's. */
    public static final int AT_A_TIME = 2;

    private static final Semaphore PLACES = new Semaphore(AT_A_TIME, true);

    /** It collects no garbage before it has that much: most never do. */
    private static final String MEMORY_BEFORE_COLLECTION = "256MiB";

    /** 32 MiB of output: twice what the objects may have in the bundle. */
    static final long OUTPUT_BYTES = 32L << 20;

    /** How often it is looked at: where no limit of the kernel holds, it writes some hundred megabytes meanwhile. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** 8 KiB of its errors: the first lines say it. */
    private static final int ERROR_BYTES = 8 << 10;

    /** By the kernel, where memory was short: we say ourselves whom we ended. */
    private static final int KILLED = 128 + 9;

    /** How programs of Go end, and others, where the kernel gives no more. */
    private static final Pattern NO_MEMORY = Pattern.compile(
            "(?i)^(fatal error: (runtime: )?(out of memory|cannot allocate memory)|.*: (out of (memory|space)|memory exhausted))");

    private static final String NO_PROXY = "http://127.0.0.1:9";

    /** How it went. */
    public sealed interface Outcome {}

    /**
     * It ended with 0.
     *
     * @param errors what it wrote beside, such as warnings
     */
    public record Done(byte[] output, String errors) implements Outcome {}

    /**
     * It ended with another code.
     *
     * @param errors what it said
     */
    public record Failed(int code, String errors) implements Outcome {}

    /**
     * We ended it, or could not start it.
     *
     * @param why one sentence without the program's name
     */
    public record Stopped(String why) implements Outcome {}

    private Worker() {}

    /** Runs the command in the tree of the folder, confined. */
    public static Outcome run(List<String> command, WorkFolder folder) {
        return run(command, folder, TIME);
    }

    /** @param time for all runs in the folder */
    static Outcome run(List<String> command, WorkFolder folder, Duration time) {
        List<String> confined = Confinement.here().wrap(command);
        try {
            PLACES.acquire(); // each of those before ends within its time
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Stopped("was interrupted");
        }
        try {
            return start(confined, folder, time);
        } finally {
            PLACES.release();
        }
    }

    /** Runs a command as it is, without files: to see whether it works here, and what it says of itself. */
    static Outcome tryOut(List<String> command) {
        try (WorkFolder folder = WorkFolder.of(new TreeMap<>())) {
            return start(command, folder, TIME);
        }
    }

    private static Outcome start(List<String> command, WorkFolder folder, Duration time) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.tree().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(folder.output().toFile())
                .redirectError(folder.errors().toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("HOME", folder.home().toString());
        environment.put("TMPDIR", folder.home().toString());
        environment.put("PATH", "/nonexistent"); // nothing that it could start
        environment.put("KUBECONFIG", "/dev/null");
        environment.put("LC_ALL", "C.UTF-8");
        // Where it has no network of its own to lack: whatever it would fetch goes to a port on which nobody listens.
        environment.put("GOGC", "off");
        environment.put("GOMEMLIMIT", MEMORY_BEFORE_COLLECTION);
        environment.put("HTTP_PROXY", NO_PROXY);
        environment.put("HTTPS_PROXY", NO_PROXY);
        Process process;
        folder.timeLeft(time); // begins now
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Stopped("could not be started: " + e.getMessage());
        }
        try {
            while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (folder.timeLeft(time).isNegative()) {
                    return new Stopped("took more than " + time.toSeconds() + " s");
                }
                if (Files.size(folder.output()) + Files.size(folder.errors()) >= OUTPUT_BYTES) {
                    return new Stopped("wrote more than " + (OUTPUT_BYTES >> 20) + " MiB");
                }
            }
            return ended(process.exitValue(), folder);
        } catch (IOException e) {
            throw new UncheckedIOException("what a renderer writes could not be looked at", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Stopped("was interrupted");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Outcome ended(int code, WorkFolder folder) {
        try {
            long bytes = Files.size(folder.output());
            if (bytes >= OUTPUT_BYTES) {
                return new Stopped("wrote more than " + (OUTPUT_BYTES >> 20) + " MiB");
            }
            String errors;
            try (InputStream in = Files.newInputStream(folder.errors())) {
                errors = folder.clean(new String(in.readNBytes(ERROR_BYTES), UTF_8));
            }
            if (code == 0) {
                return new Done(Files.readAllBytes(folder.output()), errors);
            }
            boolean hungry = code == KILLED || NO_MEMORY.matcher(errors).find();
            return new Failed(code, hungry ? "needs more memory than it may have" : errors);
        } catch (IOException e) {
            throw new UncheckedIOException("what a renderer wrote could not be read", e);
        }
    }
}
