package io.wherry.e2e.site;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One site: a state folder, and the program {@code wherry-agent} on it, as the tests' user or as one without privileges. */
final class Machine {
    private static final String NOBODY = "65534";
    private static final long STOP_SECONDS = 30;

    final String name;
    final Path data;
    private final Path folder;
    private final Path log;
    private final Map<String, String> environment = new HashMap<>();
    private final boolean unprivileged;
    private @Nullable Process daemon;

    private Machine(Path folder, String name, Path engine, boolean unprivileged) {
        this.folder = folder;
        this.name = name;
        this.data = folder.resolve(name);
        this.log = folder.resolve(name + ".log");
        this.unprivileged = unprivileged;
        environment.put("WHERRY_AGENT_DOCKER_HOST", "unix://" + engine);
    }

    static Machine of(Path folder, String name) {
        return new Machine(folder, name, EngineGate.engine(), false);
    }

    /** One whose agent has no rights beyond its own folder, whoever runs the tests. */
    static Machine unprivileged(Path folder, String name, Path engine) throws IOException, InterruptedException {
        Machine machine = new Machine(folder, name, engine, true);
        Files.createDirectory(machine.data);
        Files.setPosixFilePermissions(machine.data, PosixFilePermissions.fromString("rwx------"));
        if (isRoot()) {
            Ran.command(folder, Map.of(), List.of("chown", NOBODY, machine.data.toString()))
                    .ok();
        }
        return machine;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    Ran agent(String... arguments) throws IOException, InterruptedException {
        return Ran.command(folder, environment, command(arguments));
    }

    Ran join(String token) throws IOException, InterruptedException {
        return agent("join", token, "--name", name);
    }

    /** Starts {@code wherry-agent run}. */
    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command("run")).directory(folder.toFile());
        builder.environment().putAll(environment);
        daemon = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The launcher becomes the program: one process. */
    long pid() {
        if (daemon == null) {
            throw new IllegalStateException(name + ": does not run (expected: started)");
        }
        return daemon.pid();
    }

    void stop() throws InterruptedException {
        if (daemon != null) {
            daemon.destroy();
            if (!daemon.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
            daemon = null;
        }
    }

    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        if (unprivileged && isRoot()) {
            command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
        }
        command.add(Checkout.ROOT.resolve("packaging/bin/wherry-agent").toString());
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("--data", data.toString()));
        return command;
    }
}
