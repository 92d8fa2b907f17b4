package io.wherry.e2e.program;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The programs as they were packaged, and those of the system, run in an environment that is the test's own. */
final class Programs {
    /** No command takes as long, nor waits as long for what it was told to wait for; one that does hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** As long as a service manager lets a service end. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    /** The system's user without any rights. */
    private static final String NOBODY = "65534";

    private final Path folder;
    private final Map<String, String> environment;
    private final boolean unprivileged;

    /** What comes before each command; empty: nothing. */
    private final List<String> way;

    /**
     * @param folder      working folder of each, which must be short: the agent's control socket is below it
     * @param environment beside what this process was given
     */
    Programs(Path folder, Map<String, String> environment) {
        this(folder, environment, false, List.of());
    }

    private Programs(Path folder, Map<String, String> environment, boolean unprivileged, List<String> way) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
        this.unprivileged = unprivileged;
        this.way = List.copyOf(way);
    }

    /** The same with one more variable, or another value for it. */
    Programs with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Programs(folder, more, unprivileged, way);
    }

    /** The same as a user who has no rights beyond what {@link #handOver} gives, whoever runs the tests. */
    Programs unprivileged() {
        return new Programs(folder, environment, true, way);
    }

    /** The same in another place: {@code nsenter …}, which becomes the program. */
    Programs by(List<String> other) {
        return new Programs(folder, environment, unprivileged, other);
    }

    /** Makes a file or a folder belong to the user of these programs. */
    void handOver(Path file) throws Exception {
        if (unprivileged && testsAreRoot()) {
            new Programs(folder, environment)
                    .run("chown", NOBODY, file.toString())
                    .ok();
        }
    }

    static boolean testsAreRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Runs to the end, without standard input. */
    Said run(String... command) throws Exception {
        return run(Arrays.asList(command));
    }

    Said run(List<String> command) throws Exception {
        Path out = Files.createTempFile(folder, "command", ".out");
        Path err = Files.createTempFile(folder, "command", ".err");
        try {
            Process process = builder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            Said said = new Said(
                    String.join(" ", command), process.exitValue(), Files.readString(out), Files.readString(err));
            if (!ended) {
                throw new AssertionError("hangs: " + said);
            }
            return said;
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts one that goes on; what it prints is appended to the log. */
    Process start(Path log, String... command) throws IOException {
        Process process = builder(Arrays.asList(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        return process;
    }

    /** What a program is told here, if it could as well run in this process: neither in another network nor by another clock. */
    Optional<Map<String, String>> ofThisProcess() {
        if (!way.isEmpty() || environment.containsKey("LD_PRELOAD")) {
            return Optional.empty();
        }
        Map<String, String> all = new HashMap<>(System.getenv());
        all.keySet().removeIf(Programs::isOnesOwn);
        all.putAll(environment);
        return Optional.of(all);
    }

    /** What a person who runs the tests may have set for their own commands. */
    private static boolean isOnesOwn(String variable) {
        return variable.startsWith("WHERRY_CONTEXT") || variable.equals("COLUMNS");
    }

    private ProcessBuilder builder(List<String> command) {
        List<String> resolved = new ArrayList<>(command);
        boolean ours = command.getFirst().startsWith("wherry");
        if (ours) {
            resolved.set(0, path(command.getFirst()).toString());
        }
        if (unprivileged && testsAreRoot()) { // setpriv becomes the program: one process
            resolved.addAll(0, List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
        }
        resolved.addAll(0, way);
        ProcessBuilder builder = new ProcessBuilder(resolved).directory(folder.toFile());
        builder.environment().keySet().removeIf(Programs::isOnesOwn);
        if (ours) {
            builder.environment().remove("DOCKER_HOST"); // to an agent's doctor it would be a mistake
        }
        builder.environment().putAll(environment);
        return builder;
    }

    /** Where a program lies, for a shell that starts it. */
    static Path path(String program) {
        return Checkout.ROOT.resolve("packaging/bin").resolve(program);
    }

    /** Ends a process as a service manager would. */
    static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
            kill(process);
        }
    }

    /** Ends it as a power cut would: SIGKILL. */
    static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor(GRACE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The last lines of a log, for a test that fails. */
    static String end(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}
