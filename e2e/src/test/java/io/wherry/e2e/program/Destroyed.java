package io.wherry.e2e.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The containers that go from now on, in their order. An engine remembers its last 256 events, of whatever others do on it too: so they are read as
 * they come.
 */
final class Destroyed implements AutoCloseable {
    private final Path log;
    private final Process process;

    private Destroyed(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** @param log a file that is not there yet */
    static Destroyed follow(Programs programs, Path log) throws IOException {
        Process events = programs.start(
                log,
                "docker",
                "events",
                "--since",
                String.valueOf(Instant.now().getEpochSecond()),
                "--filter",
                "type=container",
                "--filter",
                "event=destroy",
                "--format",
                "{{.Actor.Attributes.name}}");
        return new Destroyed(log, events);
    }

    /** Those of them that went so far. */
    List<String> among(List<String> containers) throws IOException {
        return Files.readAllLines(log).stream().filter(containers::contains).toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
