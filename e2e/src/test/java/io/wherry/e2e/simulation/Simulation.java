package io.wherry.e2e.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.wherry.hub.db.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;
import org.slf4j.LoggerFactory;

/** Plays schedules, as many at a time as there are cores; each is one thread's alone. */
public final class Simulation {
    private static final int MOST_TOLD = 5;

    /** Seconds of looking: setting up the log takes milliseconds. */
    private static final int MOST_LOOKS = 50_000_000;

    private Simulation() {}

    /**
     * What became of many.
     *
     * @param failed what each failed one said, its seed first
     */
    record Result(long count, Schedule.Tally tally, List<String> failed, double seconds) {
        @Override
        public String toString() {
            return String.format(
                    "%d schedules in %.1f s: %d turns of agents, %d deaths of agents (%d by power), %d of hubs, %d receipts, %d failed; deaths by the journals' steps: %s",
                    count,
                    seconds,
                    tally.turns,
                    tally.agentDeaths,
                    tally.powerCuts,
                    tally.hubDeaths,
                    tally.receipts,
                    failed.size(),
                    tally.deathsAt);
        }
    }

    /** @param arguments how many, and the first seed; 1 if it is not given */
    public static void main(String[] arguments) {
        Result result = play(arguments.length > 1 ? Long.parseLong(arguments[1]) : 1, Long.parseLong(arguments[0]));
        System.out.println(result);
        result.failed().stream().limit(MOST_TOLD).forEach(System.out::println);
        System.exit(result.failed().isEmpty() ? 0 : 1);
    }

    static Result play(long first, long count) {
        quiet();
        long began = System.nanoTime();
        Schedule.Tally sum = new Schedule.Tally();
        try (Databases databases = new Databases()) {
            List<String> failed = LongStream.range(first, first + count)
                    .parallel()
                    .mapToObj(seed -> outcome(seed, databases, sum))
                    .filter(problem -> !problem.isEmpty())
                    .toList();
            return new Result(count, sum, failed, (System.nanoTime() - began) / 1e9);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String outcome(long seed, Databases databases, Schedule.Tally sum) {
        try {
            Schedule.Tally tally = play(seed, databases).tally();
            synchronized (sum) {
                sum.add(tally);
            }
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** A schedule that came right, and its story. */
    record Played(Schedule.Tally tally, List<String> story) {}

    static Played play(long seed, Databases databases) {
        quiet();
        Database database = databases.take();
        try (Schedule schedule = new Schedule(seed, database)) {
            return new Played(schedule.run(), schedule.story());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            databases.giveBack(database);
        }
    }

    /** A million lines of what went wrong on purpose; the story of a schedule that fails tells what matters. */
    static void quiet() {
        org.slf4j.Logger ours = LoggerFactory.getLogger("io.wherry");
        for (int looks = 0; looks < MOST_LOOKS && !(ours instanceof Logger); looks++) {
            Thread.onSpinWait(); // another thread sets the log up, and gives out substitutes meanwhile
            ours = LoggerFactory.getLogger("io.wherry");
        }
        ((Logger) ours).setLevel(Level.OFF);
    }
}
