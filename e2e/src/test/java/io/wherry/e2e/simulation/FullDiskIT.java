package io.wherry.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.wherry.agent.hubclient.SimulatedLinks;
import io.wherry.agent.reconcile.SimulatedAgent;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.base.FullDisk;
import io.wherry.contract.Digest;
import io.wherry.e2e.disk.SmallDisk;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.bundle.BundleStoreException;
import io.wherry.hub.db.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real file systems that are full to the last page, or to the one before, and so on until all that is wanted fits. */
class FullDiskIT {
    private static final int DISK_MIB = 16;
    private static final int MOST_PAGES = 400;
    private static final int FILE_BYTES = 20_000;
    private static final int ROW_BYTES = 10_000;
    private static final Duration FULL = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private final Random random = new Random(1);

    @Test
    void anAgentOnAFullDiskKeepsWhatRunsSaysSoAndGoesOnByItself() throws IOException {
        Simulation.quiet();
        Time time = new Time(Trust.BEGIN.plusSeconds(60));
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("agent"), DISK_MIB);
                Databases databases = new Databases();
                SimulatedHub hub = new SimulatedHub(databases.take(), time, random)) {
            OneSite site =
                    new OneSite(hub, time, random, disk.folder().resolve("data"), () -> SimulatedLinks.over(hub::call));
            SimulatedAgent agent = site.start();
            site.release(FILE_BYTES);
            site.settle(agent);

            int full = 0;
            for (boolean fits = false; !fits; full++) {
                assertThat(full).as("pages that one release needs").isLessThan(MOST_PAGES);
                site.pass(agent, FULL); // what housekeeping would free is free already
                hub.reasonsTold().clear();
                disk.fill(full);
                site.release(FILE_BYTES);
                site.pass(agent, FULL);
                fits = site.invariants.missing(agent).isEmpty();
                assertThat(fits || hub.reasonsTold().contains(RuntimeReason.DISK_FULL.code()))
                        .as("with %d pages left: %s, told %s", full, site.invariants.missing(agent), hub.reasonsTold())
                        .isTrue();
                disk.free();
                site.settle(agent);
            }
            assertThat(full).as("fillings").isGreaterThan(5);
            System.out.println("figures: agent: " + full + " fillings of a real disk");
        }
    }

    @Test
    void aDatabaseOnAFullDiskKeepsWhatItTookRefusesTheRestAndGoesOnByItself() throws IOException {
        List<Integer> taken = new ArrayList<>();
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("database"), DISK_MIB)) {
            Path file = disk.folder().resolve("hub.db");
            int refused = 0;
            try (Database database = Database.open(file)) {
                database.run(handle -> handle.execute("CREATE TABLE taken (number INTEGER, content BLOB)"));
                int number = 0;
                for (int pages = 0; pages < 40; pages++) {
                    disk.fill(pages);
                    for (boolean fits = true; fits; number++) {
                        fits = takes(database, number);
                        if (fits) {
                            taken.add(number);
                        }
                    }
                    refused++;
                    assertThat(numbers(database)).as("read while it is full").isEqualTo(taken);
                    disk.free();
                    assertThat(takes(database, number))
                            .as("as soon as there is room")
                            .isTrue();
                    taken.add(number++);
                    database.run(
                            handle -> handle.execute("UPDATE taken SET content = x''")); // or the rows fill it for good
                }
                disk.fill(0);
            } // closed while it is full
            disk.free();
            assertThat(Database.problems(file)).isEmpty();
            try (Database again = Database.open(file)) {
                assertThat(numbers(again)).as("after all").isEqualTo(taken);
            }
            System.out.println("figures: database: refused " + refused + " times, " + taken.size() + " rows taken");
        }
    }

    /** @return whether it was acknowledged; if not, it was for want of room */
    private boolean takes(Database database, int number) {
        byte[] content = new byte[ROW_BYTES];
        random.nextBytes(content);
        Throwable refusal = catchThrowable(
                () -> database.run(handle -> handle.execute("INSERT INTO taken VALUES (?, ?)", number, content)));
        if (refusal != null) {
            assertThat(FullDisk.isCauseOf(refusal)).as("%s", refusal).isTrue();
        }
        return refusal == null;
    }

    private static List<Integer> numbers(Database database) {
        return database.read(handle -> handle.createQuery("SELECT number FROM taken ORDER BY number")
                .mapTo(Integer.class)
                .list());
    }

    @Test
    void aBundleStoreOnAFullDiskKeepsWhatItTookNamesTheFileAndGoesOnByItself() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("bundles"), DISK_MIB)) {
            Path directory = disk.folder().resolve("store");
            BundleStore store = BundleStore.open(directory, InstantSource.system());
            Map<Digest, byte[]> taken = new HashMap<>();
            int refused = 0;
            for (int pages = 0; pages < MOST_PAGES; pages++) {
                disk.fill(pages);
                Map<Digest, byte[]> blobs = someBlobs();
                Throwable refusal = catchThrowable(() -> store.putAll(blobs));
                if (refusal != null) {
                    assertThat(refusal)
                            .isInstanceOf(BundleStoreException.class)
                            .hasMessageContaining(directory.toString());
                    assertThat(FullDisk.isCauseOf(refusal)).as("%s", refusal).isTrue();
                    refused++;
                    disk.free();
                    store.putAll(blobs);
                }
                taken.putAll(blobs);
                taken.forEach(
                        (digest, bytes) -> assertThat(store.read(digest)).get().isEqualTo(bytes));
                if (refusal == null) {
                    break;
                }
            }
            assertThat(refused).as("fillings").isGreaterThan(5);
            nothingIsHalf(directory);
            System.out.println("figures: bundle store: refused " + refused + " times");
        }
    }

    private Map<Digest, byte[]> someBlobs() {
        Map<Digest, byte[]> blobs = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            byte[] blob = new byte[FILE_BYTES];
            random.nextBytes(blob);
            blobs.put(Digest.of(blob), blob);
        }
        return blobs;
    }

    private static void nothingIsHalf(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Digest.of(Files.readAllBytes(file)).hex())
                        .as("no name before its content, and no leavings of what was refused")
                        .isEqualTo(String.valueOf(file.getFileName()));
            }
        }
    }
}
