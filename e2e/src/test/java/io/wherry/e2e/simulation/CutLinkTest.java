package io.wherry.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.reconcile.SimulatedAgent;
import io.wherry.contract.Digest;
import io.wherry.e2e.link.FaultyLink.Fault;
import io.wherry.e2e.link.FaultyLink.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real client and the real port over TLS and sockets, cut at random bytes: of handshakes, polls, fetches and reports. {@code -Dlink.cuts=N} cuts so
 * often, {@code -Dlink.seed=N} draws other places. All of it: {@code e2e/reliability/link.sh}.
 */
@Tag("long")
class CutLinkTest {
    /** Some seconds of every verification. */
    private static final int CUTS = 12;

    /** As the protocol says: what a cut may cost. */
    private static final int CHUNK_BYTES = 256 << 10;

    /** Where a connection is struck, at most: some two chunks and a half, so that most fetches need several connections. */
    private static final int LONGEST_BYTES = 640 << 10;

    private static final int SMALLEST_FILE_BYTES = 300 << 10;
    private static final int LARGEST_FILE_BYTES = 2500 << 10;

    /** One connection in so many goes by drops. */
    private static final int DRIPPING_IN = 8;

    private static final int SMALLEST_DROP_BYTES = 512;
    private static final int LARGEST_DROP_BYTES = 4096;

    @TempDir
    Path folder;

    private final Random random = new Random(Long.getLong("link.seed", 1));
    private final Random places = new Random(random.nextLong());
    private volatile boolean fine;

    @Test
    void goesOnWhereItWasCutAndNothingIsLostOrTakenTwice() throws IOException {
        Simulation.quiet();
        int wanted = Integer.getInteger("link.cuts", CUTS);
        Time time = new Time(Trust.BEGIN.plusSeconds(60));
        try (Databases databases = new Databases();
                SimulatedHub hub = new SimulatedHub(databases.take(), time, random);
                RealLink link = new RealLink(hub, time, this::fault)) {
            OneSite site = new OneSite(hub, time, random, folder.resolve("agent"), link::links);
            SimulatedAgent agent = site.start();
            long content = 0;
            int releases = 0;
            for (; link.way.cuts() + link.way.damages() < wanted; releases++) {
                int bytes = random.nextInt(SMALLEST_FILE_BYTES, LARGEST_FILE_BYTES);
                content += bytes;
                site.release(bytes);
                site.settle(agent);
            }
            fine = true;

            link.asked()
                    .forEach((digest, offsets) -> onlyForward(
                            digest,
                            offsets,
                            hub.life()
                                    .assignments()
                                    .size(SimulatedHub.AGENT, digest)
                                    .orElse(0)));
            everyBlobIsWhatItsNameSays();
            long struck = (long) link.way.cuts() + link.way.damages();
            System.out.printf(
                    "figures: %d cuts and %d damaged bytes in %d releases: %d KiB of content, %d KiB sent by the hub, %d receipts%n",
                    link.way.cuts(),
                    link.way.damages(),
                    releases,
                    content >> 10,
                    link.way.fromHub() >> 10,
                    agent.outbox.counter());
            assertThat(link.way.fromHub() - content)
                    .as("what was sent again, with all handshakes and answers; %d connections were struck", struck)
                    .isLessThan(struck * CHUNK_BYTES);
        }
    }

    private synchronized Fault fault() {
        if (fine) {
            return Fault.NONE;
        }
        Kind kind =
                switch (places.nextInt(5)) {
                    case 0 -> Kind.DAMAGE;
                    case 1, 2 -> Kind.RESET;
                    default -> Kind.CUT;
                };
        return new Fault(
                kind,
                places.nextInt(LONGEST_BYTES),
                places.nextInt(DRIPPING_IN) == 0 ? places.nextInt(SMALLEST_DROP_BYTES, LARGEST_DROP_BYTES) : 0);
    }

    /** Each fetch began where the one before had ended: behind a whole chunk, never at the beginning again. */
    private static void onlyForward(Digest digest, List<Long> offsets, long size) {
        assertThat(offsets).as("blob %s was asked for from", digest).isSorted();
        assertThat(offsets)
                .as("blob %s is kept in whole chunks", digest)
                .allMatch(at -> at % CHUNK_BYTES == 0 || at == size);
    }

    private void everyBlobIsWhatItsNameSays() throws IOException {
        try (Stream<Path> blobs = Files.list(folder.resolve("agent/blobs"))) {
            for (Path blob :
                    blobs.filter(file -> !file.toString().endsWith(".json")).toList()) {
                assertThat(Digest.of(Files.readAllBytes(blob)).hex()).isEqualTo(String.valueOf(blob.getFileName()));
            }
        }
    }
}
