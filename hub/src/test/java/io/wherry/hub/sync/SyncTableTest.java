package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.status.StackState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of how {@code sync} behaves: every combination of mode, correctDrift and alwaysApply. */
class SyncTableTest {
    private static final String ONE = "services: {web: {image: 'shop:1'}}\n";
    private static final String TWO = "services: {web: {image: 'shop:2'}}\n";

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord north;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        north = hub.join("north", Map.of("app", "yes"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @ParameterizedTest
    @CsvSource({
        "auto, true, false", "auto, false, false", "auto, true, true", "auto, false, true",
        "manual, true, false", "manual, false, false", "manual, true, true", "manual, false, true"
    })
    void aNewRevisionGoesByItselfInAutoAndWaitsInManual(String mode, boolean correctDrift, boolean alwaysApply) {
        hub.stack(
                "shop",
                "shop",
                "sync: {mode: %s, correctDrift: %s, alwaysApply: %s, siteInterval: 7m}\n"
                        .formatted(mode, correctDrift, alwaysApply));
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));
        boolean manual = mode.equals("manual");
        if (manual) {
            assertThat(hub.assignments.newest(north.id())).isEmpty();
            assertThat(state().waitsFor()).isEqualTo("OutOfSync");
            assertThat(hub.operations.sync("shop", false, SyncFixture.ADA)).isInstanceOf(OperationResult.Done.class);
        }
        Entry first = hub.entry(north, "shop");
        assertThat(first.options().correctDrift()).isEqualTo(correctDrift);
        assertThat(first.options().alwaysApply()).isEqualTo(alwaysApply);
        assertThat(first.options().siteInterval()).hasMinutes(7);
        assertThat(state().waitsFor()).isEmpty();

        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));

        // correction and alwaysApply use the assigned bundle only: while a revision waits, nothing of the entry moves
        Entry second = hub.entry(north, "shop");
        assertThat(second.generation()).isEqualTo(manual ? 1 : 2);
        assertThat(second.bundle().equals(first.bundle())).isEqualTo(manual);
        assertThat(state().waitsFor()).isEqualTo(manual ? "OutOfSync" : "");
        if (manual) {
            hub.operations.sync("shop", false, SyncFixture.ADA);
            assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
            assertThat(state().waitsFor()).isEmpty();
        }
    }

    @Test
    void driftIsCorrectedByDefaultInAutoAndReportedByDefaultInManual() {
        hub.stack("shop", "shop", "sync: {mode: auto}\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));
        assertThat(hub.entry(north, "shop").options().correctDrift()).isTrue();

        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.sync.fleetChanged();
        assertThat(hub.entry(north, "shop").options().correctDrift()).isFalse();
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(1);
    }

    @Test
    void aPersonCorrectsDriftWithoutMovingTheRevision() {
        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.report(north, "shop", Outcome.APPLIED);
        hub.report(north, "shop", Outcome.DRIFTED);
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));
        Entry before = hub.entry(north, "shop");

        hub.operations.correct("shop", SyncFixture.ADA);

        Entry after = hub.entry(north, "shop");
        assertThat(after.bundle()).isEqualTo(before.bundle());
        assertThat(after.generation()).isEqualTo(before.generation() + 1);
        assertThat(state().revision()).isEqualTo(1);
        assertThat(state().waitsFor()).isEqualTo("OutOfSync");
    }

    @Test
    void whatWentBackStaysQuarantinedUntilARetryOrANewGeneration() {
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));
        hub.report(north, "shop", Outcome.ROLLED_BACK, "web did not become healthy");
        hub.sync.fleetChanged();
        hub.commitAndCheck("elsewhere", Map.of("readme.md", "x"));
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(1);
        assertThat(hub.told()).contains("RolledBack");
        StackPlan.TargetPlan plan =
                hub.operations.plan("shop").orElseThrow().targets().getFirst();
        assertThat(plan.action()).isEqualTo(StackPlan.Action.UNCHANGED);
        assertThat(plan.problem())
                .contains("it does not run what it was offered: HealthFailed: web did not become healthy"
                        + " (once that is mended: wherry stack sync shop --retry)");

        hub.operations.retry("shop", SyncFixture.ADA);

        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
        assertThat(hub.operations.retry("shop", SyncFixture.ADA).toString()).contains("nothing to repeat");
    }

    @Test
    void aRollbackPinsOldContentUnderAHigherCounterUntilThePinIsCleared() {
        hub.stack("shop", "shop", "");
        String one = hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));
        Entry first = hub.entry(north, "shop");
        assertThat(hub.operations
                        .rollback("shop", Optional.empty(), SyncFixture.ADA)
                        .toString())
                .contains("has no revision before the present one");
        String two = hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));

        assertThat(hub.operations.rollback("shop", Optional.empty(), SyncFixture.ADA))
                .isInstanceOf(OperationResult.Done.class);

        Entry back = hub.entry(north, "shop");
        assertThat(back.bundle()).isEqualTo(first.bundle());
        assertThat(back.generation()).isEqualTo(3);
        assertThat(hub.release(back).counter()).isEqualTo(3);
        assertThat(hub.release(back).source().orElseThrow().commit()).isEqualTo(one);
        assertThat(state().commit()).as("what is told is what runs").isEqualTo(one);
        assertThat(hub.operations.plan("shop").orElseThrow().commit()).isEqualTo(one);
        hub.report(north, "shop", Outcome.APPLIED);
        assertThat(hub.status.stack(back.stack(), "shop").targets().getFirst().notes())
                .contains("Pinned");

        // what runs is the first commit's content: status, history, audit and the release's signature say so
        assertThat(state().commit()).isEqualTo(one);
        assertThat(hub.release(back).source().orElseThrow().commit()).isEqualTo(one);
        assertThat(hub.operations.history("shop").orElseThrow().getFirst().commit())
                .isEqualTo(one);
        assertThat(hub.fleet.audit.newest(AuditQuery.ofCommit(one), Long.MAX_VALUE, 2))
                .extracting(record -> JsonReader.object(record.leaf()).string("action"))
                .containsExactlyInAnyOrder("stack.offer", "stack.outcome");

        String three = hub.commitAndCheck("three", Map.of("shop/compose.yaml", TWO.replace("shop:2", "shop:3")));
        assertThat(hub.entry(north, "shop")).isEqualTo(back);
        assertThat(state().commit()).isEqualTo(one);

        hub.operations.clearPin("shop", SyncFixture.ADA);
        assertThat(state().commit()).isEqualTo(three);
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(4);
        assertThat(hub.operations.history("shop").orElseThrow())
                .extracting(HistoryEntry::cause)
                .containsExactly("pin cleared", "rollback", "nudge", "nudge");
        assertThat(hub.operations.history("shop").orElseThrow())
                .extracting(HistoryEntry::commit)
                .containsExactly(three, one, two, one);
    }

    @Test
    void whatWasDoneForAChangeRecordIsFoundUnderIt() {
        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));

        hub.operations.sync(
                "shop", false, new StackOperations.Actor(SyncFixture.ADA.who(), "the shop opens", "SHOP-7"));

        assertThat(hub.fleet.audit.list(AuditQuery.ofChange("SHOP-7"), 0, AuditLog.MAX_PAGE))
                .extracting(record -> JsonReader.object(record.leaf()).string("action"))
                .containsExactly("stack.sync", "stack.offer");
    }

    @Test
    void aStackThatAnotherOneNeedsIsNotDeletedBeforeIt() {
        hub.stack("base", "shop", "");
        hub.stack("shop", "shop", "dependsOn: [base]\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));

        assertThat(hub.operations.delete("base", false, SyncFixture.ADA, _ -> {}))
                .isInstanceOfSatisfying(OperationResult.Blocked.class, blocked -> assertThat(blocked.message())
                        .isEqualTo("stack shop depends on stack base (dependsOn)"));
        assertThat(hub.entry(north, "base").state()).isEqualTo(Entry.State.PRESENT);

        assertThat(hub.operations.delete("shop", false, SyncFixture.ADA, _ -> {}))
                .isInstanceOf(OperationResult.Done.class);
        assertThat(hub.operations.delete("base", false, SyncFixture.ADA, _ -> {}))
                .isInstanceOf(OperationResult.Done.class);
        assertThat(hub.entry(north, "shop").options().dependsOn())
                .as("the agent must know in which order")
                .containsExactly(hub.entry(north, "base").stack());
    }

    @Test
    void aPlanShowsFieldByFieldWhatWouldChangeBeforeAnythingIsOffered() {
        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", ONE));
        assertThat(hub.operations
                        .plan("shop")
                        .orElseThrow()
                        .targets()
                        .getFirst()
                        .action())
                .isEqualTo(StackPlan.Action.CREATE);
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", TWO));

        StackPlan.TargetPlan target =
                hub.operations.plan("shop").orElseThrow().targets().getFirst();

        assertThat(target.action()).isEqualTo(StackPlan.Action.CHANGE);
        assertThat(target.diff().changed().get("service/web"))
                .contains(new ModelDiff.FieldChange("image", Optional.of("\"shop:1\""), Optional.of("\"shop:2\"")));
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(1);
    }

    @Test
    void aPlanShowsMountedFilesThatChanged() {
        String mounting = "services: {web: {image: 'shop:1', volumes: ['./page.html:/page.html']}}\n";
        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", mounting, "shop/page.html", "hello"));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", mounting, "shop/page.html", "hello again"));

        StackPlan.TargetPlan target =
                hub.operations.plan("shop").orElseThrow().targets().getFirst();

        assertThat(target.action()).isEqualTo(StackPlan.Action.CHANGE);
        assertThat(target.diff().changed().get("file/page.html"))
                .singleElement()
                .satisfies(change -> assertThat(change.field()).isEqualTo("content"));
    }

    @Test
    void aPlanShowsATargetsOwnValuesAndWhatARollbackWouldNotBringBack() {
        String writing =
                "services: {web: {image: 'shop:1', environment: {WHERE: '${SITE}'}, volumes: ['data:/data', './page.html:/page.html', '/srv/in:/in:ro']}}\nvolumes: {data: {}}\n";
        hub.putAll(List.of(
                new Agent(Metadata.of("north", Map.of("app", "yes")), new TreeMap<>(Map.of("SITE", "old")), false)));
        hub.stack("shop", "shop", "sync: {mode: manual}\nsiteVariables: [{name: SITE}]\n");
        hub.commitAndCheck("one", Map.of("shop/compose.yaml", writing, "shop/page.html", "hello"));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.putAll(List.of(
                new Agent(Metadata.of("north", Map.of("app", "yes")), new TreeMap<>(Map.of("SITE", "new")), false)));
        hub.commitAndCheck("two", Map.of("shop/compose.yaml", writing.replace("shop:1", "shop:2")));

        StackPlan.TargetPlan target =
                hub.operations.plan("shop").orElseThrow().targets().getFirst();

        assertThat(target.diff().changed().get("variable/SITE"))
                .containsExactly(new ModelDiff.FieldChange("value", Optional.of("\"old\""), Optional.of("\"new\"")));
        assertThat(target.notes())
                .singleElement()
                .asString()
                .matches("service/web writes to [^ ,]*data: a rollback brings the container back, not the data");
    }

    @Test
    void aPlanShowsBeforehandWhatASitesOwnPolicyWouldRefuse() {
        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.commitAndCheck(
                "one",
                Map.of(
                        "shop/compose.yaml",
                        "services: {web: {image: 'shop:1', cap_add: [SYS_ADMIN], volumes: ['/srv/data:/data']}}\n"));

        StackPlan.TargetPlan target =
                hub.operations.plan("shop").orElseThrow().targets().getFirst();

        assertThat(target.notes())
                .singleElement()
                .asString()
                .startsWith("would be refused by north (PolicyDenied): capability: service web adds SYS_ADMIN");
    }

    private StackState state() {
        return hub.status.stack(StackId.parse(hub.stored("shop").uid()), "shop").state();
    }
}
