package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.FormerAgents;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.e2e.ComposeOracle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An engine under test, and the command that a person there would type.
 *
 * @param program {@code docker}, of the engine's own version
 * @param host    where it listens; empty: what {@code docker} finds by itself
 * @param net     {@code /proc/PID/net} of the namespace in which it publishes ports
 */
record TestEngine(String program, String host, Path net) {

    /** Together ten seconds: what an engine finishes in the background is done by then. */
    private static final int NETWORK_TRIES = 20;

    private static final Duration NETWORK_PAUSE = Duration.ofMillis(500);

    private static final Map<URI, EngineApi> APIS = new ConcurrentHashMap<>();

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

    /** Leaves nothing that has a label, {@code NAME=VALUE}, whatever state a test left it in. */
    void clean(String label) throws IOException {
        for (Json.Obj container : api().containers(label)) {
            api().delete("/containers/" + container.string("Id") + "?force=true&v=true");
        }
        for (Json.Obj network : api().networks(label)) {
            removeNetwork(network.string("Id"));
        }
        for (Json.Obj volume : api().volumes(label)) {
            api().delete("/volumes/" + volume.string("Name") + "?force=true");
        }
    }

    /**
     * An engine under load was seen to count endpoints of containers that it had removed: what it names is put out, and if it names none, the network stays until the
     * engine is started again.
     */
    private void removeNetwork(String id) throws IOException {
        for (int tries = 0; ; tries++) {
            try {
                api().delete("/networks/" + id);
                return;
            } catch (IOException e) {
                Set<String> inside = api().object("/networks/" + id)
                        .object("Containers")
                        .fields()
                        .keySet();
                if (!String.valueOf(e.getMessage()).contains("active endpoints")
                        || (tries == NETWORK_TRIES && !inside.isEmpty())) {
                    throw e;
                }
                if (tries == NETWORK_TRIES) {
                    System.out.println("in which it names no container: " + e.getMessage());
                    return;
                }
                for (String container : inside) {
                    exitCode("network", "disconnect", "-f", id, container);
                }
                pause();
            }
        }
    }

    /** Its API, by connections that all questions to one engine share. */
    EngineApi api() {
        return APIS.computeIfAbsent(settings().host(), EngineApi::new);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(NETWORK_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an engine");
        }
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
