package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.Release;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Floor;
import io.wherry.contract.verify.Stage;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.release.KeyRole;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.status.StackState;
import io.wherry.hub.sync.ReleaseApprovals.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for approvers, and how it goes on when they have signed. */
class ReleaseApprovalsTest {
    private static final Map<String, String> APP = Map.of("app", "yes");
    private static final String ONE = "services: {web: {image: 'shop:1'}}\n";
    private static final String TWO = "services: {web: {image: 'shop:2'}}\n";
    private static final String THREE = "services: {web: {image: 'shop:3'}}\n";

    @TempDir
    Path folder;

    private final Approver ada = Approver.create();
    private final Approver bob = Approver.create();
    private final Approver eve = Approver.create();
    private SyncFixture hub;
    private AgentRecord live;
    private AgentRecord lab;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        live = hub.join("live", "production", APP, Map.of());
        lab = hub.join("lab", "lab", APP, Map.of());
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));
        hub.report(live, "shop", Outcome.HEALTHY);
        hub.report(lab, "shop", Outcome.HEALTHY);
        hub.approvers("production", 2, ada.keys(), bob.keys(), eve.keys());
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private StackState state() {
        return hub.fleet.database.read(handle -> io.wherry.hub.status.StackStates.find(
                        handle, StackId.parse(hub.stored("shop").uid()))
                .orElseThrow());
    }

    private List<WaitingRelease> waiting() {
        return hub.approvals.waiting("shop").orElseThrow();
    }

    private WaitingRelease only() {
        assertThat(waiting()).hasSize(1);
        return waiting().getFirst();
    }

    private Result submit(io.wherry.contract.Envelope envelope) {
        return hub.approvals.submit("shop", envelope, SyncFixture.ADA).orElseThrow();
    }

    @Test
    void whatRunsGoesOnWhenApproversComeAndNothingHasToBeSignedForIt() {
        Entry before = hub.entry(live, "shop");

        hub.sync.fleetChanged();

        assertThat(hub.entry(live, "shop")).isEqualTo(before);
        assertThat(waiting()).isEmpty();
        assertThat(state().waitsFor()).isEmpty();
    }

    @Test
    void theNewStateWaitsWhereApproversAreAskedForAndGoesAtOnceWhereNot() {
        Entry before = hub.entry(live, "shop");

        String commit = hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));

        assertThat(hub.entry(live, "shop")).isEqualTo(before);
        assertThat(hub.entry(lab, "shop").generation()).isEqualTo(2);
        assertThat(hub.release(hub.entry(lab, "shop")).environments()).containsExactly("lab");
        assertThat(state().waitsFor()).isEqualTo("AwaitingApproval");
        assertThat(state().waitsDetail()).contains("production", "0 of 2 signatures", commit.substring(0, 8));
        assertThat(hub.told()).contains("AwaitingApproval");
        Release release = only().release();
        assertThat(release.environments()).containsExactly("production");
        assertThat(release.source().orElseThrow().commit()).isEqualTo(commit);
        assertThat(hub.assignments.mayFetch(live.id(), only().digest())).isFalse();
        assertThat(hub.releases.find(only().digest())).isEmpty();
    }

    @Test
    void isOfferedOnceTwoHaveSignedAndTheAgentTakesIt() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        WaitingRelease asked = only();

        assertThat(submit(Approver.sign(asked, ada)))
                .isEqualTo(new Result.Taken(asked.release().counter(), 1, 2, 1));
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(1);
        assertThat(state().waitsDetail()).contains("1 of 2 signatures");

        assertThat(submit(Approver.sign(asked, eve)))
                .isEqualTo(new Result.Taken(asked.release().counter(), 2, 2, 1));
        Entry offered = hub.entry(live, "shop");
        assertThat(offered.generation()).isEqualTo(2);
        assertThat(offered.release()).isEqualTo(asked.digest());
        assertThat(offered.bundle()).isEqualTo(hub.entry(lab, "shop").bundle());
        assertThat(state().waitsFor()).isEmpty();
        assertThat(waiting()).isEmpty();
        assertThat(stage(offered, "production")).isInstanceOf(Stage.Staged.class);
        assertThat(hub.operations.history("shop").orElseThrow().getFirst().cause())
                .isEqualTo("approval");
    }

    private Stage stage(Entry entry, String environment) {
        byte[] envelope = hub.releases.find(entry.release()).orElseThrow().envelope();
        return hub.stage(entry, environment, envelope, Floor.first(hub.trust.trustRoot(), Instant.EPOCH));
    }

    @Test
    void bothSignaturesMayComeInOneFile() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));

        assertThat(submit(Approver.sign(only(), bob, ada)))
                .isInstanceOfSatisfying(Result.Taken.class, taken -> assertThat(taken.released())
                        .isTrue());
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(2);
    }

    @Test
    void writesDownWhoseKeySignedWhat() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        WaitingRelease asked = only();
        submit(Approver.sign(asked, ada));
        submit(Approver.sign(asked, bob));

        List<Json.Obj> signed = hub.fleet.audit.list(AuditQuery.ALL, 0, AuditLog.MAX_PAGE).stream()
                .map(record -> JsonReader.object(record.leaf()))
                .filter(leaf -> leaf.string("action").equals("release.sign"))
                .toList();
        assertThat(signed)
                .extracting(leaf -> leaf.object("detail").string("keyId"))
                .containsExactly(ada.keyId(), bob.keyId());
        assertThat(signed).allSatisfy(leaf -> {
            assertThat(leaf.string("actor")).isEqualTo("user:ada");
            assertThat(leaf.object("detail").string("release"))
                    .isEqualTo(asked.digest().toString());
        });
    }

    @Test
    void somethingNewerTakesThePlaceOfWhatWaits() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        WaitingRelease old = only();
        hub.commitAndCheck("three", Map.of("shop/compose.yaml", THREE));

        assertThat(only().release().counter()).isGreaterThan(old.release().counter());
        assertThat(submit(Approver.sign(old, ada, bob))).isInstanceOfSatisfying(Result.Refused.class, refused -> {
            assertThat(refused.reason().code()).isEqualTo("ApprovalNotAwaited");
            assertThat(refused.detail()).contains("something newer");
        });
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(1);
        submit(Approver.sign(only(), ada, bob));
        assertThat(hub.release(hub.entry(live, "shop")).bundle())
                .isEqualTo(hub.entry(lab, "shop").bundle());
    }

    @Test
    void aCounterIsNeverGivenTwiceAlsoIfWhatWaitedWasTakenBack() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        long counter = only().release().counter();
        hub.commitAndCheck("back to one", Map.of("shop/compose.yaml", ONE));
        assertThat(waiting()).isEmpty();
        assertThat(state().waitsFor()).isEmpty();

        hub.commitAndCheck("three", Map.of("shop/compose.yaml", THREE));

        assertThat(only().release().counter()).isGreaterThan(counter);
    }

    @Test
    void waitsAcrossARestartOfTheHubWithTheSignaturesSoFar() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        WaitingRelease asked = only();
        submit(Approver.sign(asked, ada));

        hub.restarted();
        hub.check();

        assertThat(only().digest()).isEqualTo(asked.digest());
        assertThat(only().signatures()).containsOnlyKeys(ada.keyId());
        submit(Approver.sign(asked, bob));
        assertThat(hub.entry(live, "shop").release()).isEqualTo(asked.digest());
    }

    @Test
    void inManualModeTheWaitingIsNotForgottenByTheNextTurn() {
        hub.stack("shop", "shop", "sync: {mode: manual}");
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        assertThat(state().waitsFor()).isEqualTo("OutOfSync");
        assertThat(waiting()).isEmpty();

        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(OperationResult.Done.class, done -> assertThat(done.message())
                        .contains("offered to 1 of 2 targets", "wait for approval"));
        hub.restarted();
        hub.check();
        assertThat(state().waitsFor()).isEqualTo("AwaitingApproval");
        submit(Approver.sign(only(), ada, bob));

        assertThat(hub.entry(live, "shop").generation()).isEqualTo(2);
        assertThat(state().waitsFor()).isEmpty();
    }

    @Test
    void goingBackNeedsTheApproversToo() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        submit(Approver.sign(only(), ada, bob));
        long counter = hub.release(hub.entry(live, "shop")).counter();

        hub.operations.rollback("shop", Optional.of(1L), SyncFixture.ADA);

        assertThat(hub.entry(live, "shop").generation()).isEqualTo(2);
        assertThat(only().release().counter()).isGreaterThan(counter);
        submit(Approver.sign(only(), ada, bob));
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(3);
        assertThat(stage(hub.entry(live, "shop"), "production")).isInstanceOf(Stage.Staged.class);
    }

    @Test
    void aRemovalWaitsToo() {
        hub.operations.delete("shop", true, SyncFixture.ADA, stored -> {});

        assertThat(hub.entry(live, "shop").state()).isEqualTo(Entry.State.PRESENT);
        assertThat(hub.entry(lab, "shop").state()).isEqualTo(Entry.State.ABSENT);
        hub.sync.fleetChanged(); // the next turns ask for no other removal
        assertThat(only().release().kind()).isEqualTo(Release.Kind.TOMBSTONE);
        assertThat(only().release().permissions().removeData()).isTrue();
        assertThat(state().waitsFor()).isEqualTo("AwaitingApproval");

        submit(Approver.sign(only(), ada, bob));

        Entry absent = hub.entry(live, "shop");
        assertThat(absent.state()).isEqualTo(Entry.State.ABSENT);
        assertThat(stage(absent, "production")).isInstanceOf(Stage.Staged.class);
        hub.report(live, "shop", Outcome.REMOVED);
        hub.report(lab, "shop", Outcome.REMOVED);
        hub.sync.fleetChanged();
        assertThat(hub.fleet.resources.find(io.wherry.hub.resource.Stack.class, "shop"))
                .isEmpty();
    }

    @Test
    void aRemovalFromOneAgentWaitsAndIsShownUntilItIsSigned() {
        hub.put(new Agent(Metadata.of("live", Map.of()), new TreeMap<>(), false));
        hub.sync.fleetChanged();
        assertThat(hub.operations.remove("shop", "live", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(OperationResult.Done.class, done -> assertThat(done.message())
                        .contains("waits for approval", "the removal for production"));
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));

        assertThat(hub.entry(live, "shop").state()).isEqualTo(Entry.State.PRESENT);
        assertThat(state().waitsFor()).isEqualTo("AwaitingApproval");
        submit(Approver.sign(only(), eve, bob));

        assertThat(hub.entry(live, "shop").state()).isEqualTo(Entry.State.ABSENT);
        assertThat(state().waitsFor()).isEmpty();
    }

    @Test
    void aRotationOfTheHubsKeyLeavesWhatApproversSigned() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        submit(Approver.sign(only(), ada, bob));
        byte[] approved = envelope(live);
        byte[] own = envelope(lab);

        hub.rotate(KeyRole.RELEASE);
        hub.check();

        assertThat(envelope(live)).isEqualTo(approved);
        assertThat(envelope(lab)).isNotEqualTo(own);
        assertThat(stage(hub.entry(live, "shop"), "production")).isInstanceOf(Stage.Staged.class);
        assertThat(stage(hub.entry(lab, "shop"), "lab")).isInstanceOf(Stage.Staged.class);
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(2);
        assertThat(hub.entry(lab, "shop").generation()).isEqualTo(2);
    }

    private byte[] envelope(AgentRecord agent) {
        return hub.releases
                .find(hub.entry(agent, "shop").release())
                .orElseThrow()
                .envelope();
    }

    @Test
    void anAgentThatJoinsGetsWhatRunsOnceItIsSigned() {
        AgentRecord second = hub.join("live-2", "production", APP, Map.of());
        hub.sync.fleetChanged();

        assertThat(hub.assignments.newest(second.id()))
                .isEmpty(); // the hub signed it alone, before there were approvers
        submit(Approver.sign(only(), ada, bob));

        assertThat(stage(hub.entry(second, "shop"), "production")).isInstanceOf(Stage.Staged.class);
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(1);
    }

    @Test
    void whatASiteHasNotTakenYetIsSignedAnew() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        submit(Approver.sign(only(), ada, bob));
        Entry offered = hub.entry(live, "shop"); // the agent is away, and will judge it by the approvers of then
        Approver zoe = Approver.create();
        hub.approvers("production", 1, zoe.keys());
        hub.check();

        assertThat(stage(offered, "production")).isInstanceOf(Stage.Refused.class);
        submit(Approver.sign(only(), zoe));
        Entry again = hub.entry(live, "shop");
        assertThat(again.bundle()).isEqualTo(offered.bundle());
        assertThat(stage(again, "production")).isInstanceOf(Stage.Staged.class);
    }

    @Test
    void anAgentThatCannotCountSignaturesIsOfferedNothingThatItWouldRefuse() {
        hub.fleet.agents.noteFacts(live.id(), SyncFixture.facts("live", "production", List.of("compose.v1")), "older");
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));

        assertThat(waiting()).isEmpty();
        assertThat(state().problem()).isEqualTo("AgentTooOld");
        assertThat(state().problemDetail()).contains("thresholds.v1");
        hub.approvers("production", 1, ada.keys());
        hub.check();
        submit(Approver.sign(only(), ada)); // one signature is what it has always asked for
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(2);
    }

    @Test
    void approversThatChangeSignAnewAndThoseWhoLeftCountNoLonger() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        submit(Approver.sign(only(), ada));
        Approver zoe = Approver.create();
        hub.approvers("production", 2, bob.keys(), zoe.keys());
        hub.check();

        assertThat(only().signatures()).isEmpty();
        submit(Approver.sign(only(), bob));
        assertThat(submit(Approver.sign(only(), ada))).isInstanceOf(Result.Refused.class);
        submit(Approver.sign(only(), zoe));
        assertThat(stage(hub.entry(live, "shop"), "production")).isInstanceOf(Stage.Staged.class);
    }

    @Test
    void withoutApproversTheHubSignsAgainByItself() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        hub.noApprovers("production");
        hub.check();

        assertThat(waiting()).isEmpty();
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(2);
        assertThat(stage(hub.entry(live, "shop"), "production")).isInstanceOf(Stage.Staged.class);
    }

    @Test
    void afterARestoreTheHubAloneOffersNothingThatApproversSigned() {
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        submit(Approver.sign(only(), ada, bob));
        hub.report(live, "shop", Outcome.HEALTHY);
        Digest bundle = hub.entry(live, "shop").bundle().orElseThrow().digest();
        hub.fleet.clock.advance(Duration.ofHours(1));
        hub.restored();
        hub.tellsAll(
                live, hub.runs("shop", 4, bundle)); // by way of a generation that is lost: it may know a higher counter
        hub.reviews.release("live", SyncFixture.ADA.who());
        hub.sync.fleetChanged();

        assertThat(hub.assignments.newest(live.id())).isEmpty();
        assertThat(only().targets()).containsExactly(live.id());
        submit(Approver.sign(only(), ada, bob));

        Entry again = hub.entry(live, "shop");
        assertThat(again.generation()).isEqualTo(5);
        assertThat(again.bundle().orElseThrow().digest()).isEqualTo(bundle);
        assertThat(stage(again, "production")).isInstanceOf(Stage.Staged.class);
    }
}
