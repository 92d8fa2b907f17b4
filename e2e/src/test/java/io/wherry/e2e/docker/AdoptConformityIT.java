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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over the corpus of {@link ComposeUpConformityIT}: what the real {@code docker compose up} made is taken over without a change, and where a case has a
 * second version, what is made anew is exactly what {@code docker compose up} makes anew.
 */
class AdoptConformityIT {
    /** What the corpus promises at least. */
    private static final int MIN_CASES = 60;

    /** What changes there is nothing of a container, or nothing that this engine keeps: Compose makes it anew nevertheless, and we need not. */
    private static final Set<String> UNSEEN =
            Set.of("change-blkio.txtar", "change-deploy-labels.txtar", "change-priority.txtar", "platform.txtar");

    private static final int SIDE_BY_SIDE = 4;
    private static final String PREFIX = Site.unique("take") + "-";

    @TempDir
    Path temp;

    @Test
    void takesOverWhatDockerComposeMade() throws Exception {
        TestImages.load();
        String only = System.getProperty("wherry.test.case", "");
        List<Path> cases = ComposeProject.corpus(TestEngine.MACHINE).stream()
                .filter(file -> only.isEmpty() || file.getFileName().toString().matches(only))
                .toList();
        List<Callable<List<String>>> tasks = new ArrayList<>();
        cases.forEach(file -> tasks.add(() -> problems(file)));
        List<List<String>> found = Workers.sideBySide(SIDE_BY_SIDE, "case", tasks);
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String name = String.valueOf(cases.get(i).getFileName());
            found.get(i).forEach(line -> problems.add(name + " " + line));
        }
        System.out.printf(
                "adoption without a restart: %d of %d%n",
                found.stream().filter(List::isEmpty).count(), cases.size());
        assertThat(problems).isEmpty();
        if (only.isEmpty()) {
            assertThat(cases).hasSizeGreaterThanOrEqualTo(MIN_CASES);
        }
    }

    private List<String> problems(Path file) throws Exception {
        String name = PREFIX + String.valueOf(file.getFileName()).replace(".txtar", "");
        Path folder = Files.createDirectory(temp.resolve(name));
        ComposeProject project = new ComposeProject(name, folder, folder);
        List<String> versions = project.unpack(file);
        String last = versions.getLast();
        try (DockerRuntime runtime = DockerRuntime.open(Site.SETTINGS, InstantSource.system())) {
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
