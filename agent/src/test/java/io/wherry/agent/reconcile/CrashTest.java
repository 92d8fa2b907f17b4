package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.state.StateException;
import io.wherry.agent.state.Step;
import io.wherry.contract.Entry;
import io.wherry.contract.StackId;
import io.wherry.contract.verify.Adoption;
import io.wherry.contract.verify.VerifyReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent dies between any two lines: afterwards the old or the new runs, whole, and it converges by itself. */
class CrashTest {
    private final StackId shop = StackId.random(new SecureRandom());

    @TempDir
    Path temp;

    private TestSite site;

    /** A power cut: nothing catches it on the way up but the test. */
    private static final class PowerCut extends Error {
        private static final long serialVersionUID = 1;
    }

    @BeforeEach
    void open() {
        site = new TestSite(temp.resolve("data"));
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void goesOnAfterARestartAtEveryTurn() {
        for (int turns = 0; turns < 8; turns++) {
            Entry next = site.entry(shop, "shop", turns + 2L, TestSite.options("shop"));
            site.assign(next);
            for (int i = 0; i < turns; i++) {
                site.turn(shop);
            }
            site.restart();
            site.settle(shop);
            assertThat(site.runtime.running).containsEntry(shop, turns + 2L);
            assertThat(site.runtime.aside).isEmpty();
            assertThat(site.record(shop).step()).isEqualTo(Step.COMMITTED);
        }
        assertThat(site.told()).doesNotHaveDuplicates();
    }

    @Test
    void anApplyThatKillsTheAgentIsRedoneThreeTimesAndThenTakenBack() {
        site.runtime.beforeApply = () -> {
            throw new PowerCut();
        };
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> site.turn(shop)).isInstanceOf(PowerCut.class);
            assertThat(site.record(shop).step()).isEqualTo(Step.APPLYING);
            site.restart();
        }
        site.settle(shop);
        assertThat(site.runtime.calls.stream().filter("apply 2 FULL"::equals)).hasSize(4);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.told()).containsExactly("APPLIED 1", "ROLLED_BACK 2");
        assertThat(site.states().getLast().reason()).isEqualTo("CrashedWhileApplying");
    }

    @Test
    void anApplyThatDiedOnceSucceedsTheSecondTime() {
        site.runtime.beforeApply = () -> {
            site.runtime.beforeApply = () -> {};
            throw new PowerCut();
        };
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        assertThatThrownBy(() -> site.turn(shop)).isInstanceOf(PowerCut.class);
        site.restart();
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "APPLIED 2");
    }

    @Test
    void aRollbackThatDiesIsRepeatedUntilItIsDone() {
        List<Integer> deaths = new ArrayList<>(List.of(1, 2, 3, 4, 5));
        site.runtime.beforeRollback = () -> {
            if (!deaths.isEmpty()) {
                deaths.removeFirst();
                throw new PowerCut();
            }
        };
        site.runtime.sick.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> site.settle(shop)).isInstanceOf(PowerCut.class);
            assertThat(site.record(shop).step()).isEqualTo(Step.ROLLING_BACK);
            site.restart();
        }
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.told()).containsExactly("APPLIED 1", "ROLLED_BACK 2");
    }

    @Test
    void aProbeThatWasCutBeginsItsWindowAnew() {
        site.runtime.starting.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.turn(shop);
        site.turn(shop);
        site.pass(Duration.ofMinutes(9));
        site.restart();
        site.turn(shop);
        site.pass(Duration.ofMinutes(9));
        site.turn(shop);
        assertThat(site.record(shop).step()).isEqualTo(Step.PROBING);
        site.pass(Duration.ofMinutes(2));
        site.settle(shop);
        assertThat(site.states().getLast().reason()).isEqualTo("HealthTimeout");
        assertThat(site.states().getLast().message()).matches("not healthy within [0-9]+m([0-9]+s)?: .*");
        assertThat(site.runtime.running).containsEntry(shop, 1L);
    }

    @Test
    void aNewerGenerationWaitsUntilWhatIsInTheMiddleHasEnded() {
        site.runtime.starting.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.turn(shop);
        site.assign(site.entry(shop, "shop", 3, TestSite.options("shop")));
        site.turn(shop);
        assertThat(site.runtime.calls).doesNotContain("apply 3 FULL");
        site.runtime.starting.clear();
        site.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 10; i++) {
            site.turn(shop);
            site.pass(Duration.ofSeconds(1));
        }
        assertThat(site.runtime.calls).containsSubsequence("apply 2 FULL", "apply 3 FULL");
        assertThat(site.runtime.running).containsEntry(shop, 3L);
    }

    /** S5. */
    @Test
    void refusesEveryEarlierAssignmentAlsoAfterARestart() {
        Entry entry = site.entry(shop, "shop", 1, TestSite.options("shop"));
        List<byte[]> earlier = new ArrayList<>();
        for (long sequence = 2; sequence < 6; sequence++) {
            earlier.add(site.envelope(sequence, entry));
            site.assign(entry);
        }
        byte[] newest = site.envelope(6, entry);
        assertThat(site.offer(newest)).isInstanceOf(Adoption.Adopted.class);
        site.restart();
        assertThat(site.state.adopted().orElseThrow().sequence()).isEqualTo(6);
        assertThat(earlier).allSatisfy(envelope -> assertThat(site.offer(envelope))
                .isInstanceOfSatisfying(
                        Adoption.Refused.class, r -> assertThat(r.reason()).isEqualTo(VerifyReason.SEQUENCE_TOO_OLD)));
        assertThat(site.offer(newest)).isInstanceOf(Adoption.Unchanged.class);
    }

    /** S7. */
    @Test
    void refusesAnAssignmentThatForgetsWhatRuns() {
        assertThat(site.offer(site.envelope(9)))
                .isInstanceOfSatisfying(
                        Adoption.Refused.class, r -> assertThat(r.reason()).isEqualTo(VerifyReason.INCOMPLETE_SET));
        assertThat(site.runtime.running).containsEntry(shop, 1L);
    }

    @Test
    void withoutItsFloorsAKeyMustJoinAgain() throws IOException {
        Files.delete(temp.resolve("data/floors.json"));
        assertThatThrownBy(() -> site.restart())
                .isInstanceOf(StateException.class)
                .hasMessageContaining("join again")
                .hasMessageContaining("workloads keep running");
    }

    @Test
    void countsItsStarts() {
        long before = site.state.incarnation();
        byte[] instance = site.state.instance();
        site.restart();
        assertThat(site.state.incarnation()).isEqualTo(before + 1);
        assertThat(site.state.instance()).isNotEqualTo(instance);
    }
}
