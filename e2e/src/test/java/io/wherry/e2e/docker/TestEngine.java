package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.FormerAgents;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.e2e.ComposeOracle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An engine under test, and the command that a person there would type.
 *
 * @param program {@code docker}, of the engine's own version
 * @param host    where it listens; empty: what {@code docker} finds by itself
 * @param net     {@code /proc/PID/net} of the namespace in which it publishes ports
 */
record TestEngine(String program, String host, Path net) {

    /** The machine's own. */
    static final TestEngine MACHINE = new TestEngine("docker", "", Path.of("/proc/self/net"));

    /** @return what it wrote, both streams */
    String does(String... arguments) throws IOException {
        return Shell.run(command(arguments));
    }

    int exitCode(String... arguments) throws IOException {
        return Shell.exitCode(command(arguments));
    }

    void takes(byte[] input, String... arguments) throws IOException {
        Shell.feed(input, command(arguments));
    }

    /** {@code docker compose}, of one version for all engines. */
    void compose(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ComposeOracle.find().program()));
        command.addAll(List.of(arguments));
        Shell.run(host.isEmpty() ? Map.of() : Map.of("DOCKER_HOST", host), command.toArray(String[]::new));
    }

    private String[] command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        if (!host.isEmpty()) {
            command.addAll(List.of("--host", host));
        }
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    /** As an agent beside it has them. */
    DockerSettings settings() {
        return new DockerSettings(
                host.isEmpty() ? DockerSettings.DEFAULT_HOST : URI.create(host),
                Site.OWNER,
                Site.HASH_KEY,
                Pulling.PLAIN,
                net,
                FormerAgents.NONE);
    }

    /** {@code 20.10.24+dfsg1} … */
    String version() throws IOException {
        return does("version", "--format", "{{.Server.Version}}");
    }

    /** Whether it speaks the Engine API of this version: {@code 1.48} … */
    boolean speaks(String api) throws IOException {
        Json.Obj server = JsonReader.object(
                does("version", "--format", "{{json .Server}}").getBytes(UTF_8));
        return minor(server.string("ApiVersion")) >= minor(api);
    }

    private static int minor(String api) {
        return Integer.parseInt(api.substring(api.indexOf('.') + 1));
    }
}
