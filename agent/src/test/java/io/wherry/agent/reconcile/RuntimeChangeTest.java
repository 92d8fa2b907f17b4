package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.state.Step;
import io.wherry.contract.Difference;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions.OnUnhealthy;
import io.wherry.contract.EntryState;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Another engine in the place of the one that is known, and an engine that cannot be looked at. */
class RuntimeChangeTest extends OnASite {
    @Test
    void touchesNothingOnAnotherEngineAndSaysWhy() {
        applied(1);
        site.runtime.calls.clear();
        site.runtime.replaceBy("engine-2");
        pass(Duration.ofHours(1));

        assertThat(site.runtime.calls).isEmpty();
        assertThat(site.runtime.running).isEmpty();
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1");
        EntryState told = site.states().getLast();
        assertThat(told.reason()).isEqualTo("RuntimeChanged");
        assertThat(told.message()).contains("engine-2", "engine-1", "wherry-agent resume --accept-runtime");
        assertThat(told.healthy()).isFalse();
        assertThat(site.record(shop).step()).isEqualTo(Step.COMMITTED);
    }

    @Test
    void holdsNewGenerationsAndRemovalsTooAndAcrossARestart() {
        applied(1);
        site.runtime.replaceBy("engine-2");
        site.restart();
        site.runtime.calls.clear();
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        pass(Duration.ofMinutes(20));
        site.assign(site.absent(shop, "shop", 3, "service/web"));
        pass(Duration.ofMinutes(20));

        assertThat(site.runtime.calls).isEmpty();
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 2", "PENDING 3");
        assertThat(site.states()).last().extracting(EntryState::reason).isEqualTo("RuntimeChanged");
    }

    @Test
    void goesOnWhenTheOldEngineIsBack() {
        applied(1);
        site.runtime.id = "engine-2";
        site.runtime.drift.add(new Difference("service/web", "state", "running", "stopped"));
        pass(Duration.ofMinutes(10));
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1");
        site.runtime.drift.clear();
        site.runtime.id = "engine-1";
        pass(Duration.ofMinutes(1));
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1", "HEALTHY 1");
        assertThat(site.same.problem()).isEmpty();
    }

    @Test
    void setsEverythingUpAnewOnceAPersonAcceptsTheOtherEngine() {
        // A stack that corrects nothing by itself is set up too: that is what was accepted.
        Entry entry =
                site.entry(shop, "shop", 1, TestSite.options("shop", false, false, OnUnhealthy.ROLLBACK, List.of()));
        site.assign(entry);
        site.settle(shop);
        site.runtime.replaceBy("engine-2");
        pass(Duration.ofMinutes(10));
        site.runtime.calls.clear();

        assertThat(site.same.accept()).isEqualTo("engine-2");
        site.hurry(shop);
        site.settle(shop);

        assertThat(site.runtime.calls).containsExactly("stage 1", "apply 1 FULL", "commit 1");
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1", "HEALTHY 1");
        site.restart();
        pass(Duration.ofMinutes(10));
        assertThat(site.told()).hasSize(3); // accepted once is accepted for good
    }

    @Test
    void aCrashRightAfterTheAcceptanceLosesNothing() {
        applied(1);
        site.runtime.replaceBy("engine-2");
        site.same.accept();
        site.restart();
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
        assertThat(site.record(shop).runtime()).isEqualTo("engine-2");
    }

    @Test
    void whatWasInTheMiddleOnTheOldEngineBeginsAnewOnTheAcceptedOne() {
        applied(1);
        site.runtime.starting.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.turn(shop);
        assertThat(site.record(shop).step()).isEqualTo(Step.PROBING);
        site.runtime.replaceBy("engine-2");
        site.turn(shop);
        assertThat(site.record(shop).work().note().reason()).isEqualTo("RuntimeChanged");

        site.runtime.starting.clear();
        site.same.accept();
        site.hurry(shop);
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 2L);
        assertThat(site.record(shop).quarantine()).isEmpty();
    }

    @Test
    void anAcceptedEngineWithAnUnhealthyGenerationKeepsItsVerdict() {
        applied(1);
        site.runtime.sick.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);
        site.runtime.replaceBy("engine-2");
        site.runtime.calls.clear();
        site.same.accept();
        site.hurry(shop);
        site.settle(shop);
        assertThat(site.told()).endsWith("ROLLED_BACK 2");
        assertThat(site.runtime.calls).doesNotContain("apply 2 FULL");
        assertThat(site.runtime.running).containsEntry(shop, 1L); // what was good before is put back there
    }

    @Test
    void aDamagedRecordOfTheEngineAsksInsteadOfGuessing() throws Exception {
        applied(1);
        Files.writeString(temp.resolve("data/runtime.json"), "{");
        site.restart();
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        pass(Duration.ofMinutes(1));
        assertThat(site.states().getLast().reason()).isEqualTo("RuntimeChanged");
        site.same.accept();
        site.hurry(shop);
        site.settle(shop);
        assertThat(site.told()).endsWith("APPLIED 2");
    }

    @Test
    void anEngineThatIsAwayForLongIsToldAndItsReturnTooAndLeavesNoNote() {
        applied(1);
        site.runtime.gone = RuntimeReason.RUNTIME_FORBIDDEN;
        pass(Duration.ofSeconds(20));
        assertThat(site.told()).containsExactly("APPLIED 1"); // a restart of the engine is no news
        pass(Duration.ofMinutes(2));
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1");
        assertThat(site.states().getLast().reason()).isEqualTo("RuntimeForbidden");
        assertThat(site.states().getLast().healthy()).isFalse();

        site.runtime.gone = null;
        pass(Duration.ofMinutes(1));
        assertThat(site.told()).containsExactly("APPLIED 1", "PENDING 1", "HEALTHY 1");
        assertThat(site.states().getLast().reason()).isEmpty();
    }

    @Test
    void aSuspendedStackThatNeverRanKeepsNoCycleFromEnding() {
        Entry entry = site.entry(shop, "shop", 1, TestSite.options("shop"));
        site.assign(new Entry(
                entry.stack(),
                entry.name(),
                entry.generation(),
                Entry.State.SUSPENDED,
                entry.release(),
                entry.bundle(),
                entry.variables(),
                entry.sealedSecrets(),
                entry.proof(),
                entry.options()));
        site.turn(shop);
        assertThat(site.isBusy(shop)).isFalse();
    }

    /** Turns as a loop makes them, for so long. */
    private void pass(Duration time) {
        var end = site.now.plus(time);
        while (site.now.isBefore(end)) {
            Duration rest = site.turn(shop);
            site.pass(rest.compareTo(Duration.ofSeconds(1)) > 0 ? rest : Duration.ofSeconds(1));
        }
    }

    private void applied(long generation) {
        site.assign(site.entry(shop, "shop", generation, TestSite.options("shop")));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED " + generation);
    }
}
