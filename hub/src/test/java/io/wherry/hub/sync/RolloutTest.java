package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Features;
import io.wherry.contract.Outcome;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Condition.Status;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.status.StackStatus;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import io.wherry.hub.sync.OperationResult.NotFound;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** New content goes to four sites in waves: one, then the others. */
class RolloutTest extends OnARollout {
    private AgentRecord a;
    private AgentRecord b;
    private AgentRecord c;
    private AgentRecord d;

    @BeforeEach
    void fourSitesRunTheFirstCommit() {
        a = join("a");
        b = join("b");
        c = join("c");
        d = join("d");
        begin("waves: [{name: canary, targets: 1}], soak: 10m, maxFailures: 2", a, b, c, d);
    }

    @Test
    void aPolicyAloneMovesNothing() {
        assertThat(generations()).containsExactly(1L, 1L, 1L, 1L);
        assertThat(hub.rollouts.newest()).isEmpty();
        assertThat(hub.rollouts.pause("shop", SyncFixture.ADA))
                .isEqualTo(new NotFound("stack shop has no rollout (one begins with new content)"));
    }

    @Test
    void theCanaryGoesFirstAndTheOthersWhenItDidWellForLongEnough() {
        commit("2");

        assertThat(generations()).containsExactly(2L, 1L, 1L, 1L);
        StackStatus rolling = status();
        assertThat(rolling.reason()).isEqualTo("RollingOut");
        assertThat(rolling.message()).isEqualTo("rollout 1, wave canary (1 of 2)");
        assertThat(rolling.condition("Synced").status()).isEqualTo(Status.FALSE);
        assertThat(rolling.condition("Reconciling").status()).isEqualTo(Status.TRUE);

        healthy(a);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.SOAKING);
        pass(Duration.ofMinutes(9));
        assertThat(generations()).containsExactly(2L, 1L, 1L, 1L);
        pass(Duration.ofMinutes(1));
        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);

        List.of(b, c, d).forEach(this::healthy);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.SUCCEEDED);
        assertThat(status().reason()).isEqualTo("AllGood");
        assertThat(hub.told()).containsSubsequence("RollingOut", "RolledOut");
        assertThat(hub.operations.history("shop").orElseThrow().getFirst().outcomes())
                .containsExactly(Map.entry("Healthy", 4));
    }

    @Test
    void thePlanSaysWhoIsInWhichWave() {
        hub.stack("shop", "shop", BY_POLICY + "sync: {mode: manual}\n");
        commit("2");

        assertThat(hub.operations.plan("shop").orElseThrow().notes())
                .contains("rollout policy careful: wave canary 1 target (a), rest 3 targets (b, c, d)");
    }

    @Test
    void allWavesAreOneRevisionAndOneRelease() {
        commit("2");
        healthy(a);
        soak();

        assertThat(hub.entry(d, "shop").release())
                .isEqualTo(hub.entry(a, "shop").release());
        assertThat(status().targets().stream().map(target -> target.revision()).distinct())
                .containsExactly(2L);
    }

    @Test
    void failuresStopItAndAFixBeginsAnewWithTheCanary() {
        theCanaryFails();

        assertThat(newest().rollout().state()).isEqualTo(State.PAUSED);
        assertThat(status().reason()).isEqualTo("RolloutPaused");
        assertThat(status().message()).contains("1 of 4 targets failed: a (HealthFailed: web exits with 1)");
        assertThat(status().next()).isEqualTo("wherry rollout resume shop");
        assertThat(generations()).containsExactly(2L, 1L, 1L, 1L);

        commit("3");

        assertThat(newest().rollout().number()).isEqualTo(2);
        assertThat(history(1).rollout().state()).isEqualTo(State.SUPERSEDED);
        assertThat(generations()).containsExactly(3L, 1L, 1L, 1L);
    }

    @Test
    void aFailedTargetIsRetriedAndTheRolloutGoesOn() {
        theCanaryFails();

        assertThat(hub.rollouts.retry("shop", SyncFixture.ADA))
                .isEqualTo(new Done("rollout 1 is repeated at 1 target", 2, ""));
        assertThat(generations()).containsExactly(3L, 1L, 1L, 1L);
        healthy(a);
        advance();

        assertThat(generations()).containsExactly(3L, 2L, 2L, 2L);
    }

    @Test
    void aPersonGoesOnOverFailures() {
        theCanaryFails();

        assertThat(hub.rollouts.resume("shop", SyncFixture.ADA))
                .isEqualTo(new Done("rollout 1 goes on over 1 failures", 2, ""));
        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
        List.of(b, c, d).forEach(this::healthy);
        advance();

        assertThat(newest().rollout().state()).isEqualTo(State.STRAGGLING);
        assertThat(newest().message()).contains("1 of 4 targets failed: a");
    }

    @Test
    void aPersonPausesAndGoesOn() {
        commit("2");
        healthy(a);
        assertThat(hub.rollouts.pause("shop", SyncFixture.ADA)).isInstanceOf(Done.class);

        pass(Duration.ofHours(1));
        assertThat(generations()).containsExactly(2L, 1L, 1L, 1L);
        assertThat(hub.rollouts.pause("shop", SyncFixture.ADA))
                .isEqualTo(new Blocked("RolloutPaused", "rollout 1 is paused already", ""));
        assertThat(hub.rollouts.resume("shop", SyncFixture.ADA)).isInstanceOf(Done.class);
        soak();

        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
    }

    @Test
    void aPersonBeginsTheNextWaveAtOnce() {
        commit("2");

        assertThat(hub.rollouts.promote("shop", SyncFixture.ADA))
                .isEqualTo(new Done("rollout 1 goes on with wave rest", 2, ""));
        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
        assertThat(hub.rollouts.promote("shop", SyncFixture.ADA))
                .isEqualTo(new Blocked("RollingOut", "rollout 1 is in its last wave", ""));
    }

    @Test
    void aGateWaitsForAPersonsWord() {
        policy("waves: [{name: canary, targets: 1}, {name: half, percent: 50, gate: manual}], soak: 0s");
        commit("2");
        healthy(a);
        advance();

        assertThat(status().reason()).isEqualTo("RolloutGated");
        assertThat(status().next()).isEqualTo("wherry rollout promote shop");
        assertThat(generations()).containsExactly(2L, 1L, 1L, 1L);
        hub.rollouts.promote("shop", SyncFixture.ADA);

        assertThat(generations()).containsExactly(2L, 2L, 1L, 1L);
    }

    @Test
    void whatAPersonEndedIsOfferedToNobodyElseUntilItIsBegunAnew() {
        commit("2");
        assertThat(hub.rollouts.abort("shop", SyncFixture.ADA)).isInstanceOf(Done.class);
        pass(Duration.ofHours(1));

        assertThat(generations()).containsExactly(2L, 1L, 1L, 1L);
        assertThat(status().reason()).isEqualTo("RolloutAborted");
        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA))
                .isEqualTo(new Blocked(
                        "RolloutAborted",
                        "rollout 1, wave canary (1 of 2): ended by ada",
                        "wherry rollout start shop"));

        hub.rollouts.start("shop", SyncFixture.ADA);

        assertThat(newest().rollout().number()).isEqualTo(2);
        assertThat(generations()).containsExactly(2L, 2L, 1L, 1L);
    }

    @Test
    void aManualStackBeginsItsRolloutOnAPersonsWordAndFinishesByItself() {
        hub.stack("shop", "shop", BY_POLICY + "sync: {mode: manual}\n");
        commit("2");
        assertThat(generations()).containsExactly(1L, 1L, 1L, 1L);

        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(Done.class, done -> assertThat(done.message())
                        .isEqualTo("offered to 1 of 4 targets; rollout 1, wave canary (1 of 2)"));
        healthy(a);
        soak();

        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
    }

    @Test
    void aRollbackGoesToAllAtOnce() {
        commit("2");
        hub.operations.rollback("shop", Optional.of(1L), SyncFixture.ADA);

        assertThat(generations()).containsExactly(3L, 1L, 1L, 1L);
        assertThat(newest().rollout().state()).isEqualTo(State.SUPERSEDED);
        assertThat(hub.entry(a, "shop").bundle()).isEqualTo(hub.entry(b, "shop").bundle());
    }

    @Test
    void whoJoinsMeanwhileComesLastAndWhoJoinsLaterGetsItAtOnce() {
        commit("2");
        AgentRecord e = hub.join("e", APP);
        hub.sync.fleetChanged();
        assertThat(hub.assignments.newest(e.id())).isEmpty();

        healthy(a);
        soak();
        assertThat(hub.entry(e, "shop").generation()).isEqualTo(1);
        List.of(b, c, d, e).forEach(this::healthy);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.SUCCEEDED);

        AgentRecord f = hub.join("f", APP);
        hub.sync.fleetChanged();

        assertThat(hub.entry(f, "shop").generation()).isEqualTo(1);
        assertThat(newest().rollout().number()).isEqualTo(1);
    }

    @Test
    void whoIsNotHeardIsPassedOverAndGetsItWhenItIsBack() {
        policy("waves: [{name: canary, targets: 1}], soak: 0s");
        hub.fleet.clock.advance(Duration.ofMinutes(16));
        List.of(a, b, c).forEach(agent -> hub.lastSeen.polled(agent.id(), "held", 1, "00"));
        commit("2");
        healthy(a);
        advance();

        assertThat(generations()).containsExactly(2L, 2L, 2L, 1L);
        List.of(b, c).forEach(this::healthy);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.STRAGGLING);
        assertThat(newest().message()).endsWith("1 of 4 targets not heard: d");

        hub.lastSeen.polled(d.id(), "held", 1, "00");
        advance();
        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
        healthy(d);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aSiteThatWasNeverHeardIsGivenItsFileInItsTurnAndHoldsUpNobody() {
        AgentRecord byFile = hub.joinOlder("e", Features.UNDERSTOOD);
        hub.sync.fleetChanged();
        hub.report(byFile, "shop", Outcome.HEALTHY);
        policy("waves: [{name: canary, targets: 1}], soak: 0s");
        commit("2");
        healthy(a);
        advance();

        assertThat(hub.entry(byFile, "shop").generation()).isEqualTo(2);
        List.of(b, c, d).forEach(this::healthy);
        advance();
        assertThat(newest().message()).endsWith("1 of 5 targets not heard: e");
        hub.report(byFile, "shop", Outcome.HEALTHY);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void whoIsHeardAndSaysNothingHasFailedAfterItsTime() {
        policy("waves: [{name: canary, targets: 1}], soak: 0s, maxFailures: 1, timeLimit: 5m");
        commit("2");
        pass(Duration.ofMinutes(6));

        assertThat(newest().rollout().state()).isEqualTo(State.PAUSED);
        assertThat(newest().message()).contains("a (no outcome within 5 min)");
    }

    @Test
    void theTimeOfWhoIsNotHeardStandsStill() {
        policy("waves: [{name: canary, targets: 1}], soak: 0s, maxFailures: 1, timeLimit: 5m");
        commit("2");
        hub.fleet.clock.advance(Duration.ofMinutes(16)); // nobody is heard any more
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.RUNNING);

        hub.lastSeen.polled(a.id(), "held", 1, "00");
        advance();

        assertThat(newest().rollout().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void whoLeavesIsNotWaitedFor() {
        policy("waves: [{name: canary, targets: 1}], soak: 0s");
        commit("2");
        hub.put(new Agent(Metadata.of("a", Map.of()), new TreeMap<>(), false));
        hub.sync.fleetChanged();
        advance();

        assertThat(hub.entry(b, "shop").generation()).isEqualTo(2);
        assertThat(newest().targets()).hasSize(3);
    }

    @Test
    void aHubThatStartsAgainGoesOnWhereItWas() {
        commit("2");
        hub.start();
        hub.check();
        healthy(a);
        soak();

        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
        assertThat(newest().rollout().number()).isEqualTo(1);
    }

    @Test
    void withoutItsPolicyNothingGoes() {
        hub.stack("shop", "shop", "rolloutPolicyRef: nowhere\n");
        commit("2");

        assertThat(generations()).containsExactly(1L, 1L, 1L, 1L);
        assertThat(status().reason()).isEqualTo("RolloutPolicyMissing");
        assertThat(status().message()).contains("rolloutPolicyRef: rollout policy nowhere does not exist");
    }

    @Test
    void noMoreThanThePolicySaysAreAtWork() {
        policy("waves: [{name: canary, targets: 1}], soak: 0s, maxInFlight: 2");
        commit("2");
        healthy(a);
        advance();
        assertThat(generations()).containsExactly(2L, 2L, 2L, 1L);

        healthy(b);
        advance();
        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
    }

    @Test
    void approversSignOnceForAllWaves() {
        Approver ada = Approver.create();
        hub.approvers("lab", 1, ada.keys());
        hub.check();
        commit("2");
        assertThat(status().reason()).isEqualTo("AwaitingApproval");
        assertThat(generations()).containsExactly(1L, 1L, 1L, 1L);

        var waiting = hub.approvals.waiting("shop").orElseThrow().getFirst();
        hub.approvals.submit("shop", Approver.sign(waiting, ada), SyncFixture.ADA);
        assertThat(generations()).containsExactly(2L, 1L, 1L, 1L);
        healthy(a);
        soak();

        assertThat(generations()).containsExactly(2L, 2L, 2L, 2L);
        assertThat(hub.approvals.waiting("shop").orElseThrow()).isEmpty();
    }

    private void theCanaryFails() {
        policy("waves: [{name: canary, targets: 1}], soak: 0s, maxFailures: 1");
        commit("2");
        hub.report(a, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();
    }

    /** Time passes, and every agent polls meanwhile. */
    private void pass(Duration time) {
        hub.fleet.clock.advance(time);
        hub.fleet.agents.served().forEach(agent -> hub.lastSeen.polled(agent.id(), "held", 1, "00"));
        advance();
    }

    private void soak() {
        advance();
        pass(Duration.ofMinutes(10));
    }
}
