package io.wherry.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Many schedules of one hub, one link and one agent, each made up by its seed. A schedule that fails names its seed; {@code -Dsimulation.seed=N} plays it
 * again, {@code -Dsimulation.count=N} plays so many, from {@code -Dsimulation.first=N} on.
 */
class SimulationTest {
    /** Some seconds of every verification; the many are played by {@code e2e/reliability/simulation.sh}. */
    private static final int COUNT = 300;

    private static final int MOST_TOLD = 5;

    @Test
    void comesRightWhateverWentWrong() {
        Long only = Long.getLong("simulation.seed");
        long first = only != null ? only : Long.getLong("simulation.first", 1);
        long count = only != null ? 1 : Long.getLong("simulation.count", COUNT);
        long began = System.nanoTime();
        Schedule.Tally tally = new Schedule.Tally();
        List<String> failed = LongStream.range(first, first + count)
                .parallel()
                .mapToObj(seed -> played(seed, tally))
                .filter(problem -> !problem.isEmpty())
                .toList();
        System.out.printf(
                "%d schedules in %.1f s: %d turns, %d agent deaths (%d by power), %d hub deaths, %d receipts, %d failed%n",
                count,
                (System.nanoTime() - began) / 1e9,
                tally.turns,
                tally.agentDeaths,
                tally.powerCuts,
                tally.hubDeaths,
                tally.receipts,
                failed.size());
        assertThat(failed.stream().limit(MOST_TOLD)).isEmpty();
        if (count >= COUNT) {
            assertThat(tally.powerCuts).isGreaterThan((int) count / 2);
            assertThat(tally.hubDeaths).isGreaterThan((int) count / 2);
        }
    }

    private static String played(long seed, Schedule.Tally sum) {
        try {
            Schedule.Tally tally = play(seed).tally();
            synchronized (sum) {
                sum.add(tally);
            }
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    private record Played(Schedule.Tally tally, List<String> story) {}

    private static Played play(long seed) {
        try {
            Path folder = Files.createTempDirectory(memory(), "wherry-simulation");
            try (Schedule schedule = new Schedule(seed, folder)) {
                return new Played(schedule.run(), schedule.story());
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new AssertionError("seed " + seed + ": no folder for the hub's database", e);
        }
    }

    /** SQLite keeps its own promises; here its database only has to be quick. */
    private static Path memory() {
        Path shared = Path.of("/dev/shm");
        return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    void aSeedTellsTheSameStoryTwice() {
        assertThat(play(7).story()).isEqualTo(play(7).story());
    }
}
