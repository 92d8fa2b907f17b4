package io.wherry.e2e.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An agent as a process of its own, with a state folder of its own and the local Docker engine. */
final class RunningAgent {
    private final Programs programs;
    private final String name;
    private final Path data;
    private final Path log;
    private @Nullable Process process;

    RunningAgent(Programs programs, Path folder, String name) {
        this.programs = programs;
        this.name = name;
        this.data = folder.resolve(name);
        this.log = folder.resolve(name + ".log");
    }

    String name() {
        return name;
    }

    Path data() {
        return data;
    }

    /** {@code wherry-agent join}; the token comes by a file, so that no log shows it. */
    Said join(String token, String... flags) throws Exception {
        return programs.run(joining(token, flags));
    }

    /** The same, not waiting for its end: for a token that needs an approval. */
    Process startJoin(String token, String... flags) throws Exception {
        return programs.start(log, joining(token, flags).toArray(String[]::new));
    }

    private List<String> joining(String token, String... flags) throws Exception {
        Path file = Files.createTempFile(log.getParent(), "token", "");
        Files.writeString(file, token);
        programs.handOver(file);
        List<String> command = new ArrayList<>(List.of("wherry-agent", "join", "--token-file", file.toString()));
        command.addAll(List.of("--name", name, "--data", data.toString()));
        command.addAll(List.of(flags));
        return command;
    }

    void start() throws IOException {
        process = programs.start(log, "wherry-agent", "run", "--data", data.toString());
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

    /** The launcher becomes the program: one process. */
    long pid() {
        if (process == null) {
            throw new IllegalStateException(name + ": does not run (expected: started)");
        }
        return process.pid();
    }

    /** One of the technician's commands at this site. */
    Said says(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("wherry-agent"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data.toString()));
        return programs.run(command);
    }

    Path log() {
        return log;
    }

    String logEnd() {
        return name + ":\n" + Programs.end(log);
    }
}
