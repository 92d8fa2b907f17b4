package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Outcome;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.AuditStream;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three sites, one and then the others: what fails is taken back from all that were offered it. */
class RolloutRevertTest extends OnARollout {
    private static final String WHY =
            "rollout 1, wave rest (2 of 2): 1 of 3 targets failed: b (HealthFailed: web exits with 1)"
                    + " (it stops at 1); goes back to revision 1";

    private AgentRecord a;
    private AgentRecord b;
    private AgentRecord c;

    @BeforeEach
    void threeSitesRunTheFirstCommit() {
        a = join("a");
        b = join("b");
        c = join("c");
        begin(
                "waves: [{name: canary, targets: 1}], soak: 0s, maxFailures: 1, maxInFlight: 1, onFailure: revertAll",
                a,
                b,
                c);
    }

    @Test
    void allThatWereOfferedItGoBackAndTheOthersKeepWhatTheyHave() {
        theSecondSiteFails("2");

        assertThat(generations()).containsExactly(3L, 3L, 1L);
        assertThat(bundles()).as("all run the first commit").hasSize(1);
        assertThat(newest().rollout().state()).isEqualTo(State.REVERTING);
        assertThat(newest().message()).isEqualTo(WHY);
        assertThat(status().reason()).isEqualTo("RolloutReverting");
        assertThat(hub.told()).containsSubsequence("RollingOut", "RolloutReverting");
        HistoryEntry revision = hub.operations.history("shop").orElseThrow().getFirst();
        assertThat(List.of(revision.cause(), revision.actor())).containsExactly("revert", "hub");
        assertThat(audited("rollout.revert")).hasSize(1);
        assertThat(hub.rollouts.resume("shop", SyncFixture.ADA))
                .isInstanceOfSatisfying(
                        Blocked.class, no -> assertThat(no.reason()).isEqualTo("RolloutReverting"));

        healthy(a);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.REVERTING);
        healthy(b);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.REVERTED);
        assertThat(status().reason()).isEqualTo("RolloutReverted");
        assertThat(status().message()).isEqualTo(WHY);
        assertThat(newest().next()).isEqualTo("wherry rollout start shop");
    }

    @Test
    void theNextCommitBeginsAnewAndNobodyHasToClearAnything() {
        theSecondSiteFails("2");
        List.of(a, b).forEach(this::healthy);
        advance();

        commit("3");

        assertThat(newest().rollout().number()).isEqualTo(2);
        assertThat(generations()).containsExactly(4L, 3L, 1L);
        assertThat(history(1).rollout().state()).isEqualTo(State.REVERTED);
        assertThat(status().reason()).isEqualTo("RollingOut");
        assertThat(audited("stack.pin.clear")).hasSize(1);
    }

    @Test
    void aCommitOnItsWayBackEndsTheWay() {
        theSecondSiteFails("2");

        commit("3");

        assertThat(history(1).rollout().state()).isEqualTo(State.SUPERSEDED);
        assertThat(newest().rollout().base()).isEqualTo(3);
        assertThat(generations()).containsExactly(4L, 3L, 1L);
        hub.report(a, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();
        assertThat(bundles()).as("all run the first commit").hasSize(1);
    }

    @Test
    void whatItsPredecessorLeftOnItsWayIsNoPlaceToGoBackTo() {
        commit("2"); // the canary is at work on it
        commit("3");
        hub.report(a, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();

        assertThat(newest().rollout().base()).isEqualTo(1);
        assertThat(bundles()).as("the canary has the first commit").hasSize(1);
    }

    @Test
    void norIsItWhereTheNextOneWaitedForAPerson() {
        hub.stack("shop", "shop", "rolloutPolicyRef: careful\nsync: {mode: manual}\n");
        commit("2");
        hub.operations.sync("shop", false, SyncFixture.ADA);
        commit("3"); // ends the rollout, and waits
        assertThat(newest().rollout().state()).isEqualTo(State.SUPERSEDED);
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.report(a, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();

        assertThat(newest().rollout().number()).isEqualTo(2);
        assertThat(bundles()).as("the canary has the first commit").hasSize(1);
    }

    @Test
    void whatWasThroughIsWhatTheNextOneGoesBackTo() {
        commit("2");
        List.of(a, b).forEach(site -> {
            healthy(site);
            advance();
        });
        hub.fleet.clock.advance(Duration.ofMinutes(16)); // nobody is heard, and c has not said how it went
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.STRAGGLING);
        List.of(a, b).forEach(site -> hub.lastSeen.polled(site.id(), "held", 1, "00"));
        commit("3");
        hub.report(a, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();

        assertThat(newest().rollout().state()).isEqualTo(State.REVERTING);
        assertThat(newest().rollout().base()).isEqualTo(2);
        assertThat(bundles()).as("all run the second commit").hasSize(1);
        assertThat(generations()).containsExactly(4L, 2L, 2L);
    }

    @Test
    void theSameContentBeginsAnewOnAPersonsWord() {
        theSecondSiteFails("2");
        List.of(a, b).forEach(this::healthy);
        advance();

        assertThat(hub.rollouts.start("shop", SyncFixture.ADA)).isInstanceOf(Done.class);

        assertThat(newest().rollout().number()).isEqualTo(2);
        assertThat(history(1).rollout().state()).isEqualTo(State.SUPERSEDED);
        assertThat(generations()).containsExactly(4L, 3L, 1L);
    }

    @Test
    void aPinOfAPersonIsTheirs() {
        theSecondSiteFails("2");
        List.of(a, b).forEach(this::healthy);
        advance();
        assertThat(hub.operations.pin("shop", 1, SyncFixture.ADA)).isInstanceOf(Done.class);

        commit("3");

        assertThat(generations()).containsExactly(3L, 3L, 1L);
        assertThat(newest().rollout().state()).isEqualTo(State.REVERTED);
        hub.operations.clearPin("shop", SyncFixture.ADA);
        assertThat(generations()).containsExactly(4L, 3L, 1L);
    }

    @Test
    void whereNothingWasBeforeItStopsAndSaysSo() {
        hub.stack("till", "shop", "rolloutPolicyRef: careful\n");
        hub.sync.fleetChanged();
        hub.report(a, "till", Outcome.FAILED, "web exits with 1");
        advance();

        RolloutReport stopped = hub.rollouts.history("till").orElseThrow().getFirst();
        assertThat(stopped.rollout().state()).isEqualTo(State.PAUSED);
        assertThat(stopped.message()).endsWith("(it stops at 1); nothing was there before that it could go back to");
        assertThat(hub.entry(a, "till").bundle()).as("it keeps what it has").isPresent();
    }

    @Test
    void newValuesAloneAreInNoRevisionAndStopIt() {
        hub.commitAndCheck(
                "late", Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1', hostname: '${SITE}'}}\n"));
        String late = "siteVariables: [{name: SITE, default: x}]\n";
        hub.stack("shop", "shop", late);
        hub.sync.fleetChanged();
        List.of(a, b, c).forEach(this::healthy);
        hub.stack("shop", "shop", late + "rolloutPolicyRef: careful\n");
        hub.put(new Agent(Metadata.of("a", APP), new TreeMap<>(Map.of("SITE", "y")), false));
        hub.sync.fleetChanged();
        hub.report(a, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();

        assertThat(newest().rollout().state()).isEqualTo(State.PAUSED);
        assertThat(newest().message())
                .endsWith(
                        "which has the same files: what is new are variables or secrets, and a revision does not hold these");
        assertThat(status().next()).isEqualTo("wherry rollout resume shop");
    }

    @Test
    void whoJoinedOnTheWayGetsWhatTheOthersHave() {
        commit("2");
        AgentRecord d = join("d");
        hub.sync.fleetChanged();
        healthy(a);
        advance();
        hub.report(b, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();

        assertThat(hub.entry(d, "shop").bundle()).isEqualTo(hub.entry(c, "shop").bundle());
    }

    @Test
    void aHubThatStartsAgainGoesOnWhereItWas() {
        theSecondSiteFails("2");
        hub.start();
        hub.check();
        List.of(a, b).forEach(this::healthy);
        advance();

        assertThat(newest().rollout().state()).isEqualTo(State.REVERTED);
        assertThat(generations()).containsExactly(3L, 3L, 1L);
        hub.start();
        commit("3");
        assertThat(generations()).containsExactly(4L, 3L, 1L);
    }

    @Test
    void whereApproversSignTheWayBackWaitsForThem() {
        Approver ada = Approver.create();
        hub.approvers("lab", 1, ada.keys());
        hub.check();
        commit("2");
        sign(ada);
        healthy(a);
        advance();
        hub.report(b, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();

        assertThat(newest().rollout().state()).isEqualTo(State.REVERTING);
        assertThat(status().reason()).isEqualTo("AwaitingApproval");
        assertThat(generations()).containsExactly(2L, 2L, 1L);
        healthy(b); // with what is to be taken back
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.REVERTING);

        sign(ada);
        assertThat(generations()).containsExactly(3L, 3L, 1L);
        List.of(a, b).forEach(this::healthy);
        advance();
        assertThat(newest().rollout().state()).isEqualTo(State.REVERTED);
    }

    private List<String> audited(String action) {
        return hub.fleet.audit.list(AuditQuery.ofStream(AuditStream.POLICY), 0, AuditLog.MAX_PAGE).stream()
                .map(record -> record.event().string("action"))
                .filter(action::equals)
                .toList();
    }

    private void sign(Approver approver) {
        var waiting = hub.approvals.waiting("shop").orElseThrow().getFirst();
        hub.approvals.submit("shop", Approver.sign(waiting, approver), SyncFixture.ADA);
    }

    private void theSecondSiteFails(String tag) {
        commit(tag);
        healthy(a);
        advance();
        hub.report(b, "shop", Outcome.ROLLED_BACK, "web exits with 1");
        advance();
    }

    private List<Optional<?>> bundles() {
        return List.of(a, b, c).stream()
                .<Optional<?>>map(agent -> hub.entry(agent, "shop").bundle())
                .distinct()
                .toList();
    }
}
