package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.Engine.Call;
import io.wherry.agent.runtime.docker.EngineSocket;
import io.wherry.agent.runtime.docker.FormerAgents;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.agent.runtime.swarm.DockerModes;
import io.wherry.contract.Digest;
import io.wherry.contract.SiteVariables;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.e2e.docker.TestImages;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.ComposeRenderer;
import io.wherry.hub.resource.ComposeSpec;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A swarm of one node on an engine of the test's own, and the runtime on it. Needs root. */
final class OwnSwarm implements AutoCloseable {
    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrs");
    private static final byte[] HASH_KEY = "0123456789abcdef".getBytes(UTF_8);

    /** Short, so that a test does not wait; long enough that a process which dies at once is seen to be dead. */
    private static final Duration OBSERVE = Duration.ofMillis(700);

    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Path folder;
    private final OwnEngine engine;
    private final DockerModes runtime;
    private long generation;

    private OwnSwarm(Path folder, OwnEngine engine) {
        this.folder = folder;
        this.engine = engine;
        this.runtime = DockerModes.open(settings(), InstantSource.system());
    }

    /** @param folder empty; its path must be short: sockets are below it */
    static OwnSwarm start(Path folder) throws Exception {
        OwnEngine engine = OwnEngine.start(
                Files.createDirectory(folder.resolve("own")), new Programs(folder, Map.of("HOME", folder.toString())));
        engine.load(TestImages.BUSYBOX_2);
        engine.engine().does("swarm", "init", "--advertise-addr", "127.0.0.1");
        return new OwnSwarm(folder, engine);
    }

    DockerSettings settings() {
        return new DockerSettings(
                URI.create("unix://" + engine.socket()),
                "test-domain/test-agent",
                HASH_KEY,
                Pulling.PLAIN,
                Path.of("/proc/self/net"),
                FormerAgents.NONE);
    }

    OwnEngine own() {
        return engine;
    }

    DockerModes runtime() {
        return runtime;
    }

    /** The {@code docker} command there. */
    String docker(String... arguments) throws Exception {
        return engine.engine().does(arguments);
    }

    /** The same, whatever comes of it. */
    Said tries(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return engine.inside().run(command);
    }

