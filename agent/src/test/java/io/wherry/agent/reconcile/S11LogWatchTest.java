package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.StateFolder;
import io.wherry.agent.trust.LogWatch;
import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.MerkleTree;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S11: a record of the hub's audit log that is edited, taken away or added before others shows at every site that has seen the log. */
class S11LogWatchTest {
    @TempDir
    Path folder;

    private TestSite site;
    private StateFolder spare;
    private LogWatch watch;
    private final List<Digest> leaves = new ArrayList<>();

    @BeforeEach
    void join() {
        site = new TestSite(folder.resolve("site"));
        spare = StateFolder.open(folder.resolve("spare"), "test");
        watch = open();
        grow(leaves, 7);
        assertThat(shown(leaves)).isTrue();
    }

    @AfterEach
    void leave() {
        spare.close();
        site.close();
    }

    @Test
    void aLogThatGrowsIsFollowedAlsoOverARestart() {
        for (int by = 1; by < 20; by++) {
            grow(leaves, by);
            assertThat(shown(leaves)).isTrue();
            watch = open();
            assertThat(watch.size()).isEqualTo(leaves.size());
        }
    }

    @Test
    void anyRecordThatIsEditedOrTakenAwayOrAddedBeforeOthersIsAnAlarmWithTheNextCheckpoint() {
        for (int index = 0; index < 7; index++) {
            List<Digest> edited = new ArrayList<>(leaves);
            edited.set(index, leaf("edited"));
            List<Digest> shorter = new ArrayList<>(leaves);
            shorter.remove(index);
            List<Digest> longer = new ArrayList<>(leaves);
            longer.add(index, leaf("put in"));
            for (List<Digest> changed : List.of(edited, shorter, longer)) {
                grow(changed, 3, "of the changed log ");
                assertThat(shown(changed)).as("record %s", index).isFalse();
                assertThat(watch.fork()).isPresent();
            }
        }
        grow(leaves, 1);
        assertThat(shown(leaves)).as("the true one goes on").isTrue();
        assertThat(watch.fork()).isEmpty();
    }

    @Test
    void anotherLogOfTheSameLengthIsAnAlarm() {
        List<Digest> other = new ArrayList<>(leaves);
        other.set(6, leaf("other"));

        assertThat(shown(other)).isFalse();
    }

    @Test
    void anAlarmIsRaisedOnceAndSaysWhatTheSiteHasSeen() {
        List<Digest> forked = new ArrayList<>(leaves.subList(0, 6));
        grow(forked, 9, "of the fork ");
        var first = watch.consider(signed(forked, 1, site.hub.log), proof(forked));
        grow(forked, 9, "of the fork ");
        var second = watch.consider(signed(forked, 1, site.hub.log), proof(forked));

        assertThat(first).isPresent();
        assertThat(first.get().detail()).contains("15 records").contains("7 that this site has seen");
        assertThat(second).isEmpty();
    }

    @Test
    void anOlderCheckpointAndOneThatNobodySignedChangeNothing() {
        assertThat(shown(leaves.subList(0, 3))).isTrue();
        assertThat(watch.size()).isEqualTo(7);
        grow(leaves, 5);
        watch.consider(signed(leaves, 1, site.hub.hub), proof(leaves));
        assertThat(watch.size()).isEqualTo(7);
        assertThat(watch.fork()).isEmpty();
    }

    @Test
    void aRestoredHubsLogIsAnotherOneAndNoAlarm() {
        List<Digest> restored = new ArrayList<>(leaves.subList(0, 4));
        watch.consider(signed(restored, 2, site.hub.log), List.of());

        assertThat(watch.fork()).isEmpty();
        assertThat(watch.size()).as("not before the root of that epoch came").isEqualTo(7);
    }

    @Test
    void itsTimeIsAFloor() {
        Instant before = site.state.floor().time();
        grow(leaves, 1);
        site.now = site.now.plus(Duration.ofDays(50));
        assertThat(shown(leaves)).isTrue();
        assertThat(site.state.floor().time()).isEqualTo(site.now).isAfter(before);

        site.now = Instant.EPOCH;
        assertThat(site.state.judgedTime(site.now)).isEqualTo(site.state.floor().time());
    }

    private LogWatch open() {
        return new LogWatch(site.state, spare, new DurableStore(spare));
    }

    /** Whether it is taken without an alarm. */
    private boolean shown(List<Digest> log) {
        watch.consider(signed(log, 1, site.hub.log), proof(log));
        return watch.fork().isEmpty();
    }

    private List<Digest> proof(List<Digest> log) {
        int seen = Math.toIntExact(watch.size());
        return seen > log.size() ? List.of() : MerkleTree.consistencyProof(seen, log);
    }

    private byte[] signed(List<Digest> log, long epoch, KeyPair key) {
        return Envelope.sign(
                        new Checkpoint(
                                        site.hub.trustDomain,
                                        "wherry/" + epoch,
                                        epoch,
                                        log.size(),
                                        MerkleTree.root(log),
                                        site.now)
                                .toStatement(),
                        EcdsaSigner.of(key))
                .toJson();
    }

    private static void grow(List<Digest> log, int by) {
        grow(log, by, "record ");
    }

    private static void grow(List<Digest> log, int by, String what) {
        for (int i = 0; i < by; i++) {
            log.add(leaf(what + log.size()));
        }
    }

    private static Digest leaf(String text) {
        return MerkleTree.leafHash(text.getBytes(UTF_8));
    }
}
