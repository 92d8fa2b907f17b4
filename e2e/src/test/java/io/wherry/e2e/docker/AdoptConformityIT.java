package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.base.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Over the corpus of {@link ComposeUpConformityIT}: what the real {@code docker compose up} made is taken over without a change, and where a case has a
 * second version, what is made anew is exactly what {@code docker compose up} makes anew.
 */
@ResourceLock(ComposeProject.LOCK)
class AdoptConformityIT {
    /** What the corpus promises at least. */
    private static final int MIN_CASES = 60;

    /** On a second engine: of each part of what an engine shows one. */
    private static final String OF_ALL_KINDS =
            "(image-without|plain|networks|ports|scale|mount-volumes|everything|healthcheck|deploy-limits|newer).*";

    /** What changes there is nothing of a container, or nothing that this engine keeps: Compose makes it anew nevertheless, and we need not. */
    private static final Set<String> UNSEEN =
            Set.of("change-blkio.txtar", "change-deploy-labels.txtar", "change-priority.txtar", "platform.txtar");

    private static final String ONLY = System.getProperty("wherry.test.case", "");

    private static final int SIDE_BY_SIDE = 4;
    private static final String PREFIX = Site.unique("take") + "-";

    @TempDir
    Path temp;

    @Test
    void takesOverWhatDockerComposeMade() throws Exception {
        int cases = takeOver(TestEngine.MACHINE, _ -> true);
        if (ONLY.isEmpty()) {
            assertThat(cases).isGreaterThanOrEqualTo(MIN_CASES);
        }
    }

    /** Newer engines show more of a container than was asked for. */
    @Test
    void takesOverWhatDockerComposeMadeOnTheNewestEngine() throws Exception {
        try (OtherEngine newest = OtherEngine.newest()) {
            takeOver(newest.engine(), file -> file.matches(OF_ALL_KINDS));
        }
    }

    /** @return how many cases were tried */
    private int takeOver(TestEngine engine, Predicate<String> which) throws Exception {
        TestImages.load(engine);
        List<Path> cases = ComposeProject.corpus(engine).stream()
                .filter(file -> which.test(file.getFileName().toString()))
                .filter(file -> ONLY.isEmpty() || file.getFileName().toString().matches(ONLY))
                .toList();
        List<Callable<List<String>>> tasks = new ArrayList<>();
        cases.forEach(file -> tasks.add(() -> problems(engine, file)));
        List<List<String>> found = Workers.sideBySide(SIDE_BY_SIDE, "case", tasks);
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String name = String.valueOf(cases.get(i).getFileName());
            found.get(i).forEach(line -> problems.add(name + " " + line));
        }
        System.out.printf(
                "adoption without a restart on Engine %s: %d of %d%n",
                engine.version(), found.stream().filter(List::isEmpty).count(), cases.size());
        assertThat(problems).isEmpty();
        return cases.size();
    }

    private List<String> problems(TestEngine engine, Path file) throws Exception {
        String name = PREFIX + String.valueOf(file.getFileName()).replace(".txtar", "");
        Path folder = Files.createTempDirectory(temp, name);
        ComposeProject project = new ComposeProject(name, folder, folder, engine);
        List<String> versions = project.unpack(file);
        String last = versions.getLast();
        try (DockerRuntime runtime = DockerRuntime.open(engine.settings(), InstantSource.system())) {
            Set<String> theirs = new TreeSet<>();
            if (versions.size() > 1) {
                project.up("compose.yaml");
                Map<String, String> before = project.containers("{{.Id}}");
                project.up(last);
                theirs.addAll(kept(before, project.containers("{{.Id}}")));
                project.clean();
            }
            project.up("compose.yaml");
            Map<String, String> before = project.containers("{{.Id}}");
            Application application = runtime.apply(project.deployment(last, 1).adopting(true), ApplyMode.FULL);
            List<String> problems = new ArrayList<>();
            if (!(application instanceof Application.Applied(var changes))) {
                return List.of(application.toString());
            }
            Set<String> ours = kept(before, project.containers("{{.Id}}"));
            boolean seen = !UNSEEN.contains(String.valueOf(file.getFileName()));
            if (versions.size() > 1 && (seen ? !ours.equals(theirs) : !ours.containsAll(theirs))) {
                problems.add("kept over the change: compose " + theirs + ", wherry " + ours + ": " + changes);
            }
            List<Change> done = changes.stream()
                    .filter(change -> change.action() != Change.Action.WRITTEN)
                    .toList();
            if (versions.size() == 1 && !done.isEmpty()) {
                problems.add(done.toString());
            }
            return problems;
        } catch (IOException | AssertionError e) {
            return List.of(String.valueOf(e.getMessage()));
        } finally {
            project.clean();
        }
    }

    /** Names of the containers that are still the same. */
    private static Set<String> kept(Map<String, String> before, Map<String, String> after) {
        Set<String> kept = new TreeSet<>();
        before.forEach((name, id) -> {
            if (id.equals(after.get(name))) {
                kept.add(name);
            }
        });
        return kept;
    }
}
