package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.state.Step;
import io.wherry.contract.Difference;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions.OnUnhealthy;
import io.wherry.contract.EntryState;
import io.wherry.contract.Gap;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ConvergeTest extends OnASite {
    private final StackId base = StackId.random(new SecureRandom());

    @Test
    void bringsAGenerationToHealthyAndReportsItOnce() {
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.runtime.calls).containsExactly("stage 1", "apply 1 FULL", "commit 1");
        assertThat(site.told()).containsExactly("APPLIED 1");
        EntryState told = site.states().getFirst();
        assertThat(told.healthy()).isTrue();
        assertThat(told.synced()).isTrue();
        assertThat(told.images()).containsEntry("web", "sha256:image");
    }

    @Test
    void tellsForHowLongAServiceWasAwayAlsoAfterARestart() {
        Gap gap = new Gap("service/web", 823, "mounts volume data");
        site.runtime.gap = gap;
        site.runtime.starting.add(1L);
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        do {
            site.turn(shop);
        } while (site.record(shop).step() != Step.PROBING);
        site.runtime.gap = null;
        site.restart(); // between apply and verdict
        site.runtime.starting.clear();
        site.settle(shop);
        assertThat(site.states().getLast().outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(site.states().getLast().gaps()).containsExactly(gap);

        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);
        assertThat(site.states().getLast().generation()).isEqualTo(2);
        assertThat(site.states().getLast().gaps())
                .as("of the next, which left none")
                .isEmpty();
    }

    /** A restored hub goes by it: what is not named is taken to be gone. */
    @Test
    void aFullReportNamesEveryStackAndIsNotMadeBeforeEachWasLookedAt() {
        applied(1);
        site.restart();
        site.reporter.fullReport(Set.of(shop));
        assertThat(site.complete()).isEmpty();

        site.settle(shop);
        site.reporter.fullReport(Set.of(shop));
        site.reporter.fullReport(Set.of(shop, base));
        assertThat(site.complete()).hasSize(1);
        EntryState told = site.complete().getFirst().getFirst();
        assertThat(told.stack()).isEqualTo(shop);
        assertThat(told.running().orElseThrow().generation()).isEqualTo(1);
    }

    @Test
    void aSiteThatRunsNothingSaysSo() {
        site.reporter.fullReport(Set.of());
        assertThat(site.complete()).containsExactly(List.of());
    }

    /** What is still set aside then would make the one that just proved itself look unproven. */
    @Test
    void aGenerationIsSettledBeforeTheNextBeginsHoweverSoonThatComes() {
        applied(1);
        for (long generation = 2; generation <= 3; generation++) {
            site.assign(site.entry(shop, "shop", generation, TestSite.options("shop")));
            site.settle(shop);
        }

        assertThat(site.runtime.calls).containsSubsequence("apply 2 FULL", "commit 2", "apply 3 FULL", "commit 3");
    }

    /** Should it fail in the middle, that comes back with its own files. */
    @Test
    void anApplyKnowsWhatRanBefore() {
        applied(1);
        site.runtime.sick.add(2L);
        for (long generation = 2; generation <= 3; generation++) {
            site.assign(site.entry(shop, "shop", generation, TestSite.options("shop")));
            site.settle(shop);
        }

        assertThat(site.runtime.ranBefore).containsExactly(0L, 1L, 1L);
    }

    @Test
    void anUnhealthyGenerationGoesBackByItselfAndIsNotTriedAgain() {
        applied(1);
        site.runtime.sick.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);
        site.pass(Duration.ofHours(1));
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.runtime.calls.stream().filter(c -> c.startsWith("apply 2")))
                .hasSize(1);
        assertThat(site.told()).containsExactly("APPLIED 1", "ROLLED_BACK 2");
        assertThat(site.states().getLast().reason()).isEqualTo("Exited");
        assertThat(site.states().getLast().message()).isEqualTo("exited with 1 | last line");
        assertThat(site.states().getLast().running().orElseThrow().generation()).isEqualTo(1);

        site.runtime.sick.clear();
        site.assign(site.entry(shop, "shop", 3, TestSite.options("shop")));
        site.settle(shop);
        assertThat(site.told()).endsWith("APPLIED 3");
    }

    /** It may wait for a person, who hears of it at the hub. */
    @Test
    void aWayBackThatHasToWaitIsToldOnceWithWhatItWaitsForAndWhyItGoesBack() {
        applied(1);
        site.runtime.sick.add(2L);
        site.runtime.holdsBack.add("PersistentVolume//data: waits for its finalizers");
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);
        site.pass(Duration.ofHours(1));
        site.settle(shop);

        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 2");
        assertThat(site.states().getLast().reason()).isEqualTo("RuntimeTimeout");
        assertThat(site.states().getLast().message())
                .isEqualTo("PersistentVolume//data: waits for its finalizers; generation 2 failed: Exited: exited with"
                        + " 1 | last line");

        site.runtime.holdsBack.clear();
        site.pass(Duration.ofHours(1));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 2", "ROLLED_BACK 2");
        assertThat(site.states().getLast().reason()).isEqualTo("Exited");
    }

    /** What ended with the engine says nothing of the generation: it is brought about once more. */
    @Test
    void anEngineThatIsRestartedWhileItIsProbedIsNoVerdict() {
        applied(1);
        site.runtime.starting.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        while (site.record(shop).step() != Step.PROBING) {
            site.turn(shop);
        }
        site.runtime.gone = RuntimeReason.RUNTIME_UNREACHABLE;
        site.turn(shop);
        site.runtime.gone = null;
        site.runtime.running.remove(shop);
        site.runtime.starting.clear();
        site.pass(Duration.ofMinutes(1));
        site.settle(shop);

        assertThat(site.runtime.running).containsEntry(shop, 2L);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 2", "APPLIED 2");
    }

    @Test
    void anOperatorMayHaveAQuarantinedGenerationTriedAgain() {
        applied(1);
        site.runtime.sick.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);
        site.runtime.sick.clear();
        site.retry(shop);
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "ROLLED_BACK 2", "APPLIED 2");
    }

    @Test
    void aMissingImageKeepsWhatRunsAndIsTriedForAsLongAsItTakes() {
        applied(1);
        site.runtime.imageless.add("shop");
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        for (int i = 0; i < 100; i++) {
            site.turn(shop);
            site.pass(Duration.ofMinutes(6));
        }
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 2");
        assertThat(site.states().getLast().reason()).isEqualTo("ImageUnavailable");
        site.runtime.imageless.clear();
        site.pass(Duration.ofMinutes(6));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 2", "APPLIED 2");
    }

    @Test
    void anApplyThatKeepsBeingInterruptedIsUndoneAndTriedAgainWithoutAVerdict() {
        applied(1);
        site.runtime.applyPending = true;
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        for (int i = 0; i < 6; i++) {
            site.turn(shop);
            site.pass(Duration.ofMinutes(6));
        }
        assertThat(site.runtime.calls).contains("rollback 2");
        assertThat(site.record(shop).quarantine()).isEmpty();
        site.runtime.applyPending = false;
        site.pass(Duration.ofMinutes(6));
        site.settle(shop);
        assertThat(site.told()).endsWith("APPLIED 2");
    }

    @Test
    void whatTheRuntimeKnowsToBeWellIsNeitherProbedNorRead() throws IOException {
        applied(1);
        site.runtime.held = new Health.Healthy(List.of());
        int probes = site.runtime.probes;
        Entry good = site.record(shop).good().orElseThrow().entry();
        Files.delete(site.blobs().path(good.bundle().orElseThrow().digest()));
        for (int look = 0; look < 3; look++) {
            site.pass(Watch.HEALTH_INTERVAL);
            site.settle(shop);
        }
        assertThat(site.runtime.probes).isEqualTo(probes);
        assertThat(site.told()).containsExactly("APPLIED 1");
        assertThat(site.states().getLast().healthy()).isTrue();
    }

    @Test
    void driftIsRepairedOrReportedAsTheStackAsks() {
        applied(1);
        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        assertThat(site.runtime.calls).contains("apply 1 CORRECT");
        assertThat(site.told()).containsExactly("APPLIED 1", "CORRECTED 1");
        assertThat(site.states().getLast().differences()).hasSize(1);

        site.assign(
                site.entry(shop, "shop", 1, TestSite.options("shop", false, false, OnUnhealthy.ROLLBACK, List.of())));
        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "CORRECTED 1", "DRIFTED 1");
        site.runtime.drift.clear();
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        assertThat(site.told()).endsWith("HEALTHY 1");
    }

    @Test
    void aCorrectionThatWaitsForItsSurroundingsIsPendingAndTriedAgainSoon() {
        applied(1);
        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        site.runtime.applyPending = true;
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1");
        EntryState told = site.states().getLast();
        assertThat(told.reason()).isEqualTo("RuntimeError");
        assertThat(told.message()).isEqualTo("what differs cannot be corrected yet: engine hiccup");
        assertThat(told.drifted()).isTrue();
        assertThat(told.differences()).hasSize(1);

        site.runtime.applyPending = false;
        site.pass(Duration.ofSeconds(30));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1", "CORRECTED 1");
    }

    @Test
    void whatWasTakenAwayIsBroughtBackAtTheNextLookButNotOverAndOver() {
        applied(1);
        site.runtime.running.clear();
        site.pass(Watch.HEALTH_INTERVAL);
        site.settle(shop);
        assertThat(site.told()).as("no alarm for what was put right").containsExactly("APPLIED 1", "CORRECTED 1");

        site.runtime.running.clear();
        site.runtime.calls.clear();
        site.pass(Watch.HEALTH_INTERVAL);
        site.settle(shop);
        assertThat(site.runtime.calls).doesNotContain("apply 1 CORRECT");
    }

    @Test
    void whatIsRepairedAfterAnAlarmIsToldToBeHealthyAgain() {
        applied(1);
        site.runtime.running.clear();
        site.runtime.applyPending = true;
        for (int look = 1; look <= 3; look++) {
            site.pass(Watch.HEALTH_INTERVAL);
            site.settle(shop);
        }
        site.runtime.applyPending = false;
        site.pass(Duration.ofSeconds(30));
        site.settle(shop);
        site.pass(Watch.HEALTH_INTERVAL);
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1", "UNHEALTHY 1", "CORRECTED 1", "HEALTHY 1");
        assertThat(site.states().getLast().healthy()).isTrue();
    }

    @Test
    void whatIsMissingAndNotToBeCorrectedIsNamed() {
        site.assign(
                site.entry(shop, "shop", 1, TestSite.options("shop", false, false, OnUnhealthy.ROLLBACK, List.of())));
        site.settle(shop);
        site.runtime.running.clear();
        site.pass(Watch.HEALTH_INTERVAL);
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "DRIFTED 1");
        assertThat(site.states().getLast().differences())
                .extracting(Difference::found)
                .containsExactly("missing");
    }

    @Test
    void alwaysApplyMakesEverythingAnewEachCycleAndSaysNothingOfIt() {
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop", true, true, OnUnhealthy.ROLLBACK, List.of())));
        site.settle(shop);
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        assertThat(site.runtime.calls.stream().filter("apply 1 ALWAYS"::equals)).hasSizeGreaterThanOrEqualTo(2);
        assertThat(site.told()).containsExactly("APPLIED 1");
    }

    @Test
    void threeBadChecksMakeUnhealthyAndOneGoodHealthyAgain() {
        applied(1);
        site.runtime.sick.add(1L);
        for (int i = 0; i < 2; i++) {
            site.pass(Duration.ofSeconds(10));
            site.turn(shop);
        }
        assertThat(site.told()).containsExactly("APPLIED 1");
        site.pass(Duration.ofSeconds(10));
        site.turn(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "UNHEALTHY 1");
        site.runtime.sick.clear();
        site.pass(Duration.ofSeconds(10));
        site.turn(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "UNHEALTHY 1", "HEALTHY 1");
    }

    @Test
    void oneThatWaitsForAnotherBeginsWhenThatIsHealthy() {
        site.assign(
                site.entry(base, "base", 1, TestSite.options("base")),
                site.entry(
                        shop, "shop", 1, TestSite.options("shop", true, false, OnUnhealthy.ROLLBACK, List.of(base))));
        site.settle(shop);
        assertThat(site.states().getLast().reason()).isEqualTo("WaitingForDependency");
        site.settle(base);
        site.pass(Duration.ofSeconds(2));
        site.settle(shop);
        assertThat(site.runtime.running).containsKeys(base, shop);
    }

    @Test
    void aHeldGenerationStaysAndIsTakenBackBeforeTheNext() {
        applied(1);
        site.runtime.sick.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop", true, false, OnUnhealthy.HOLD, List.of())));
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 2L);
        assertThat(site.told()).endsWith("FAILED 2");
        site.assign(site.entry(shop, "shop", 3, TestSite.options("shop")));
        site.pass(Duration.ofSeconds(10));
        site.settle(shop);
        assertThat(site.runtime.calls).containsSubsequence("rollback 2", "apply 3 FULL");
        assertThat(site.told()).endsWith("APPLIED 3");
    }

    @Test
    void aPauseLeavesEverythingAsItIsAndEndsByItself() {
        applied(1);
        site.pause.pause(Duration.ofHours(2), site.now);
        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.reporter.standing(shop)).get().matches(Standing::isWell, "a person asked for it");
        assertThat(site.runtime.drift).isNotEmpty();
        site.restart(); // a pause survives it
        site.turn(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        site.pass(Duration.ofHours(2));
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 2L);
    }

    @Test
    void anAbsentStackGoesAsFarAsItsTombstonePermits() {
        applied(1);
        site.assign(site.absent(shop, "shop", 2, "service/web"));
        site.settle(shop);
        assertThat(site.runtime.running).isEmpty();
        assertThat(site.told()).containsExactly("APPLIED 1", "REMOVED 2");
        assertThat(site.record(shop).step()).isEqualTo(Step.REMOVED);
        site.assign(); // its receipt came home: it is not listed any more
        site.turn(shop);
        assertThat(site.journal.all()).isEmpty();
    }

    @Test
    void aTombstoneThatPermitsNothingKeepsTheWorkload() {
        applied(1);
        site.assign(site.absent(shop, "shop", 2));
        site.settle(shop);
        assertThat(site.runtime.calls).contains("remove shop keep");
        assertThat(site.runtime.running).containsEntry(shop, 1L);
    }

    @Test
    void anExpiredAssignmentBeginsNothingNewAndStopsNothing() {
        applied(1);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.pass(Duration.ofDays(31));
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.states().getLast().reason()).isEqualTo("Stale");
    }

    /** What {@code run --once} waits for. */
    @Test
    void isBusyThroughTheHealthWindowAndHoldsBackNoOther() throws InterruptedException {
        site.runtime.starting.add(7L);
        site.runtime.imageless.add("base");
        site.assign(
                site.entry(base, "base", 1, TestSite.options("base")),
                site.entry(shop, "shop", 7, TestSite.options("shop")));
        try (Stacks stacks = site.stacks()) {
            stacks.refresh();
            await(() -> site.journal
                    .find(shop)
                    .filter(r -> r.step() == Step.PROBING)
                    .isPresent());
            await(() -> site.journal
                    .find(base)
                    .filter(r -> !r.work().note().reason().isEmpty())
                    .isPresent());
            assertThat(stacks.isBusy()).isTrue();
            site.runtime.starting.clear();
            await(() -> !stacks.isBusy());
        }
        assertThat(site.record(shop).step()).isEqualTo(Step.COMMITTED);
        assertThat(site.record(base).work().note().reason()).isEqualTo("ImageUnavailable");
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
            site.pass(Duration.ofMillis(10));
        }
        assertThat(condition.getAsBoolean()).as("within 30 s").isTrue();
    }

    private void applied(long generation) {
        site.assign(site.entry(shop, "shop", generation, TestSite.options("shop")));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED " + generation);
    }
}
