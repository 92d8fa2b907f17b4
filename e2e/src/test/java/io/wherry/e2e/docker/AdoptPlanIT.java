package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.DockerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says of a take-over is what the take-over then does; and saying it leaves no trace on the engine. */
class AdoptPlanIT {
    private static final String SERVICE =
            "image: wherry.test/busybox:1, command: sleep infinity, stop_signal: SIGKILL, restart: unless-stopped";
    private static final String FILE = """
        services:
          web: {%1$s, environment: {A: "hunter2"}, networks: [default, back]}
          db: {%1$s, volumes: ["data:/data"], networks: [back]}
          old: {%1$s}
        networks: {back: {internal: true}}
        volumes: {data: }
        """.formatted(SERVICE);

    /** A second in which nobody else makes a volume comes soon. */
    private static final int MOST_TRIES = 60;

    @TempDir
    Path temp;

    private ComposeProject project;
    private DockerRuntime runtime;

    @BeforeEach
    void open() throws Exception {
        TestImages.load();
        runtime = DockerRuntime.open(Site.SETTINGS, InstantSource.system());
        project = new ComposeProject(
                Site.unique("adoptplan"),
                Files.createDirectories(temp.resolve("person")),
                Files.createDirectories(temp.resolve("state/stack")).resolve("files"));
        project.clean();
        project.write("compose.yaml", FILE);
        project.up("compose.yaml");
    }

    @AfterEach
    void close() throws Exception {
        project.clean();
        runtime.close();
    }

    private Deployment deployment(String text) throws IOException {
        project.write("compose.yaml", text);
        return project.deployment("compose.yaml", 1).adopting(true);
    }

    private static List<String> said(Comparison comparison) {
        return comparison.found().stream()
                .map(found ->
                        found.outcome() + " " + found.object() + (found.why().isEmpty() ? "" : ": " + found.why()))
                .toList();
    }

    /** Containers that bear the project's name, and all volumes: an anonymous one does not say whose it is. */
    private Set<String> traces() throws IOException {
        Set<String> traces =
                new TreeSet<>(Shell.run("docker", "ps", "-aq", "--no-trunc", "--filter", "name=" + project.name())
                        .lines()
                        .toList());
        Shell.run("docker", "volume", "ls", "-q").lines().forEach(traces::add);
        return traces;
    }

    /** What a question left on the engine: others work on it too, so what another one leaves as well counts. */
    private Set<String> leftBy(Deployment asked) throws Exception {
        Set<String> left = new TreeSet<>(List.of("never asked"));
        for (int tries = 0; tries < MOST_TRIES && !left.isEmpty(); tries++) {
            Set<String> before = traces();
            runtime.compare(asked);
            left = traces();
            left.removeAll(before);
        }
        return left;
    }

    @Test
    void saysWhatIsKeptReplacedAndLeft() throws Exception {
        Map<String, String> before = project.containers("{{.Id}} {{.State.StartedAt}}");
        Deployment next = deployment(FILE.replace("hunter2", "hunter3").replaceAll(" *old: .*\n", ""));

        Comparison comparison = runtime.compare(next);

        assertThat(comparison.blocked()).isEmpty();
        assertThat(said(comparison))
                .containsExactly(
                        "KEPT service/db",
                        "LEFT_OVER service/old: the files have no such service",
                        "REPLACED service/web: differs in environment.A");
        assertThat(comparison.toString()).doesNotContain("hunter");
        assertThat(project.containers("{{.Id}} {{.State.StartedAt}}")).isEqualTo(before);
        assertThat(project.site().resolveSibling("files.adopted.json")).doesNotExist();

        assertThat(runtime.apply(next, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
        Map<String, String> after = project.containers("{{.Id}} {{.State.StartedAt}}");
        assertThat(after.get("db-1")).isEqualTo(before.get("db-1"));
        assertThat(after.get("old-1")).isEqualTo(before.get("old-1"));
        assertThat(after.get("web-1")).isNotEqualTo(before.get("web-1"));
    }

    /** Volumes, folders of the host and images that are not there: the question must not make them. */
    @Test
    void leavesNoTraceOfWhatIsNotThereYet() throws Exception {
        Map<String, String> before = project.containers("{{.Id}}");
        Path folder = temp.resolve("nobody-made-it");
        Deployment next = deployment(FILE.replace("\"data:/data\"", "\"data:/data\", \"more:/more\"")
                .replace("volumes: {data: }", "volumes: {data: , more: }")
                .replace("  old: {" + SERVICE, "  old: {" + SERVICE + ", volumes: [\"" + folder + ":/x\"]")
                .replaceFirst("web: \\{image: [^,]*", "web: {image: registry.invalid/missing:1"));

        assertThat(said(runtime.compare(next)))
                .containsExactly(
                        "REPLACED service/db: differs in volumes",
                        "REPLACED service/old: differs in volumes",
                        "REPLACED service/web: image");
        assertThat(leftBy(next)).isEmpty();
        assertThat(project.containers("{{.Id}}")).isEqualTo(before);
        assertThat(folder).doesNotExist();
    }

    @Test
    void aVolumeThatIsNewIsMadeByTheTakeOverAndIsTheStacks() throws Exception {
        Deployment next = deployment(FILE.replace("\"data:/data\"", "\"data:/data\", \"more:/more\"")
                .replace("volumes: {data: }", "volumes: {data: , more: }"));

        assertThat(runtime.apply(next, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

        assertThat(Shell.run(
                        "docker",
                        "volume",
                        "inspect",
                        "-f",
                        "{{index .Labels \"io.wherry.owner\"}}",
                        project.name() + "_more"))
                .isEqualTo(Site.OWNER);
    }

    @Test
    void saysWhatStandsInTheWay() throws Exception {
        Comparison comparison = runtime.compare(deployment(FILE.replace("back: {internal: true}", "back: ")));

        assertThat(comparison.found()).isEmpty();
        assertThat(comparison.blocked())
                .singleElement()
                .asString()
                .startsWith("AdoptionBlocked: network/back is there");
    }
}
