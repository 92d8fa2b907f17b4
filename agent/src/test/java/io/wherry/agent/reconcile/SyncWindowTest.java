package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.state.Step;
import io.wherry.contract.Difference;
import io.wherry.contract.Entry;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SyncWindow;
import io.wherry.contract.SyncWindows;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** New content begins in the windows of the hub's policies; what runs is looked after at any time. It is noon here. */
class SyncWindowTest extends OnASite {
    private static final SyncWindows AT_NIGHT = allow("production", "22:00", "04:00");

    private static SyncWindows allow(String policy, String start, String end) {
        return new SyncWindows(
                policy,
                List.of(new SyncWindow(
                        SyncWindow.Kind.ALLOW,
                        Set.of(),
                        Optional.empty(),
                        Optional.empty(),
                        LocalTime.parse(start),
                        LocalTime.parse(end),
                        Optional.of(ZoneOffset.UTC))));
    }

    private Entry entry(long generation, List<SyncWindows> windows, SealedSecret... brought) {
        return site.entry(shop, "shop", generation, TestSite.options("shop").within(windows), brought);
    }

    private void runs() {
        site.assign(entry(1, List.of()));
        site.settle(shop);
    }

    private void tonight() {
        site.pass(Duration.ofHours(10));
    }

    @Test
    void itIsBroughtHereAtOnceAndBeginsInItsWindow() {
        site.assign(entry(1, List.of(AT_NIGHT)));
        site.settle(shop);

        assertThat(site.record(shop).step()).isEqualTo(Step.STAGED);
        assertThat(site.record(shop).work().note().reason()).isEqualTo(SyncWindows.OUTSIDE);
        assertThat(site.record(shop).work().note().message())
                .startsWith("policy production (syncWindows) lets new content begin from 2026-03-01T");
        assertThat(site.isBusy(shop)).as("a timer's agent need not stay for it").isFalse();
        assertThat(site.reporter.standing(shop)).get().matches(Standing::isWell, "nor end with a failure");
        int asked = site.runtime.calls.size();
        site.pass(Duration.ofMinutes(1));
        site.settle(shop);
        assertThat(site.runtime.calls)
                .as("the engine is not asked again and again")
                .hasSize(asked);

        site.restart();
        tonight();
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
    }

    @Test
    void allPoliciesHaveToBeOpen() {
        site.assign(entry(1, List.of(allow("noon", "12:00", "13:00"), AT_NIGHT)));
        site.settle(shop);
        assertThat(site.record(shop).work().note().message()).startsWith("policy production ");

        site.assign(entry(1, List.of(allow("noon", "12:00", "13:00"), allow("production", "11:00", "14:00"))));
        site.pass(Duration.ofSeconds(5));
        site.settle(shop);
        assertThat(site.runtime.running).containsEntry(shop, 1L);
    }

    @Test
    void whatRunsIsRepairedTriedAgainAndBroughtBackOutsideOfThem() {
        runs();
        site.assign(entry(1, List.of(AT_NIGHT)));
        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
        assertThat(site.runtime.drift).as("repaired").isEmpty();

        Entry again = entry(1, List.of(AT_NIGHT));
        site.assign(new Entry(
                again.stack(),
                again.name(),
                2,
                again.state(),
                again.release(),
                again.bundle(),
                again.variables(),
                again.sealedSecrets(),
                again.proof(),
                again.options()));
        site.pass(Duration.ofSeconds(10));
        site.settle(shop);
        assertThat(site.told()).as("the same content under the next number").endsWith("APPLIED 2");

        site.runtime.sick.add(3L);
        site.assign(entry(3, List.of(AT_NIGHT)));
        tonight();
        site.turn(shop);
        site.pass(Duration.ofHours(8)); // it began within its window, and ends after it
        site.settle(shop);
        assertThat(site.told()).endsWith("ROLLED_BACK 3");
    }

    @Test
    void anotherValueOfASecretIsNewContent() {
        site.assign(entry(1, List.of(), site.sealed(shop, "db", 1, "one")));
        site.settle(shop);
        site.assign(entry(2, List.of(AT_NIGHT), site.sealed(shop, "db", 2, "two")));
        site.pass(Duration.ofSeconds(10));
        site.settle(shop);
        assertThat(site.record(shop).work().note().reason()).isEqualTo(SyncWindows.OUTSIDE);
        assertThat(site.record(shop).goodGeneration()).isEqualTo(1);
    }

    @Test
    void aRemovalIsAPersonsWordAndDoesNotWait() {
        runs();
        site.assign(entry(1, List.of(AT_NIGHT)));
        site.assign(site.absent(shop, "shop", 2, "service/web"));
        site.settle(shop);
        assertThat(site.told()).endsWith("REMOVED 2");
    }

    @Test
    void theHubKnowsTheReasonByItsName() {
        assertThat(AgentReason.OUTSIDE_WINDOW.code()).isEqualTo(SyncWindows.OUTSIDE);
    }
}
