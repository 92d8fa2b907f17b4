package io.wherry.e2e.program;

import io.wherry.e2e.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A hub as a process of its own, with a data folder and ports of its own that it keeps over restarts. */
final class RunningHub {
    private final Programs programs;
    private final Path data;
    private final Path log;
    private final Ports ports;
    private @Nullable Process process;

    private record Ports(int operators, int agents, int health) {
        static Ports free() {
            return new Ports(FreePorts.take(), FreePorts.take(), FreePorts.take());
        }
    }

    private RunningHub(Programs programs, Path data, Path log, Ports ports) {
        this.programs = programs;
        this.data = data;
        this.log = log;
        this.ports = ports;
    }

    /**
     * Makes the data folder; local repositories are allowed below {@code folder}.
     *
     * @param settings further keys of its configuration, {@code KEY=VALUE} each
     */
    static RunningHub init(Programs programs, Path folder, String name, String... settings) throws Exception {
        return init(
                new RunningHub(programs, folder.resolve(name), folder.resolve(name + ".log"), Ports.free()),
                folder,
                settings);
    }

    /** Another hub, with keys of its own, for the same ports: what a person finds who is sent to the wrong one. */
    RunningHub impostor() throws Exception {
        Path folder = data.resolveSibling("impostor");
        return init(new RunningHub(programs, folder, data.resolveSibling("impostor.log"), ports), folder);
    }

    private static RunningHub init(RunningHub hub, Path repositories, String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "listen.operators=127.0.0.1:" + hub.ports.operators(),
                "listen.agents=127.0.0.1:" + hub.ports.agents(),
                "listen.health=127.0.0.1:" + hub.ports.health(),
                "sources.localDirectories=" + repositories));
        all.addAll(List.of(settings));
        List<String> command = new ArrayList<>(List.of("wherry-hub", "init", "--data", hub.data.toString()));
        command.addAll(List.of("--hostname", "localhost"));
        all.forEach(setting -> command.addAll(List.of("--set", setting)));
        hub.programs.run(command).ok();
        return hub;
    }

    /** @param settings of its configuration for this run, {@code KEY=VALUE} each */
    void start(String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of("wherry-hub", "serve", "--data", data.toString()));
        List.of(settings).forEach(setting -> command.addAll(List.of("--set", setting)));
        process = programs.start(log, command.toArray(String[]::new));
    }

    /** As a service manager does. */
    void stop() throws InterruptedException {
        if (process != null) {
            Programs.stop(process);
            process = null;
        }
    }

    /** As a power cut does. */
    void kill() throws InterruptedException {
        if (process != null) {
            Programs.kill(process);
            process = null;
        }
    }

    Said doctor() throws Exception {
        return programs.run("wherry-hub", "doctor", "--data", data.toString());
    }

    Said rotates(String... roles) throws Exception {
        List<String> command = new ArrayList<>(List.of("wherry-hub", "keys", "rotate", "--data", data.toString()));
        for (String role : roles) {
            command.addAll(List.of("--role", role));
        }
        return programs.run(command.toArray(String[]::new));
    }

    Said approvers(String environment, int threshold, Path... keys) throws Exception {
        List<String> command = new ArrayList<>(List.of("wherry-hub", "keys", "approvers", "--data", data.toString()));
        command.addAll(List.of("--environment", environment, "--threshold", String.valueOf(threshold)));
        for (Path key : keys) {
            command.addAll(List.of("--key", key.toString()));
        }
        return programs.run(command.toArray(String[]::new));
    }

    Said backsUp(Path file, String... flags) throws Exception {
        return with(List.of("wherry-hub", "backup", "--data", data.toString(), "-o", file.toString()), flags);
    }

    Said restores(Path file, String... flags) throws Exception {
        return with(List.of("wherry-hub", "restore", file.toString(), "--data", data.toString()), flags);
    }

    Said beginsNewEpoch() throws Exception {
        return programs.run("wherry-hub", "keys", "new-epoch", "--data", data.toString());
    }

    private Said with(List<String> command, String... flags) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(flags));
        return programs.run(all);
    }

    /** As a disk that is gone. */
    void losesItsData() throws Exception {
        kill();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    String url() {
        return "https://localhost:" + ports.operators();
    }

    int agentsPort() {
        return ports.agents();
    }

    Path data() {
        return data;
    }

    Path authority() {
        return data.resolve("ca.crt");
    }

    Path adminToken() {
        return data.resolve("admin-token");
    }

    long pid() {
        if (process == null) {
            throw new IllegalStateException("hub: does not run (expected: started)");
        }
        return process.pid();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    Path log() {
        return log;
    }

    String logEnd() {
        return "hub:\n" + Programs.end(log);
    }
}
