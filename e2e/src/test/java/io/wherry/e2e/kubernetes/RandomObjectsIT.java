package io.wherry.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stacks of objects made up by their seeds, through a few generations on a real cluster. After each commit they are what {@code kubectl apply --server-side} makes of the same
 * in a namespace without a history, and nothing of before is left, also where the agent was killed in the middle; what is applied once more writes nothing; what people changed
 * is named and put back; after a release that fails the very same objects are there. One that fails names its seed, and shows its objects; {@code -Dobjects.seed=N} plays it
 * again, {@code -Dobjects.count=N} plays so many, from {@code -Dobjects.first=N} on. Many of them: {@code e2e/reliability/objects.sh}.
 */
class RandomObjectsIT {
    /** Half a minute of every verification. */
    private static final int COUNT = 4;

    private static final int SIDE_BY_SIDE = 4;
    private static final int GENERATIONS = 3;

    /** Of these kubectl makes nothing either; more would mean that the made-up objects are not what they should be. */
    private static final double MOST_REFUSED = 0.1;

    @TempDir
    Path temp;

    /** @param refused kubectl would not have it */
    private record Outcome(long seed, boolean refused, int kills, List<String> differences) {}

    @Test
    void madeUpStacksBecomeWhatKubectlMakesOfThem() throws Exception {
        Long only = Long.getLong("objects.seed");
        long first = only != null ? only : Long.getLong("objects.first", 1);
        long count = only != null ? 1 : Long.getLong("objects.count", COUNT);
        List<Callable<Outcome>> tasks = new ArrayList<>();
        LongStream.range(first, first + count).forEach(seed -> tasks.add(() -> outcome(seed)));
        List<Outcome> outcomes = Workers.sideBySide(SIDE_BY_SIDE, "stack", tasks);
        List<String> differences = outcomes.stream()
                .flatMap(one -> one.differences().stream().map(line -> "seed " + one.seed() + ": " + line))
                .toList();
        long refused = outcomes.stream().filter(Outcome::refused).count();
        System.out.printf(
                "figures: made-up stacks on a cluster: %d of %d as kubectl, the agent killed %d times; %d refused by kubectl%n",
                outcomes.stream().filter(one -> one.differences().isEmpty()).count() - refused,
                outcomes.size() - refused,
                outcomes.stream().mapToInt(Outcome::kills).sum(),
                refused);
        assertThat(differences).isEmpty();
        assertThat(refused).isLessThanOrEqualTo(Math.round(Math.ceil(count * MOST_REFUSED)));
    }

    private Outcome outcome(long seed) throws Exception {
        Random random = new Random(seed);
        List<MadeStack> stacks = new ArrayList<>(List.of(MadeStack.of(random)));
        for (int next = 1; next < GENERATIONS; next++) {
            stacks.add(stacks.getLast().changed());
        }
        MadeStack broken = stacks.getLast().broken();
        List<String> differences = new ArrayList<>();
        int kills = 0;
        try (MadeSite site = new MadeSite(Files.createTempDirectory(temp, "s" + seed), random)) {
            if (!site.play(stacks, broken)) {
                return new Outcome(seed, true, 0, List.of());
            }
            differences.addAll(site.differences());
            kills = site.kills();
        } catch (IOException | RuntimeException | AssertionError e) {
            differences.add(String.valueOf(e));
        }
        if (!differences.isEmpty()) {
            System.out.println("seed " + seed + ":\n" + String.join("\n", differences));
            stacks.forEach(stack -> System.out.println("-- generation --\n" + stack.json()));
            System.out.println("-- broken --\n" + broken.json());
        }
        return new Outcome(seed, false, kills, differences);
    }
}
