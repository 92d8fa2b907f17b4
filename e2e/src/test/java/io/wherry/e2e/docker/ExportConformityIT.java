package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * There and back over the corpus of {@link ComposeUpConformityIT}: what the real {@code docker compose up} made is written back as a Compose file, taken
 * down, rendered from that file and brought up by the agent; {@code docker inspect} shows the same. What no file can say is refused by name.
 */
@ResourceLock(ComposeProject.LOCK)
class ExportConformityIT {
    private static final int MIN_CASES = 60;
    private static final int SIDE_BY_SIDE = 4;
    private static final String PREFIX = Site.unique("back") + "-";

    /** Refused aloud, and nothing else: the case, and what the refusal names. */
    private static final Map<String, String> REFUSED = Map.of("security-seccomp.txtar", "seccomp");

    @TempDir
    Path temp;

    private record Case(List<String> problems, String refused) {}

    @Test
    void whatRunsComesBackFromTheFileThatWasWrittenOfIt() throws Exception {
        TestImages.load();
        String only = System.getProperty("wherry.test.case", "");
        List<Path> cases = ComposeProject.corpus(TestEngine.MACHINE).stream()
                .filter(file -> only.isEmpty() || file.getFileName().toString().matches(only))
                .toList();
        List<Callable<Case>> tasks = new ArrayList<>();
        cases.forEach(file -> tasks.add(() -> roundTrip(file)));
        List<Case> found = Workers.sideBySide(SIDE_BY_SIDE, "case", tasks);
        List<String> problems = new ArrayList<>();
        Map<String, String> refused = new TreeMap<>();
        for (int i = 0; i < cases.size(); i++) {
            String name = String.valueOf(cases.get(i).getFileName());
            found.get(i).problems().forEach(line -> problems.add(name + " " + line));
            if (!found.get(i).refused().isEmpty()) {
                refused.put(name, found.get(i).refused());
            }
        }
        System.out.printf(
                "export and back: %d of %d equal, %d refused%n",
                found.stream()
                        .filter(one -> one.problems().isEmpty() && one.refused().isEmpty())
                        .count(),
                cases.size(),
                refused.size());
        assertThat(problems).isEmpty();
        if (only.isEmpty()) {
            assertThat(refused).containsOnlyKeys(REFUSED.keySet());
            assertThat(cases).hasSizeGreaterThanOrEqualTo(MIN_CASES);
        }
        refused.forEach((name, detail) -> assertThat(detail).contains(REFUSED.getOrDefault(name, "nothing")));
    }

    private Case roundTrip(Path file) throws Exception {
        String name = PREFIX + String.valueOf(file.getFileName()).replace(".txtar", "");
        Path folder = Files.createDirectory(temp.resolve(name));
        ComposeProject project = new ComposeProject(name, folder, folder);
        String last = project.unpack(file).getLast();
        try (DockerRuntime runtime = DockerRuntime.open(Site.SETTINGS, InstantSource.system())) {
            project.up(last);
            Inspected theirs = Inspected.of(project);
            Exported exported = runtime.export(name);
            if (exported instanceof Exported.Refused(var reason, String detail)) {
                return new Case(List.of(), reason.code() + ": " + detail);
            }
            if (!(exported instanceof Exported.Model(var model, var notes))) {
                return new Case(List.of(exported.toString()), "");
            }
            List<String> problems = new ArrayList<>();
            if (!Inspected.of(project).ids().equals(theirs.ids())) {
                problems.add("the question changed what runs");
            }
            project.clean();
            Path elsewhere = Files.createDirectory(temp.resolve(name + "-elsewhere"));
            ComposeProject back = new ComposeProject(name, elsewhere, elsewhere);
            String yaml = YamlWriter.write(model);
            back.write("compose.yaml", yaml);
            Deployment deployment = back.deployment("compose.yaml", 1);
            Application application = runtime.apply(deployment, ApplyMode.FULL);
            if (!(application instanceof Application.Applied)) {
                return new Case(List.of(application + "\n" + yaml), "");
            }
            Site.done(runtime.commit(deployment));
            Inspected.of(project).differences(theirs).forEach(problems::add);
            if (!problems.isEmpty()) {
                problems.add("notes " + notes + "\n" + yaml);
            }
            return new Case(problems, "");
        } catch (IOException | AssertionError | RuntimeException e) {
            return new Case(List.of(e.toString()), "");
        } finally {
            project.clean();
        }
    }
}
