package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Outcome;
import io.wherry.hub.approval.ApprovalRepository;
import io.wherry.hub.approval.Vote;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.AuditRecord;
import io.wherry.hub.audit.AuditStream;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import io.wherry.hub.sync.PlanApprovals.Waiting;
import io.wherry.hub.sync.StackOperations.Actor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** New content for production waits until people have approved it; Ada commits. */
class PlanApprovalTest extends OnGovernedSites {
    private static final Actor BOB = Actor.of(Who.user("bob", "192.0.2.2"));
    private static final Actor CAROL = Actor.of(Who.user("carol", "192.0.2.3"));
    private static final Actor TOO_LATE = new Actor(Who.user("bob", "192.0.2.2"), "not on a Friday", "");

    @Test
    void productionWaitsForTwoOthersThanTheAuthorWhileTheLabGoesOn() {
        policy("production", "require: {approvals: 2}");
        String second = commit("2");

        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(status().reason()).isEqualTo("ApprovalNeeded");
        assertThat(status().message())
                .contains("policy production (require.approvals) wants 2 approvals of what is new, has none at prod");
        assertThat(hub.told()).contains("ApprovalNeeded");
        assertThat(waiting()).satisfies(plan -> {
            assertThat(plan.stack()).isEqualTo("shop");
            assertThat(plan.what()).isEqualTo("commit " + second.substring(0, 12));
            assertThat(plan.authors()).containsExactly("Ada <ada@example.org>");
            assertThat(plan.targets()).extracting(PlanApprovals.Target::agent).containsExactly("prod");
        });

        assertThat(refusal(hub.plans.approve("shop", waiting().plan(), SyncFixture.ADA)))
                .isEqualTo("OwnChange");
        assertThat(message(hub.plans.approve("shop", waiting().plan(), BOB)))
                .isEqualTo(
                        "approved for 1 target; policy production (require.approvals) wants 2 approvals of what is new,"
                                + " has 1 (bob) at prod");
        hub.plans.approve("shop", waiting().plan(), BOB); // once more: still one person
        assertThat(generations()).containsExactly(2L, 1L);
        hub.start(); // the hub is started again
        hub.check();
        assertThat(message(hub.plans.approve("shop", waiting().plan(), CAROL))).contains("offered to 1 of 2 targets");

        assertThat(generations()).containsExactly(2L, 2L);
        assertThat(hub.plans.waiting()).isEmpty();
        healthy();
        assertThat(status().reason()).isEqualTo("AllGood");
        assertThat(acts(AuditStream.POLICY)).containsExactly("user:ada plan.approve refused");
        assertThat(acts(AuditStream.USER))
                .containsExactly(
                        "user:bob plan.approve done", "user:bob plan.approve done", "user:carol plan.approve done");
    }

    @Test
    void noWordGoesAroundIt() {
        policy("production", "require: {approvals: 1, manualSync: true}");
        commit("2");

        assertThat(refusal(hub.operations.sync("shop", true, BOB))).isEqualTo("ApprovalNeeded");
        assertThat(generations()).containsExactly(2L, 1L);

        hub.plans.approve("shop", waiting().plan(), BOB);
        assertThat(generations()).as("a person has to say when, too").containsExactly(2L, 1L);
        assertThat(status().reason()).isEqualTo("OutOfSync");
        assertThat(message(hub.operations.sync("shop", false, CAROL))).contains("offered to 1 of 2 targets");
        assertThat(generations()).containsExactly(2L, 2L);
    }

    @Test
    void otherContentIsAnotherQuestion() {
        policy("production", "require: {approvals: 2}");
        commit("2");
        Digest first = waiting().plan();
        hub.plans.approve("shop", first, BOB);
        commit("3");

        assertThat(waiting().plan()).isNotEqualTo(first);
        assertThat(waiting().targets().getFirst().votes()).isEmpty();
        assertThat(refusal(hub.plans.approve("shop", first, CAROL))).isEqualTo("PlanChanged");
        commit("2");
        assertThat(waiting().plan()).as("the same content as before").isEqualTo(first);
        assertThat(waiting().targets().getFirst().votes())
                .as("and its votes are void")
                .isEmpty();
    }

    @Test
    void aNoHoldsItWhoeverSaysYes() {
        policy("production", "require: {approvals: 1}");
        commit("2");

        assertThat(message(hub.plans.reject("shop", waiting().plan(), TOO_LATE)))
                .startsWith("rejected for 1 target; bob rejected what is new (not on a Friday), which policy production"
                        + " (require.approvals) wants approved at prod");
        hub.plans.approve("shop", waiting().plan(), CAROL);
        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(waiting().targets().getFirst().votes())
                .extracting(Vote::voter)
                .containsExactly("bob", "carol");

        hub.plans.approve("shop", waiting().plan(), BOB);
        assertThat(generations()).containsExactly(2L, 2L);
        assertThat(refusal(hub.plans.reject("shop", Digest.of(new byte[0]), BOB)))
                .isEqualTo("PlanChanged");
    }

    @Test
    void whatWasSaidWithAKeyThatIsRevokedCountsNoMore() {
        policy("production", "require: {approvals: 2}");
        commit("2");
        hub.plans.approve("shop", waiting().plan(), BOB);
        takeBack("bob");

        assertThat(message(hub.plans.approve("shop", waiting().plan(), CAROL))).contains("has 1 (carol) at prod");
        assertThat(generations()).containsExactly(2L, 1L);
    }

