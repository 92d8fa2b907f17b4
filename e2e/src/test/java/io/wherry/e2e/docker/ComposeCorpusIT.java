package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.base.Workers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Our renderer and our agent against the real {@code docker compose up -d}, on the machine's engine and on the newest, over a corpus. {@link CorpusCase} says what each case
 * is asked; all of it in one pass, since the starts of its containers cost more than all questions.
 */
@ResourceLock(ComposeProject.LOCK)
class ComposeCorpusIT {
    /** What the corpus promises at least. */
    private static final int MIN_CASES = 60;

    /** Compose mostly waits for the engine, and so do we. */
    private static final int SIDE_BY_SIDE = 4;

    /** Of this process's own: several builds may share one engine. */
    private static final String PREFIX = Site.unique("corpus") + "-";

    /** Changes that are taken over on a second engine too: of each part of what an engine shows one. */
    private static final String OF_ALL_KINDS =
            "(image-without|plain|networks|ports|scale|mount-volumes|everything|healthcheck|deploy-limits|newer).*";

    /** What no file can say is refused aloud, and nothing else: the case, and what the refusal names. */
    private static final Map<String, String> REFUSED = Map.of("security-seccomp.txtar", "seccomp");

    private static final String ONLY = System.getProperty("wherry.test.case", "");

    @TempDir
    Path temp;

    @Test
    void runsTakesOverAndWritesDownWhatDockerComposeBringsUp() throws Exception {
        Map<String, String> refused = pass(TestEngine.MACHINE, file -> true, true);

        if (ONLY.isEmpty()) {
            assertThat(refused).containsOnlyKeys(REFUSED.keySet());
        }
        refused.forEach((name, detail) -> assertThat(detail).contains(REFUSED.getOrDefault(name, "nothing")));
    }

    /** Newer engines show more of a container than was asked for. */
    @Test
    void runsAndTakesOverWhatDockerComposeBringsUpOnTheNewestEngine() throws Exception {
        try (OtherEngine newest = OtherEngine.newest()) {
            pass(newest.engine(), file -> file.matches(OF_ALL_KINDS), false);
        }
    }

    /**
     * @param changed which cases of two versions are taken over
     * @param back    whether what runs is written down, and brought up from that
     * @return which cases could not be written down, and why
     */
    private Map<String, String> pass(TestEngine engine, Predicate<String> changed, boolean back) throws Exception {
        TestImages.load(engine);
        List<Path> files = ComposeProject.corpus(engine).stream()
                .filter(file -> ONLY.isEmpty() || file.getFileName().toString().matches(ONLY))
                .toList();
        List<CorpusCase> cases = new ArrayList<>();
        List<Callable<CorpusCase.Outcome>> tasks = new ArrayList<>();
        List<CorpusCase.Outcome> found;
        try (DockerRuntime runtime = DockerRuntime.open(engine.settings(), InstantSource.system())) {
            for (Path file : files) {
                CorpusCase one = CorpusCase.unpack(file, PREFIX, temp, engine, runtime);
                cases.add(one);
                tasks.add(() -> one.outcome(changed.test(one.name()), back));
            }
            found = Workers.sideBySide(SIDE_BY_SIDE, "case", tasks);
        }
        List<String> problems = new ArrayList<>();
        Map<String, String> refused = new TreeMap<>();
        for (int i = 0; i < cases.size(); i++) {
            String name = cases.get(i).name();
            found.get(i).problems().forEach(line -> problems.add(name + " " + line));
            if (!found.get(i).refused().isEmpty()) {
                refused.put(name, found.get(i).refused());
            }
        }
        long equal = found.stream().filter(one -> one.problems().isEmpty()).count();
        System.out.printf(
                "compose corpus on Engine %s: %d of %d equal, %d not written down%n",
                engine.version(), equal, cases.size(), refused.size());
        assertThat(problems).isEmpty();
        if (ONLY.isEmpty()) {
            assertThat(cases).hasSizeGreaterThanOrEqualTo(MIN_CASES);
        }
        return refused;
    }
}
