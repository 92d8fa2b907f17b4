package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.base.Workers;
import io.wherry.contract.json.YamlWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What the real {@code docker compose up} made of projects made up by their seeds is written down as a file that brings it back, and is taken over without a change.
 * Seeds as in {@link RandomProjectsIT}; configs with content are left out.
 */
@ResourceLock(ComposeProject.LOCK)
class RandomTakeOverIT {
    private static final int COUNT = 6;
    private static final int SIDE_BY_SIDE = 4;
    private static final String PREFIX = Site.unique("taken") + "-";

    @TempDir
    Path temp;

    @Test
    void writesDownAndTakesOverWhatDockerComposeMade() throws Exception {
        TestImages.load();
        Long only = Long.getLong("projects.seed");
        long first = only != null ? only : Long.getLong("projects.first", 1);
        long count = only != null ? 1 : Long.getLong("projects.count", COUNT);
        List<Callable<List<String>>> tasks = new ArrayList<>();
        LongStream.range(first, first + count).forEach(seed -> tasks.add(() -> problems(seed)));
        List<List<String>> found = Workers.sideBySide(SIDE_BY_SIDE, "project", tasks);
        System.out.printf(
                "figures: made-up projects written down and taken over: %d of %d%n",
                found.stream().filter(List::isEmpty).count(), found.size());
        assertThat(found.stream().flatMap(List::stream)).isEmpty();
    }

    private List<String> problems(long seed) throws Exception {
        String name = PREFIX + seed;
        Path folder = Files.createTempDirectory(temp, name);
        ComposeProject project = new ComposeProject(name, folder, folder);
        RandomProject made = RandomProject.of(new Random(seed), RandomProject.Identity.of(name, seed));
        if (made.yaml().contains("content: ")) {
            return List.of(); // what Compose put into a container shows nowhere, so that one is replaced
        }
        made.write(project, "compose.yaml");
        List<String> problems = new ArrayList<>();
        try (DockerRuntime runtime = DockerRuntime.open(Site.SETTINGS, InstantSource.system())) {
            try {
                project.up("compose.yaml");
            } catch (IOException e) {
                return List.of(); // no file that Compose or the engine would have
            }
            Inspected theirs = RandomProjectsIT.inspect(project);
            Exported exported = runtime.export(name);
            Application application =
                    runtime.apply(project.deployment("compose.yaml", 1).adopting(true), ApplyMode.FULL);
            if (application instanceof Application.Applied(var changes)) {
                changes.stream()
                        .filter(change -> change.action() != Change.Action.WRITTEN)
                        .forEach(change -> problems.add("not taken over as it is: " + change));
            } else {
                problems.add(application.toString());
            }
            if (!Inspected.of(project).ids().equals(theirs.ids())) {
                problems.add("the take-over made containers anew");
            }
            RandomProjectsIT.clean(project);
            problems.addAll(back(runtime, name, exported, theirs));
        } catch (IOException | RuntimeException | AssertionError e) {
            problems.add(String.valueOf(e));
        } finally {
            RandomProjectsIT.clean(project);
        }
        if (!problems.isEmpty()) {
            System.out.println(
                    "seed " + seed + ":\n" + String.join("\n", problems) + "\n-- compose.yaml --\n" + made.yaml());
        }
        return problems.stream().map(line -> "seed " + seed + ": " + line).toList();
    }

    /** Brings up what was written down. */
    private List<String> back(DockerRuntime runtime, String name, Exported exported, Inspected theirs)
            throws Exception {
        if (!(exported instanceof Exported.Model(var model, var notes))) {
            return List.of(exported.toString());
        }
        Path elsewhere = Files.createTempDirectory(temp, name);
        ComposeProject back = new ComposeProject(name, elsewhere, elsewhere);
        String yaml = YamlWriter.write(model);
        back.write("compose.yaml", yaml);
        Deployment deployment = back.deployment("compose.yaml", 1);
        if (!(runtime.apply(deployment, ApplyMode.FULL) instanceof Application.Applied)) {
            return List.of("what was written down does not come up: " + runtime.apply(deployment, ApplyMode.FULL) + "\n"
                    + yaml);
        }
        Site.done(runtime.commit(deployment));
        List<String> problems = new ArrayList<>(RandomProjectsIT.inspect(back).differences(theirs));
        if (!problems.isEmpty()) {
            problems.add("notes " + notes + "\n" + yaml);
        }
        return problems;
    }
}