    @Test
    void aNoOfSomebodyWhoseKeyIsRevokedHoldsNothingAnyMore() {
        policy("production", "require: {approvals: 1}");
        commit("2");
        hub.plans.reject("shop", waiting().plan(), TOO_LATE);
        hub.plans.approve("shop", waiting().plan(), CAROL);
        assertThat(generations()).containsExactly(2L, 1L);

        takeBack("bob");

        assertThat(generations()).containsExactly(2L, 2L);
        assertThat(hub.plans.waiting()).isEmpty();
    }

    private void takeBack(String voter) {
        hub.plans.reconsider(hub.fleet.database.write(handle -> hub.plans.takeBack(handle, voter)));
    }

    @Test
    void whatATargetHadItMayHaveAgainAtOnce() {
        commit("2");
        healthy();
        policy("production", "require: {approvals: 1}");
        commit("3"); // the lab alone

        assertThat(hub.operations.rollback("shop", Optional.of(1L), BOB)).isInstanceOf(Done.class);
        assertThat(generations()).containsExactly(4L, 3L);
        assertThat(status().reason()).isNotEqualTo("ApprovalNeeded");

        hub.operations.pin("shop", 3, BOB);
        assertThat(generations()).as("production had the second commit then").containsExactly(5L, 4L);
        hub.operations.pin("shop", 2, BOB);
        hub.join("prod-2", "production", Map.of("app", "yes"), Map.of());
        hub.sync.fleetChanged();
        assertThat(waiting().what()).as("this site never had it").isEqualTo("revision 2");
    }

    @Test
    void thePlanShowsWhatIsApproved() {
        policy("production", "require: {approvals: 1}");
        commit("2");

        StackPlan plan = hub.operations.plan("shop").orElseThrow();

        assertThat(plan.awaited()).contains(waiting().plan());
        assertThat(plan.of("prod").targets()).singleElement().satisfies(target -> {
            assertThat(target.action()).isEqualTo(StackPlan.Action.CHANGE);
            assertThat(target.diff().changed()).containsKey("service/web");
            assertThat(target.notes())
                    .contains("policy production (require.approvals) wants 1 approval of what is new, has none");
        });
    }

    @Test
    void aRolloutBeginsWhenItIsApproved() {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: RolloutPolicy
                metadata: {name: careful}
                spec: {waves: [{name: first, agentSelector: environment=lab}], soak: 0s, approvals: 1}
                """);
        hub.stack("shop", "shop", "rolloutPolicyRef: careful\n");
        commit("2");

        assertThat(generations()).containsExactly(1L, 1L);
        assertThat(hub.rollouts.newest()).isEmpty();
        assertThat(refusal(hub.rollouts.start("shop", BOB))).isEqualTo("ApprovalNeeded");
        assertThat(waiting().targets())
                .extracting(PlanApprovals.Target::rule)
                .containsOnly("rollout policy careful (approvals)");

        hub.plans.approve("shop", waiting().plan(), BOB);
        assertThat(generations()).containsExactly(2L, 1L);
        hub.report(lab, "shop", Outcome.HEALTHY);
        hub.sync.advanceRollouts();
        assertThat(generations()).as("the next wave needs nobody").containsExactly(2L, 2L);
    }

    @Test
    void aSiteThatComesLaterIsAskedAboutToo() {
        policy("production", "require: {approvals: 1}");
        commit("2");
        hub.plans.approve("shop", waiting().plan(), BOB);

        AgentRecord second = hub.join("prod-2", "production", Map.of("app", "yes"), Map.of());
        hub.sync.fleetChanged();

        assertThat(waiting().targets()).extracting(PlanApprovals.Target::agent).containsExactly("prod-2");
        hub.plans.approve("shop", waiting().plan(), BOB);
        assertThat(hub.entry(second, "shop").generation()).isEqualTo(1);
    }

    @Test
    void nothingIsLeftOfAQuestionThatNobodyAsksAnyMore() {
        policy("production", "require: {approvals: 2}");
        commit("2");
        hub.plans.approve("shop", waiting().plan(), BOB);

        delete("production");
        assertThat(generations()).containsExactly(2L, 2L);
        assertThat(hub.plans.waiting()).isEmpty();

        policy("production", "require: {approvals: 2}");
        commit("3");
        hub.plans.approve("shop", waiting().plan(), BOB);
        var id = io.wherry.contract.StackId.parse(hub.stored("shop").uid());
        hub.fleet.database.run(handle -> hub.fleet.resources.delete(handle, ResourceKind.STACK, "shop"));
        hub.fleet.database.run(handle -> hub.sync.stage().forget(handle, id));
        assertThat(hub.fleet.database.<Boolean>read(
                        handle -> ApprovalRepository.find(handle, id).isEmpty()
                                && ApprovalRepository.votes(handle, id).isEmpty()))
                .isTrue();
    }

    private Waiting waiting() {
        return hub.plans.waiting().getFirst();
    }

    private static String refusal(OperationResult result) {
        return result instanceof Blocked blocked ? blocked.reason() : result.toString();
    }

    private static String message(OperationResult result) {
        return result instanceof Done done ? done.message() : result.toString();
    }

    private List<String> acts(AuditStream stream) {
        return hub.fleet.audit.list(AuditQuery.ofStream(stream), 0, AuditLog.MAX_PAGE).stream()
                .map(AuditRecord::event)
                .filter(event -> event.string("action").startsWith("plan."))
                .map(event -> event.string("actor") + " " + event.string("action") + " " + event.string("outcome"))
                .toList();
    }
}
