package io.wherry.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real {@code docker compose}, asked what it makes of a folder. */
public final class ComposeOracle {
    private static final List<String> PLACES = List.of(
            System.getProperty("wherry.test.compose", ""),
            System.getProperty("user.home") + "/.docker/cli-plugins/docker-compose",
            "/usr/libexec/docker/cli-plugins/docker-compose",
            "/usr/lib/docker/cli-plugins/docker-compose",
            "/usr/local/lib/docker/cli-plugins/docker-compose");

    private final String program;

    private ComposeOracle(String program) {
        this.program = program;
    }

    /** @throws IllegalStateException if there is none: without it the comparison proves nothing, so its test fails */
    public static ComposeOracle find() {
        return PLACES.stream()
                .filter(place -> !place.isEmpty() && Files.isExecutable(Path.of(place)))
                .findFirst()
                .map(ComposeOracle::new)
                .orElseThrow(() -> new IllegalStateException(
                        "docker-compose: not found (expected: its path in -Dwherry.test.compose, or one of " + PLACES
                                + ")"));
    }

    /** The program itself, which needs no plugin folder: {@code PROGRAM ls} is {@code docker compose ls}. */
    public String program() {
        return program;
    }

    public String version() throws IOException, InterruptedException {
        return run(Path.of("/"), List.of("version", "--short")).out().strip();
    }

    /** What {@code docker compose config --format json} prints; empty if it refuses. */
    public Optional<Json.Obj> config(Path folder, List<String> args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-p", "p"));
        all.addAll(args);
        all.addAll(List.of("config", "--format", "json"));
        Ran ran = run(folder, all);
        return ran.code() == 0 ? Optional.of(JsonReader.object(ran.out().getBytes(UTF_8))) : Optional.empty();
    }

    private record Ran(int code, String out) {}

    private Ran run(Path folder, List<String> args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent"));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(program + ": no answer within 60 s");
        }
        return new Ran(process.exitValue(), out);
    }
}
