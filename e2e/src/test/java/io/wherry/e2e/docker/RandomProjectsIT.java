package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.EngineSocket;
import io.wherry.base.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Small projects made up by their seeds, against the real {@code docker compose up -d}: what comes up is the same, a change makes the same containers anew, what is applied
 * once more touches nothing, and after a release that fails the very same containers run. One that fails names its seed, and its files are kept;
 * {@code -Dprojects.seed=N} plays it again, {@code -Dprojects.count=N} plays so many, from {@code -Dprojects.first=N} on. Many of them: {@code e2e/reliability/projects.sh}.
 */
@ResourceLock(ComposeProject.LOCK)
class RandomProjectsIT {
    /** A minute of every verification, on two engines. */
    private static final int COUNT = 8;

    private static final int SIDE_BY_SIDE = 4;

    /** Of these Compose and the engine make nothing, so they show nothing; more would mean that the made-up projects are not what they should be. */
    private static final double MOST_REFUSED = 0.2;

    /** A command that does nothing has ended long before. */
    private static final int MOST_LOOKS = 100;

    /** One that came back has the word for what one without a policy does not say; without a network of its own a second start gives it names that mean nothing there. */
    private static final Pattern SAME =
            Pattern.compile("/RestartPolicy/Name = \"(no)?\"$|/Networks/(host|none)/DNSNames");

    private static final String PREFIX = Site.unique("made") + "-";

    @TempDir
    Path temp;

    @Test
    void doesWithMadeUpProjectsWhatDockerComposeDoes() throws Exception {
        play(TestEngine.MACHINE);
    }

    @Test
    void doesWithMadeUpProjectsWhatDockerComposeDoesOnTheNewestEngine() throws Exception {
        try (OtherEngine newest = OtherEngine.newest()) {
            play(newest.engine());
        }
    }

    /** @param refused Compose or the engine would not have it */
    private record Outcome(long seed, boolean refused, List<String> differences) {}

    private void play(TestEngine engine) throws Exception {
        TestImages.load(engine);
        Long only = Long.getLong("projects.seed");
        long first = only != null ? only : Long.getLong("projects.first", 1);
        long count = only != null ? 1 : Long.getLong("projects.count", COUNT);
        List<Callable<Outcome>> tasks = new ArrayList<>();
        LongStream.range(first, first + count).forEach(seed -> tasks.add(() -> outcome(engine, seed)));
        List<Outcome> outcomes = Workers.sideBySide(SIDE_BY_SIDE, "project", tasks);
        List<String> differences = outcomes.stream()
                .flatMap(one -> one.differences().stream().map(line -> "seed " + one.seed() + ": " + line))
                .toList();
        long refused = outcomes.stream().filter(Outcome::refused).count();
        System.out.printf(
                "figures: made-up projects on Engine %s: %d of %d as Docker Compose; %d refused by Compose or the engine%n",
                engine.version(),
                outcomes.stream().filter(one -> one.differences().isEmpty()).count() - refused,
                outcomes.size() - refused,
                refused);
        assertThat(differences).isEmpty();
        assertThat(refused).isLessThanOrEqualTo(Math.round(Math.ceil(count * MOST_REFUSED)));
    }

    private Outcome outcome(TestEngine engine, long seed) throws Exception {
        String name = PREFIX + seed;
        Path site = Files.createTempDirectory(temp, name);
        ComposeProject project = new ComposeProject(name, site, site, engine);
        // What goes from a release goes from the site, and not from where the next one is made of it.
        ComposeProject source = new ComposeProject(name, Files.createTempDirectory(temp, name), site, engine);
        RandomProject made = RandomProject.of(new Random(seed), RandomProject.Identity.of(name, seed));
        RandomProject changed = made.changed();
        RandomProject broken = changed.broken();
        for (ComposeProject place : List.of(project, source)) {
            made.write(place, "compose.yaml");
            changed.write(place, "then.yaml");
            broken.write(place, "broken.yaml");
        }
        List<String> differences = new ArrayList<>();
        try {
            List<Inspected> theirs = byCompose(project);
            if (theirs.isEmpty()) {
                return new Outcome(seed, true, List.of());
            }
            differences.addAll(byUs(source, theirs, made.goneIn(changed), changed.goneIn(broken)));
        } catch (IOException | RuntimeException | AssertionError e) {
            differences.add(String.valueOf(e));
        } finally {
            clean(project);
        }
        if (!differences.isEmpty()) {
            System.out.println("seed " + seed + ":\n" + String.join("\n", differences) + "\n-- compose.yaml --\n"
                    + made.yaml() + "-- then.yaml --\n" + changed.yaml() + "-- broken.yaml --\n" + broken.yaml());
        }
        return new Outcome(seed, false, differences);
    }