    /** What the hub makes of a Compose file and its files, for a swarm. */
    Deployment next(String project, String compose, Map<String, String> files, String... mayDelete) throws IOException {
        generation++;
        Path tree = Files.createDirectories(folder.resolve("trees/" + project + "/" + generation));
        Files.writeString(tree.resolve("compose.yaml"), compose);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(tree.resolve(file.getKey()), file.getValue());
        }
        Rendering rendering = ComposeRenderer.render(
                RenderRequest.of(LocalTree.open(tree), "", project).with(ComposeSpec.Mode.SWARM));
        if (!(rendering instanceof Rendering.Rendered rendered)) {
            throw new AssertionError(rendering.toString());
        }
        Json.Obj model = SiteVariables.substitute(rendered.model(), Map.of());
        List<Deployment.ProjectFile> brought = new ArrayList<>();
        for (String path : rendered.files().keySet()) {
            Path source = tree.resolve(path);
            brought.add(new Deployment.ProjectFile(path, false, Digest.of(Files.readAllBytes(source)), source));
        }
        Deployment.Identity identity = new Deployment.Identity(
                STACK,
                project,
                generation,
                Digest.of(JsonWriter.compact(model).getBytes(UTF_8)),
                project,
                folder.resolve("files"));
        return new Deployment(
                identity,
                model,
                brought,
                new Deployment.Deletions(new TreeSet<>(Arrays.asList(mayDelete)), false, true),
                new Deployment.Timing(OBSERVE, HEALTH_TIMEOUT));
    }

    Deployment next(String project, String compose) throws IOException {
        return next(project, compose, Map.of());
    }

    /** What is left for a tombstone to say. */
    Deployment tombstone(String project, String... mayDelete) {
        generation++;
        return new Deployment(
                new Deployment.Identity(
                        STACK, project, generation, Digest.of(new byte[0]), project, folder.resolve("files")),
                Json.object().put("services", Json.object().build()).build(),
                List.of(),
                new Deployment.Deletions(new TreeSet<>(Arrays.asList(mayDelete)), false, true),
                Deployment.Timing.DEFAULT);
    }

    /** {@code ADJUSTED service/web}, and so on. */
    List<String> apply(Deployment deployment) {
        return apply(deployment, ApplyMode.FULL);
    }

    List<String> apply(Deployment deployment, ApplyMode mode) {
        if (runtime.apply(deployment, mode) instanceof Application.Applied(List<Change> changes)) {
            return words(changes);
        }
        throw new AssertionError(runtime.apply(deployment, mode).toString());
    }

    static List<String> words(List<Change> changes) {
        return changes.stream()
                .map(change -> change.action() + " " + change.object())
                .toList();
    }

    /** Looks until it is decided. */
    Health probe(Deployment deployment) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Health health = runtime.probe(deployment);
        while (health instanceof Health.Starting && System.nanoTime() < end) {
            Thread.sleep(200);
            health = runtime.probe(deployment);
        }
        return health;
    }

    /** Applies, waits until healthy, commits. */
    Settled.Done release(Deployment deployment) throws InterruptedException {
        apply(deployment);
        healthy(deployment);
        return done(runtime.commit(deployment));
    }

    void healthy(Deployment deployment) throws InterruptedException {
        Health health = probe(deployment);
        if (!(health instanceof Health.Healthy)) {
            throw new AssertionError(health.toString());
        }
    }

    static Settled.Done done(Settled settled) {
        if (settled instanceof Settled.Done done) {
            return done;
        }
        throw new AssertionError(settled.toString());
    }

    /** Service to its number of tasks that should run, as {@code docker service ls} tells it. */
    Map<String, String> services(String project) throws Exception {
        Map<String, String> services = new TreeMap<>();
        docker("service", "ls", "--filter", "name=" + project + "_", "--format", "{{.Name}} {{.Replicas}}")
                .lines()
                .forEach(line ->
                        services.put(line.split(" ", 2)[0].substring(project.length() + 1), line.split(" ", 2)[1]));
        return services;
    }

    /** The same, looked at until they are these: a task that should end runs a moment longer. */
    Map<String, String> services(String project, Map<String, String> wanted) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Map<String, String> services = services(project);
        while (!services.equals(wanted) && System.nanoTime() < end) {
            Thread.sleep(200);
            services = services(project);
        }
        return services;
    }

    /** The newest container of a service that runs; empty if none does. */
    String container(String service) throws Exception {
        return docker("ps", "-q", "--filter", "label=com.docker.swarm.service.name=" + service)
                .lines()
                .findFirst()
                .orElse("");
    }

    /** What a command says in the newest container of a service, which may go while it is asked. */
    String inTask(String service, String... command) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<String> all = new ArrayList<>(List.of("docker", "exec", container(service)));
            all.addAll(List.of(command));
            Said said = engine.inside().run(all);
            if (said.exit() == 0 || System.nanoTime() > end) {
                return said.ok().out().strip();
            }
            Thread.sleep(200);
        }
    }

    /** Ids of its tasks that should run. */
    List<String> tasks(String service) throws Exception {
        return docker("service", "ps", "-q", "--no-trunc", "--filter", "desired-state=running", service)
                .lines()
                .sorted()
                .toList();
    }

    Json.Obj spec(String service) throws Exception {
        return JsonReader.object(docker("service", "inspect", "--format", "{{json .Spec}}", service)
                .getBytes(UTF_8));
    }

    List<String> names(String kind, String project) throws Exception {
        return docker(kind, "ls", "--format", "{{.Name}}")
                .lines()
                .filter(name -> name.startsWith(project + "_"))
                .sorted()
                .toList();
    }

    /** What a killed process would have felt. */
    static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    /** A runtime whose process dies after so many changing calls: the engine carries out the last one, its answer is lost. */
    DockerModes mortal(int callsToLive) {
        AtomicInteger left = new AtomicInteger(callsToLive);
        EngineSocket socket = new EngineSocket(URI.create("unix://" + engine.socket()));
        io.wherry.agent.runtime.docker.Engine mortal = new io.wherry.agent.runtime.docker.Engine() {
            @Override
            public byte[] call(Call call) {
                return counted(call, () -> socket.call(call));
            }

            @Override
            public byte[] follow(Call call, Duration silence, Consumer<String> each) {
                return counted(call, () -> socket.follow(call, silence, each));
            }

            private byte[] counted(Call call, Supplier<byte[]> carriedOut) {
                boolean changes = !call.method().equals("GET");
                if (left.get() <= 0) {
                    throw new Killed();
                }
                byte[] answer = carriedOut.get();
                if (changes && left.decrementAndGet() <= 0) {
                    throw new Killed();
                }
                return answer;
            }

            @Override
            public byte[] load(InputStream archive, Duration limit) {
                return socket.load(archive, limit);
            }

            @Override
            public byte[] put(String path, byte[] archive, Duration limit) {
                return socket.put(path, archive, limit); // no service of a swarm has files put into it
            }

            @Override
            public io.wherry.agent.runtime.docker.ApiVersion version() {
                return socket.version();
            }

            @Override
            public void close() {
                socket.close();
            }
        };
        return DockerModes.over(settings(), mortal, InstantSource.system());
    }

    @Override
    public void close() {
        runtime.close();
        try {
            docker("swarm", "leave", "--force"); // or it would start again what the engine's end takes away
        } catch (Exception e) {
            throw new IllegalStateException("cleaning up " + folder, e);
        } finally {
            engine.close();
        }
    }
}
