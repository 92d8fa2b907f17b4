package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.base.Workers;
import io.wherry.contract.Digest;
import io.wherry.contract.SiteVariables;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.e2e.ComposeOracle;
import io.wherry.e2e.Txtar;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.ComposeRenderer;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our renderer and our agent against the real {@code docker compose up -d}, on one engine, over a corpus: what {@code docker inspect} shows of
 * containers, networks and volumes is the same. A case with a second file {@code then.yaml} brings that up over the first, and both must have
 * made the same containers anew.
 */
class ComposeUpConformityIT {
    private static final Path CORPUS = Path.of("src/test/resources/compose-up");

    /** What the corpus promises at least. */
    private static final int MIN_CASES = 60;

    /** Compose mostly waits for the engine, and so do we. */
    private static final int SIDE_BY_SIDE = 4;

    /** Of this process's own: several builds may share one engine. */
    private static final String PREFIX = Site.unique("up") + "-";

    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrs");

    @TempDir
    Path temp;

    private final DockerRuntime runtime = DockerRuntime.open(Site.SETTINGS, InstantSource.system());

    @BeforeEach
    void open() throws Exception {
        TestImages.load();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void bringsUpWhatDockerComposeBringsUp() throws Exception {
        String compose = ComposeOracle.find().program();
        String only = System.getProperty("wherry.test.case", "");
        List<String> differences = new ArrayList<>();
        List<Path> cases = cases().stream()
                .filter(file -> only.isEmpty() || file.getFileName().toString().matches(only))
                .toList();
        List<Callable<List<String>>> tasks = new ArrayList<>();
        cases.forEach(file -> tasks.add(() -> differences(file, compose)));
        List<List<String>> found = Workers.sideBySide(SIDE_BY_SIDE, "case", tasks);
        for (int i = 0; i < cases.size(); i++) {
            String name = String.valueOf(cases.get(i).getFileName());
            found.get(i).forEach(line -> differences.add(name + " " + line));
        }
        long equal = found.stream().filter(List::isEmpty).count();
        System.out.printf("compose up conformity: %d of %d equal%n", equal, cases.size());
        assertThat(differences).isEmpty();
        if (only.isEmpty()) {
            assertThat(cases).hasSizeGreaterThanOrEqualTo(MIN_CASES);
        }
    }

    private static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().endsWith(".txtar"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> differences(Path file, String compose) throws Exception {
        Map<String, String> files =
                new TreeMap<>(Txtar.parse(Files.readString(file)).files());
        String project = PREFIX + String.valueOf(file.getFileName()).replace(".txtar", "");
        Path folder = Files.createDirectory(temp.resolve(project));
        for (Map.Entry<String, String> one : files.entrySet()) {
            Path path = folder.resolve(one.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, one.getValue());
        }
        List<String> versions =
                files.containsKey("then.yaml") ? List.of("compose.yaml", "then.yaml") : List.of("compose.yaml");
        try {
            List<Inspected> theirs = new ArrayList<>();
            for (String version : versions) {
                Shell.run(
                        compose,
                        "-p",
                        project,
                        "-f",
                        folder.resolve(version).toString(),
                        "up",
                        "-d",
                        "--remove-orphans");
                theirs.add(Inspected.of(project));
            }
            clean(project);
            List<String> differences = new ArrayList<>();
            List<Inspected> ours = new ArrayList<>();
            for (String version : versions) {
                differences.addAll(up(project, folder, version, ours.size() + 1));
                ours.add(Inspected.of(project));
            }
            for (int i = 0; i < versions.size(); i++) {
                String version = versions.get(i);
                ours.get(i).differences(theirs.get(i)).forEach(line -> differences.add(version + ": " + line));
            }
            if (versions.size() > 1 && !kept(ours).equals(kept(theirs))) {
                differences.add("kept over the change: compose " + kept(theirs) + ", wherry " + kept(ours));
            }
            return differences;
        } catch (IOException | AssertionError e) {
            return List.of(String.valueOf(e.getMessage()));
        } finally {
            clean(project);
        }
    }

    /** Names of the containers that the second version did not make anew. */
    private static Set<String> kept(List<Inspected> versions) {
        Set<String> kept = new TreeSet<>();
        versions.getFirst().ids().forEach((name, id) -> {
            if (id.equals(versions.getLast().ids().get(name))) {
                kept.add(name);
            }
        });
        return kept;
    }

    /** Renders and applies, as hub and agent do. @return what is found different right after */
    private List<String> up(String project, Path folder, String version, long generation) throws Exception {
        Deployment deployment = deployment(project, folder, version, generation);
        Application application = runtime.apply(deployment, ApplyMode.FULL);
        if (!(application instanceof Application.Applied)) {
            throw new AssertionError(version + ": " + application);
        }
        Site.done(runtime.commit(deployment));
        // One that has just been opened: what made a container does not look at it again for a while.
        try (DockerRuntime fresh = DockerRuntime.open(Site.SETTINGS, InstantSource.system())) {
            return fresh.diff(deployment).stream()
                    .map(drift -> version + ": drift right after the apply: " + drift)
                    .toList();
        }
    }

    private static Deployment deployment(String project, Path folder, String version, long generation)
            throws IOException {
        RenderRequest request = new RenderRequest(
                LocalTree.open(folder),
                "",
                List.of(version),
                List.of(),
                List.of(),
                new TreeMap<>(),
                project,
                new TreeSet<>());
        if (!(ComposeRenderer.render(request) instanceof Rendering.Rendered rendered)) {
            throw new AssertionError(version + ": " + ComposeRenderer.render(request));
        }
        Json.Obj model = SiteVariables.substitute(rendered.model(), Map.of());
        List<Deployment.ProjectFile> files = new ArrayList<>();
        for (String path : rendered.files().keySet()) {
            Path file = folder.resolve(path);
            files.add(new Deployment.ProjectFile(
                    path, Files.isExecutable(file), Digest.of(Files.readAllBytes(file)), file));
        }
        Deployment.Identity identity = new Deployment.Identity(
                STACK, project, generation, Digest.of(JsonWriter.compact(model).getBytes(UTF_8)), project, folder);
        return new Deployment(
                identity,
                model,
                files,
                new Deployment.Deletions(new TreeSet<>(), false, true),
                new Deployment.Timing(Duration.ofMillis(1), Duration.ofSeconds(20)));
    }

    private static void clean(String project) throws IOException {
        String filter = "label=com.docker.compose.project=" + project;
        remove(List.of("docker", "ps", "-aq", "--filter", filter), List.of("docker", "rm", "-f", "-v"));
        remove(List.of("docker", "network", "ls", "-q", "--filter", filter), List.of("docker", "network", "rm"));
        remove(List.of("docker", "volume", "ls", "-q", "--filter", filter), List.of("docker", "volume", "rm", "-f"));
    }

    private static void remove(List<String> list, List<String> remove) throws IOException {
        List<String> command = new ArrayList<>(remove);
        Shell.run(list.toArray(String[]::new))
                .lines()
                .filter(id -> !id.isBlank())
                .forEach(command::add);
        if (command.size() > remove.size()) {
            Shell.run(command.toArray(String[]::new));
        }
    }
}
