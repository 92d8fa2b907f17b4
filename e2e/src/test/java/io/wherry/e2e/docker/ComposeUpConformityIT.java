package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.base.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Our renderer and our agent against the real {@code docker compose up -d}, on the machine's engine and on the newest, over a corpus: what {@code docker inspect} shows of
 * containers, networks and volumes is the same. A case with a second file {@code then.yaml} brings that up over the first, and both must have
 * made the same containers anew.
 */
@ResourceLock(ComposeProject.LOCK)
class ComposeUpConformityIT {
    /** What the corpus promises at least. */
    private static final int MIN_CASES = 60;

    /** Compose mostly waits for the engine, and so do we. */
    private static final int SIDE_BY_SIDE = 4;

    /** Of this process's own: several builds may share one engine. */
    private static final String PREFIX = Site.unique("up") + "-";

    @TempDir
    Path temp;

    @Test
    void bringsUpWhatDockerComposeBringsUp() throws Exception {
        compare(TestEngine.MACHINE);
    }

    @Test
    void bringsUpWhatDockerComposeBringsUpOnTheNewestEngine() throws Exception {
        try (OtherEngine newest = OtherEngine.newest()) {
            compare(newest.engine());
        }
    }

    private void compare(TestEngine engine) throws Exception {
        TestImages.load(engine);
        String only = System.getProperty("wherry.test.case", "");
        List<String> differences = new ArrayList<>();
        List<Path> cases = ComposeProject.corpus(engine).stream()
                .filter(file -> only.isEmpty() || file.getFileName().toString().matches(only))
                .toList();
        List<Callable<List<String>>> tasks = new ArrayList<>();
        List<List<String>> found;
        try (DockerRuntime runtime = DockerRuntime.open(engine.settings(), InstantSource.system())) {
            cases.forEach(file -> tasks.add(() -> differences(engine, runtime, file)));
            found = Workers.sideBySide(SIDE_BY_SIDE, "case", tasks);
        }
        for (int i = 0; i < cases.size(); i++) {
            String name = String.valueOf(cases.get(i).getFileName());
            found.get(i).forEach(line -> differences.add(name + " " + line));
        }
        long equal = found.stream().filter(List::isEmpty).count();
        System.out.printf(
                "compose up conformity on Engine %s: %d of %d equal%n", engine.version(), equal, cases.size());
        assertThat(differences).isEmpty();
        if (only.isEmpty()) {
            assertThat(cases).hasSizeGreaterThanOrEqualTo(MIN_CASES);
        }
    }

    private List<String> differences(TestEngine engine, DockerRuntime runtime, Path file) throws Exception {
        String name = PREFIX + String.valueOf(file.getFileName()).replace(".txtar", "");
        Path folder = Files.createDirectory(temp.resolve(name));
        ComposeProject project = new ComposeProject(name, folder, folder, engine);
        List<String> versions = project.unpack(file);
        try {
            List<Inspected> theirs = new ArrayList<>();
            for (String version : versions) {
                project.up(version);
                theirs.add(Inspected.of(project));
            }
            project.clean();
            List<String> differences = new ArrayList<>();
            List<Inspected> ours = new ArrayList<>();
            for (String version : versions) {
                differences.addAll(up(runtime, project, version, ours.size() + 1));
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
            project.clean();
        }
    }

    private static Set<String> kept(List<Inspected> versions) {
        return versions.getLast().kept(versions.getFirst());
    }

    /** Renders and applies, as hub and agent do. @return what is found different right after */
    private static List<String> up(DockerRuntime runtime, ComposeProject project, String version, long generation)
            throws Exception {
        Deployment deployment = project.deployment(version, generation);
        Application application = runtime.apply(deployment, ApplyMode.FULL);
        if (!(application instanceof Application.Applied)) {
            throw new AssertionError(version + ": " + application);
        }
        Site.done(runtime.commit(deployment));
        // One that has just been opened: what made a container does not look at it again for a while.
        try (DockerRuntime fresh = DockerRuntime.open(project.engine().settings(), InstantSource.system())) {
            return fresh.diff(deployment).stream()
                    .map(drift -> version + ": drift right after the apply: " + drift)
                    .toList();
        }
    }
}