    /** @return what it makes of the first file and of the second one; nothing where it refuses one of them */
    private static List<Inspected> byCompose(ComposeProject project) throws IOException {
        try {
            project.up("compose.yaml");
            Inspected first = inspect(project);
            project.up("then.yaml");
            return List.of(first, inspect(project));
        } catch (IOException e) {
            System.out.println(project.name() + " is refused: "
                    + String.valueOf(e.getMessage()).lines().toList().getLast());
            return List.of();
        } finally {
            clean(project);
        }
    }

    /** @param goes and goesToo what the second and the broken release no longer have */
    private static List<String> byUs(
            ComposeProject project, List<Inspected> theirs, SortedSet<String> goes, SortedSet<String> goesToo)
            throws Exception {
        TestEngine engine = project.engine();
        try (WatchedEngine watched =
                        new WatchedEngine(new EngineSocket(engine.settings().host()));
                DockerRuntime runtime = DockerRuntime.over(engine.settings(), watched, InstantSource.system())) {
            Deployment first = project.deployment("compose.yaml", 1);
            Deployment second = project.deployment("then.yaml", 2, goes);
            List<String> differences = new ArrayList<>(applied(runtime, project, first, theirs.getFirst()));
            Inspected before = inspect(project);
            differences.addAll(applied(runtime, project, second, theirs.getLast()));
            Set<String> kept = inspect(project).kept(before);
            Set<String> wanted = theirs.getLast().kept(theirs.getFirst());
            if (!kept.equals(wanted)) {
                differences.add("kept over the change: compose " + wanted + ", wherry " + kept);
            }
            watched.writes();
            Deployment again = project.deployment("then.yaml", 3);
            differences.addAll(applied(runtime, project, second, theirs.getLast()));
            differences.addAll(applied(runtime, project, again, theirs.getLast()));
            watched.writes().forEach(write -> differences.add("nothing had changed, and yet: " + write));
            differences.addAll(comesBack(runtime, project, project.deployment("broken.yaml", 4, goesToo), again));
            return differences;
        }
    }

    /** Twice: what Compose gave up on may still be made by the engine. */
    static void clean(ComposeProject project) throws IOException {
        try {
            project.clean();
        } catch (IOException e) {
            project.clean();
        }
    }

    /** When what ends by itself has ended. */
    static Inspected inspect(ComposeProject project) throws IOException {
        for (int look = 0; look < MOST_LOOKS; look++) {
            String running = project.engine()
                    .does(
                            "ps",
                            "--filter",
                            "label=com.docker.compose.project=" + project.name(),
                            "--format",
                            "{{.Command}}");
            if (running.lines().noneMatch("\"true\""::equals)) {
                break;
            }
        }
        return Inspected.of(project);
    }

    private static List<String> applied(
            DockerRuntime runtime, ComposeProject project, Deployment deployment, Inspected theirs) throws IOException {
        String version = "generation " + deployment.identity().generation() + ": ";
        Application application = runtime.apply(deployment, ApplyMode.FULL);
        if (!(application instanceof Application.Applied)) {
            throw new AssertionError(version + application);
        }
        Site.done(runtime.commit(deployment));
        List<String> differences = new ArrayList<>(inspect(project).differences(theirs));
        // One that has just been opened: what made a container does not look at it again for a while.
        try (DockerRuntime fresh = DockerRuntime.open(project.engine().settings(), InstantSource.system())) {
            fresh.diff(deployment).forEach(drift -> differences.add("drift right after the apply: " + drift));
        }
        return differences.stream().map(line -> version + line).toList();
    }

    private static List<String> comesBack(
            DockerRuntime runtime, ComposeProject project, Deployment broken, Deployment lastGood) throws Exception {
        Inspected before = inspect(project);
        List<String> differences = new ArrayList<>();
        switch (runtime.apply(broken, ApplyMode.FULL)) {
            case Application.Refused _ -> {}
            case Application.Applied _ -> {
                Health health = runtime.probe(broken);
                while (health instanceof Health.Starting) {
                    Thread.sleep(100);
                    health = runtime.probe(broken);
                }
                if (!(health instanceof Health.Unhealthy)) {
                    differences.add("the broken release: " + health);
                }
            }
            case Application.Pending pending -> differences.add("the broken release: " + pending);
        }
        Site.done(runtime.rollback(broken, Optional.of(lastGood)));
        Inspected after = inspect(project);
        if (!after.ids().equals(before.ids())) {
            differences.add("after the broken release: " + after.ids() + ", before: " + before.ids());
        }
        after.differences(before).stream()
                .filter(line -> !line.startsWith("volume ")) // one that only the broken release had may hold data
                .filter(line -> !SAME.matcher(line).find())
                .forEach(line -> differences.add("after the broken release: " + line));
        try (DockerRuntime fresh = DockerRuntime.open(project.engine().settings(), InstantSource.system())) {
            fresh.diff(lastGood).forEach(drift -> differences.add("drift after the broken release: " + drift));
        }
        return differences;
    }
}
