package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Digest;
import io.wherry.contract.SiteVariables;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.e2e.Txtar;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.ComposeRenderer;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A project in a folder, as a person has it: brought up by the real {@code docker compose}, and rendered as the hub does for the agent.
 *
 * @param name   of the Compose project
 * @param folder with the files
 * @param site   the stack's project directory at the site
 * @param engine where it is brought up
 */
record ComposeProject(String name, Path folder, Path site, TestEngine engine) {
    /** The cases have names, ports and address ranges of their own: on one engine one test at a time brings them up. */
    static final String LOCK = "the corpus on the machine's engine";

    private static final Path CORPUS = Path.of("src/test/resources/compose-up");
    /** So begin the names of the cases for engines with this API. */
    private static final String NEWER = "newer-";

    private static final String API_OF_NEWER = "1.48";
    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrs");

    /** On the machine's own engine. */
    ComposeProject(String name, Path folder, Path site) {
        this(name, folder, site, TestEngine.MACHINE);
    }

    /** The cases of the corpus that an engine has the API for, in order. */
    static List<Path> corpus(TestEngine engine) throws IOException {
        boolean newer = engine.speaks(API_OF_NEWER);
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().endsWith(".txtar"))
                    .filter(file -> newer || !file.getFileName().toString().startsWith(NEWER))
                    .sorted()
                    .toList();
        }
    }

    /** A case's files in a folder of their own, where the agent finds them too. @return the versions it has, in order */
    List<String> unpack(Path file) throws IOException {
        Map<String, String> files =
                new TreeMap<>(Txtar.parse(Files.readString(file)).files());
        for (Map.Entry<String, String> one : files.entrySet()) {
            write(one.getKey(), one.getValue());
        }
        return files.containsKey("then.yaml") ? List.of("compose.yaml", "then.yaml") : List.of("compose.yaml");
    }

    void write(String file, String content) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    /** {@code docker compose up -d}. */
    void up(String file) throws IOException {
        compose("-f", folder.resolve(file).toString(), "up", "-d", "--remove-orphans");
    }

    void compose(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("-p", name));
        all.addAll(Arrays.asList(args));
        engine.compose(all.toArray(String[]::new));
    }

    /** What the hub renders of a file, as the agent gets it. */
    Deployment deployment(String file, long generation) throws IOException {
        return deployment(file, generation, new TreeSet<>());
    }

    /** @param mayDelete {@code service/NAME} … as a release names them */
    Deployment deployment(String file, long generation, SortedSet<String> mayDelete) throws IOException {
        RenderRequest request = new RenderRequest(
                LocalTree.open(folder),
                "",
                List.of(file),
                List.of(),
                List.of(),
                new TreeMap<>(),
                name,
                new TreeSet<>());
        if (!(ComposeRenderer.render(request) instanceof Rendering.Rendered rendered)) {
            throw new AssertionError(file + ": " + ComposeRenderer.render(request));
        }
        Json.Obj model = SiteVariables.substitute(rendered.model(), Map.of());
        List<Deployment.ProjectFile> files = new ArrayList<>();
        for (String path : rendered.files().keySet()) {
            Path source = folder.resolve(path);
            files.add(new Deployment.ProjectFile(
                    path, Files.isExecutable(source), Digest.of(Files.readAllBytes(source)), source));
        }
        Deployment.Identity identity = new Deployment.Identity(
                STACK, name, generation, Digest.of(JsonWriter.compact(model).getBytes(UTF_8)), name, site);
        return new Deployment(
                identity,
                model,
                files,
                new Deployment.Deletions(mayDelete, false, true),
                new Deployment.Timing(Duration.ofMillis(700), Duration.ofSeconds(20)));
    }

    /** Of what belongs to the project. */
    String label() {
        return "com.docker.compose.project=" + name;
    }

    /** Leaves nothing of the project on the engine. */
    void clean() throws IOException {
        engine.clean(label());
    }

    /** Container name to what {@code docker inspect} shows of it by this format, running or not. */
    Map<String, String> containers(String format) throws IOException {
        Map<String, String> containers = new TreeMap<>();
        List<String> command = new ArrayList<>(List.of("inspect", "-f", "{{.Name}} " + format));
        engine.api().containers(label()).forEach(container -> command.add(container.string("Id")));
        if (command.size() > 3) {
            engine.does(command.toArray(String[]::new)).lines().forEach(line -> {
                String[] shown = line.split(" ", 2);
                containers.put(shown[0].substring(1).replace(name + "-", ""), shown[1]);
            });
        }
        return containers;
    }
}
