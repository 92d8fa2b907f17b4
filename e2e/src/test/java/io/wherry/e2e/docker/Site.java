package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One stack on the real engine, with a project name of its own; {@link #close} leaves nothing behind. */
final class Site implements AutoCloseable {
    static final String OWNER = "test-domain/test-agent";
    static final byte[] HASH_KEY = "0123456789abcdef".getBytes(UTF_8);

    static final DockerSettings SETTINGS = DockerSettings.of(OWNER, HASH_KEY);

    /** Short, so that a test does not wait; long enough that a process which dies at once is seen to be dead. */
    private static final Duration OBSERVE = Duration.ofMillis(700);

    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(20);

    final String project;
    final Path folder;
    final DockerRuntime runtime;
    private final TestEngine engine;
    private long generation;
    private Duration observe = OBSERVE;
    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrs");

    /** A project name of this process's own: several builds may share one engine. */
    static String unique(String name) {
        return name + ProcessHandle.current().pid();
    }

    /** A second octet of this process's own, for networks with a fixed address range. */
    static long octet() {
        return 20 + ProcessHandle.current().pid() % 200;
    }

    Site(String project, Path folder) throws IOException {
        this(project, folder, TestEngine.MACHINE);
    }

    /** @param runtime closed with this site */
    Site(String project, Path folder, DockerRuntime runtime) throws IOException {
        this(project, folder, runtime, TestEngine.MACHINE);
    }

    /** On an engine of its own. */
    Site(String project, Path folder, TestEngine engine) throws IOException {
        this(project, folder, DockerRuntime.open(engine.settings(), InstantSource.system()), engine);
    }

    private Site(String project, Path folder, DockerRuntime runtime, TestEngine engine) throws IOException {
        TestImages.load(engine);
        this.engine = engine;
        this.project = project;
        this.folder = folder;
        this.runtime = runtime;
        clean();
    }

    /** For a test whose containers run for ever once they have started: what is healthy is settled after this time. */
    void observes(Duration time) {
        observe = time;
    }

    /** A deployment of the next generation; its model is JSON with single quotes, for reading's sake. */
    Deployment next(String model) throws IOException {
        generation++;
        return deployment(model, Map.of(), new Deployment.Deletions(new TreeSet<>(), false, true));
    }

    Deployment next(String model, Map<String, String> files) throws IOException {
        generation++;
        return deployment(model, files, new Deployment.Deletions(new TreeSet<>(), false, true));
    }

    Deployment next(String model, boolean removeData, String... mayDelete) throws IOException {
        generation++;
        SortedSet<String> names = new TreeSet<>(Arrays.asList(mayDelete));
        return deployment(model, Map.of(), new Deployment.Deletions(names, removeData, true));
    }

    private Deployment deployment(String model, Map<String, String> files, Deployment.Deletions deletions)
            throws IOException {
        byte[] json = model.replace('\'', '"').getBytes(UTF_8);
        Json.Obj object = JsonReader.object(json);
        List<Deployment.ProjectFile> projectFiles = new ArrayList<>();
        Path blobs = Files.createDirectories(folder.resolve("blobs"));
        for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
            byte[] bytes = file.getValue().getBytes(UTF_8);
            Digest digest = Digest.of(bytes);
            Path blob = Files.write(blobs.resolve(digest.hex()), bytes);
            projectFiles.add(
                    new Deployment.ProjectFile(file.getKey(), file.getKey().endsWith(".sh"), digest, blob));
        }
        Deployment.Identity identity =
                new Deployment.Identity(STACK, project, generation, Digest.of(json), project, folder.resolve("files"));
        return new Deployment(
                identity, object, projectFiles, deletions, new Deployment.Timing(observe, HEALTH_TIMEOUT));
    }

    List<String> apply(Deployment deployment) {
        Application application = runtime.apply(deployment, ApplyMode.FULL);
        if (application instanceof Application.Applied(var changes)) {
            return changes.stream().map(c -> c.action() + " " + c.object()).toList();
        }
        throw new AssertionError(application.toString());
    }

    Settled.Done commit(Deployment deployment) {
        return done(runtime.commit(deployment));
    }

    Settled.Done rollback(Deployment failed, Optional<Deployment> lastGood) {
        return done(runtime.rollback(failed, lastGood));
    }

    static Settled.Done done(Settled settled) {
        if (settled instanceof Settled.Done done) {
            return done;
        }
        throw new AssertionError(settled.toString());
    }

    /** Applies, waits until healthy, commits. */
    Settled.Done release(Deployment deployment) throws InterruptedException {
        apply(deployment);
        Health health = probe(deployment);
        if (!(health instanceof Health.Healthy)) {
            throw new AssertionError(health.toString());
        }
        return commit(deployment);
    }

    /** Looks until it is decided. */
    Health probe(Deployment deployment) throws InterruptedException {
        Health health = runtime.probe(deployment);
        while (health instanceof Health.Starting) {
            Thread.sleep(50);
            health = runtime.probe(deployment);
        }
        return health;
    }

    /** Name to {@code state image}, of all containers of the project, set aside ones too. */
    Map<String, String> containers() throws IOException, InterruptedException {
        Map<String, String> containers = new TreeMap<>();
        for (Json.Obj container : engine.api().containers(label())) {
            containers.put(
                    EngineApi.name(container).substring(project.length() + 1),
                    container.string("State") + " " + container.string("Image").replace("wherry.test/", ""));
        }
        return containers;
    }

    String id(String container) throws IOException, InterruptedException {
        return engine.does("inspect", "-f", "{{.Id}}", project + "-" + container);
    }

    String inspect(String container, String format) throws IOException, InterruptedException {
        return engine.does("inspect", "-f", format, project + "-" + container);
    }

    String exec(String container, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("exec", project + "-" + container));
        all.addAll(List.of(command));
        return engine.does(all.toArray(String[]::new));
    }

    private String label() {
        return "com.docker.compose.project=" + project;
    }

    private void clean() throws IOException {
        engine.clean(label());
    }

    @Override
    public void close() throws IOException {
        clean();
        runtime.close();
    }
}
