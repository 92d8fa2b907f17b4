package io.wherry.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.wherry.agent.hubclient.SimulatedLinks;
import io.wherry.agent.reconcile.SimulatedAgent;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.state.StateException;
import io.wherry.e2e.disk.Disk;
import io.wherry.hub.db.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The agent's disk is full from the k-th write of a release on, for every k until it has none so late: the old or the new runs whole, a full disk is told,
 * and when there is room again it goes on by itself, in every
 * other history after a start. Without a ballast, which would only put the moment off.
 */
@Tag("long")
class FullDiskTest {
    private static final Duration FULL = Duration.ofMinutes(5);
    private static final int FILE_BYTES = 20_000;

    /** Far above the writes of one release: reaching it means that somebody writes without end. */
    private static final int MOST_WRITES = 1000;

    private final List<String> refused = new ArrayList<>();
    private int writesLeft = Integer.MAX_VALUE;

    @Test
    void anAgentWhoseDiskIsFullKeepsWhatRunsSaysSoAndGoesOnByItself() throws IOException {
        Simulation.quiet();
        assertThat(eachWrite()).as("writes of one release").isGreaterThan(30);
    }

    private int eachWrite() throws IOException {
        try (Databases databases = new Databases()) {
            for (int writes = 0; writes < MOST_WRITES; writes++) {
                Database database = databases.take();
                try {
                    play(writes, database);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("full after " + writes + " writes, refused " + refused, e);
                } finally {
                    databases.giveBack(database);
                }
                if (refused.isEmpty()) {
                    System.out.println(
                            "figures: a release took " + writes + " writes; the disk was full at each of them");
                    return writes;
                }
            }
        }
        throw new AssertionError("a release that takes more than " + MOST_WRITES + " writes");
    }

    private void take(String path) throws IOException {
        if (writesLeft <= 0) {
            refused.add(path);
            throw new IOException("No space left on device");
        }
        writesLeft--;
    }

    private void play(int writes, Database database) throws IOException {
        refused.clear();
        writesLeft = Integer.MAX_VALUE;
        Random random = new Random(writes);
        Time time = new Time(Trust.BEGIN.plusSeconds(60));
        Disk disk = new Disk(() -> {}, this::take);
        try (SimulatedHub hub = new SimulatedHub(database, time, random)) {
            OneSite site = new OneSite(hub, time, random, disk.path("/data"), () -> SimulatedLinks.over(hub::call));
            SimulatedAgent agent = site.start();
            site.release(FILE_BYTES);
            site.settle(agent);
            hub.reasonsTold().clear();

            writesLeft = writes;
            site.release(FILE_BYTES);
            site.pass(agent, FULL);
            if (refused.stream().anyMatch(FullDiskTest::concernsAStack)) {
                assertThat(hub.reasonsTold()).contains(RuntimeReason.DISK_FULL.code());
            }
            if (writes % 2 == 1 && !refused.isEmpty()) {
                agent = startedAgain(site);
            }
            writesLeft = Integer.MAX_VALUE;
            site.settle(agent);
        }
    }

    /** What an agent only repeats, and a convenience: the log has it. */
    private static boolean concernsAStack(String path) {
        return !path.contains("chain.json") && !path.contains("history.jsonl");
    }

    /** One that is started while there is no room says so and ends; a service manager tries it again. */
    private SimulatedAgent startedAgain(OneSite site) {
        Throwable refusal = catchThrowable(site::start);
        assertThat(refusal).isInstanceOfSatisfying(StateException.class, full -> assertThat(full.isFull())
                .as("%s", full.getMessage())
                .isTrue());
        writesLeft = Integer.MAX_VALUE;
        return site.start();
    }
}
