package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.EntryState;
import io.wherry.contract.Limits;
import io.wherry.contract.Outcome;
import io.wherry.contract.Phase;
import io.wherry.contract.SyncWindows;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.AuditRecord;
import io.wherry.hub.audit.AuditStream;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.status.Event;
import io.wherry.hub.status.StackStatus;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.OperationResult.Done;
import io.wherry.hub.sync.StackOperations.Actor;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A stack goes to a site in the lab and to one in production, and a policy governs production. */
class PolicyTest extends OnGovernedSites {
    private static final Actor CHANGE = new Actor(SyncFixture.ADA.who(), "spring sale", "CHG-7");

    @Test
    void aNewPolicyStopsNothingThatRuns() {
        policy("production", "require: {pinnedRefs: true, manualSync: true}");

        assertThat(generations()).containsExactly(1L, 1L);
        assertThat(status().reason()).isEqualTo("AllGood");
        hub.report(prod, "shop", Outcome.DRIFTED);
        assertThat(hub.operations.correct("shop", SyncFixture.ADA)).isInstanceOf(Done.class);
        assertThat(generations()).containsExactly(1L, 2L);
    }

    @Test
    void aBranchIsKeptFromProductionAloneUntilTheStackNamesACommit() {
        policy("production", "require: {pinnedRefs: true}");
        String second = commit("2");

        assertThat(generations()).containsExactly(2L, 1L);
        StackStatus refused = status();
        assertThat(refused.reason()).isEqualTo("PolicyDenied");
        String why = "policy production (require.pinnedRefs) refuses commit " + second.substring(0, 12)
                + ": the stack follows branch main, which moves (give it a ref";
        assertThat(refused.message()).contains("1 of 2 targets").contains("prod: " + why);
        assertThat(hub.told()).contains("PolicyDenied");
        StackPlan plan = hub.operations.plan("shop").orElseThrow().of("prod");
        assertThat(plan.targets().getFirst().action()).isEqualTo(StackPlan.Action.KEEP);
        assertThat(plan.targets().getFirst().problem().orElseThrow()).startsWith("PolicyDenied: " + why);
        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(Blocked.class, blocked -> {
                    assertThat(blocked.reason()).isEqualTo("PolicyDenied");
                    assertThat(blocked.message()).startsWith(why);
                });

        hub.stack("shop", "shop", "ref: {commit: " + second + "}\n");
        hub.sync.fleetChanged();
        hub.check();

        assertThat(generations()).containsExactly(2L, 2L);
        healthy();
        assertThat(status().reason()).isEqualTo("AllGood");
    }

    @Test
    void aRefusalIsRecordedOnceForEachCommit() {
        policy("production", "require: {pinnedRefs: true}");
        String second = commit("2");
        for (int i = 0; i < 3; i++) {
            hub.sync.fleetChanged();
            hub.operations.sync("shop", false, SyncFixture.ADA);
        }
        hub.start(); // the hub is started again
        hub.check();
        hub.sync.fleetChanged();

        assertThat(refusals()).singleElement().satisfies(leaf -> {
            assertThat(leaf.string("action")).isEqualTo("stack.offer");
            assertThat(leaf.string("object")).isEqualTo("Stack/shop");
            assertThat(leaf.string("actor")).isEqualTo("hub");
            assertThat(leaf.object("detail").string("rule")).isEqualTo("require.pinnedRefs");
            assertThat(leaf.object("detail").string("policy")).isEqualTo("production");
            assertThat(leaf.object("detail").strings("agents")).containsExactly("prod");
            assertThat(leaf.object("detail").string("commit")).isEqualTo(second);
        });
        assertThat(hub.told().stream().filter("PolicyDenied"::equals)).hasSize(1);
        assertThat(refusedTargets("require.pinnedRefs")).isEqualTo(1);
        assertThat(hub.sync.reach("production"))
                .isEqualTo(new PolicyReach(
                        List.of("prod"),
                        List.of("shop at prod: require.pinnedRefs refuses commit " + second.substring(0, 12))));

        commit("3");
        assertThat(refusals()).hasSize(2);

        delete("production");
        assertThat(generations()).containsExactly(3L, 2L);
        assertThat(refusedTargets("require.pinnedRefs")).isZero();
        assertThat(refusals()).hasSize(2);
    }

    @Test
    void theStrictestOfTwoPoliciesDecides() {
        policy("a-sources", "allow: {sources: [main]}");
        commit("2");
        assertThat(generations()).containsExactly(2L, 2L);

        policy("b-formats", "allow: {formats: [kubernetes]}");
        commit("3");
        assertThat(generations()).containsExactly(3L, 2L);
        assertThat(status().message()).contains("policy b-formats (allow.formats)");

        policy("a-sources", "allow: {sources: [other]}");
        hub.sync.fleetChanged();
        assertThat(status().message()).contains("policy a-sources (allow.sources)", "it comes from source main");
        delete("a-sources");
        delete("b-formats");
        assertThat(generations()).containsExactly(3L, 3L);
    }

    @Test
    void imagesAreHeldAgainstRegistriesAndDigests() {
        policy("production", "require: {imageDigests: true}, allow: {registries: [registry.example.com/team]}");
        commit("2");
        assertThat(status().message()).contains("(require.imageDigests)", "by no digest: shop:2");

        String digest = "@sha256:" + "a".repeat(64);
        image("shop" + digest);
        assertThat(status().message()).contains("(allow.registries)", "from elsewhere: shop" + digest);

        image("registry.example.com/team/shop" + digest);
        assertThat(generations()).containsExactly(4L, 2L);
    }

    @Test
    void aSourceThatAsksForNoSignatureIsRefused() {
        policy("production", "require: {signedCommits: true}");
        commit("2");

        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(status().message()).contains("its source main asks for no signature of branch main");
    }

    @Test
    void aPolicyMakesProductionWaitForAPersonWhileTheLabGoesOn() {
        policy("production", "require: {manualSync: true}");
        commit("2");

        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(status().reason()).isEqualTo("OutOfSync");
        assertThat(status().message())
                .isEqualTo("policy production (require.manualSync) waits for a person's word at prod:"
                        + " wherry stack sync shop");
        assertThat(hub.operations.plan("shop").orElseThrow().notes())
                .contains("policy production (require.manualSync) waits for a person's word at prod:"
                        + " wherry stack sync shop");
        hub.sync.fleetChanged();
        assertThat(generations()).containsExactly(2L, 1L);

        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(
                        Done.class, done -> assertThat(done.message()).isEqualTo("offered to 1 of 2 targets"));
        assertThat(generations()).containsExactly(2L, 2L);
        healthy();
        assertThat(status().reason()).isEqualTo("AllGood");
        commit("3");
        assertThat(generations()).containsExactly(3L, 2L);
    }

    @Test
    void aChangeRecordIsAskedForAndRecorded() {
        policy("production", "require: {changeRecord: true}");
        commit("2");
        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(status().message()).endsWith("wherry stack sync shop --change ID --reason TEXT");

        for (Actor without : List.of(
                SyncFixture.ADA,
                new Actor(SyncFixture.ADA.who(), "spring sale", ""),
                new Actor(SyncFixture.ADA.who(), "", "CHG-7"))) {
            assertThat(hub.operations.sync("shop", false, without))
                    .isEqualTo(new Blocked(
                            "ChangeRecordMissing",
                            "policy production (require.changeRecord) asks for a change record and a reason at prod",
                            "wherry stack sync shop --change ID --reason TEXT"));
        }
        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(refusals()).hasSize(3).allMatch(leaf -> leaf.string("reason").equals("ChangeRecordMissing"));

        assertThat(hub.operations.sync("shop", false, CHANGE)).isInstanceOf(Done.class);
        assertThat(generations()).containsExactly(2L, 2L);
        healthy();

        assertThat(hub.operations.rollback("shop", Optional.of(1L), SyncFixture.ADA))
                .isInstanceOfSatisfying(Blocked.class, blocked -> assertThat(blocked.hint())
                        .isEqualTo("wherry stack rollback shop --to 1 --change ID --reason TEXT"));
        assertThat(hub.operations.pin("shop", 1, SyncFixture.ADA)).isInstanceOf(Blocked.class);
        assertThat(status().state().pinned()).isFalse();
        assertThat(hub.operations.rollback("shop", Optional.of(1L), CHANGE)).isInstanceOf(Done.class);
        assertThat(generations()).containsExactly(3L, 3L);
        healthy();

        assertThat(hub.operations.clearPin("shop", SyncFixture.ADA)).isInstanceOf(Done.class);
        assertThat(generations()).containsExactly(4L, 3L);
        assertThat(hub.fleet.audit.list(AuditQuery.ofChange("CHG-7"), 0, AuditLog.MAX_PAGE))
                .extracting(record -> record.event().string("action"))
                .contains("stack.sync", "stack.rollback", "stack.offer");
    }

    @Test
    void aSyncThatReachesTheLabAloneNeedsNoChangeRecord() {
        policy("production", "require: {changeRecord: true}");
        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Agent
                metadata: {name: prod, labels: {app: "no"}}
                spec: {}
                """);
        commit("2");

        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA)).isInstanceOf(Done.class);
        assertThat(hub.operations.remove("shop", "prod", false, SyncFixture.ADA))
                .isInstanceOfSatisfying(Blocked.class, blocked -> assertThat(blocked.hint())
                        .isEqualTo("wherry stack remove shop --agent prod --change ID --reason TEXT"));
        assertThat(hub.operations.remove("shop", "prod", false, CHANGE)).isInstanceOf(Done.class);
    }

    @Test
    void anEarlierRevisionIsJudgedToo() {
        commit("2");
        healthy();
        policy("production", "allow: {registries: [registry.example.com]}");

        assertThat(hub.operations.rollback("shop", Optional.of(1L), SyncFixture.ADA))
                .isInstanceOf(Done.class);
        assertThat(generations()).containsExactly(3L, 2L);
        assertThat(status().message()).contains("refuses revision 1: from elsewhere: shop:1");

        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Agent
                metadata: {name: lab, labels: {app: "no"}}
                spec: {}
                """);
        hub.operations.clearPin("shop", SyncFixture.ADA);
        assertThat(hub.operations.rollback("shop", Optional.of(1L), SyncFixture.ADA))
                .isInstanceOfSatisfying(
                        Blocked.class, blocked -> assertThat(blocked.reason()).isEqualTo("PolicyDenied"));
        assertThat(status().state().pinned()).isFalse();
    }

    @Test
    void aDeletionIsNotHinderedByARuleOfContent() {
        policy("production", "require: {pinnedRefs: true}");
        commit("2");

        assertThat(hub.operations.delete("shop", false, SyncFixture.ADA, stored -> {}))
                .isInstanceOf(Done.class);
        assertThat(hub.entry(prod, "shop").bundle()).isEmpty();
    }

    @Test
    void aRolloutPassesOverProductionUntilAPersonSpeaks() {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: RolloutPolicy
                metadata: {name: careful}
                spec: {waves: [{name: canary, targets: 1}], soak: 0s}
                """);
        policy("production", "require: {manualSync: true}");
        hub.stack("shop", "shop", "rolloutPolicyRef: careful\n");
        commit("2");
        hub.report(lab, "shop", Outcome.HEALTHY);
        hub.sync.advanceRollouts();
        hub.sync.advanceRollouts();
        assertThat(generations()).containsExactly(2L, 1L);

        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA)).isInstanceOf(Done.class);
        assertThat(generations()).containsExactly(2L, 2L);
    }

    private static final String NIGHTS = "syncWindows: [{kind: allow, start: 22:00, end: 04:00}]";

    @Test
    void windowsGoToTheSiteWithItsEntryAndTheGenerationStays() {
        policy("production", NIGHTS);
        commit("2");

        assertThat(generations())
                .as("content is offered at any time: the site keeps to the windows")
                .containsExactly(2L, 2L);
        assertThat(windows(lab)).isEmpty();
        assertThat(windows(prod)).extracting(SyncWindows::policy).containsExactly("production");

        hub.stack("shop", "shop", "sync: {mode: manual}\n");
        commit("3");
        assertThat(hub.operations
                        .plan("shop")
                        .orElseThrow()
                        .of("prod")
                        .targets()
                        .getFirst()
                        .notes())
                .contains("policy production (syncWindows) lets it begin from 2026-11-23T22:00:00+01:00 on");

        policy("freeze", "syncWindows: [{kind: deny}]");
        assertThat(windows(prod)).extracting(SyncWindows::policy).containsExactly("freeze", "production");
        delete("freeze");
        delete("production");
        assertThat(windows(prod)).isEmpty();
        assertThat(generations()).containsExactly(2L, 2L);
    }

    @Test
    void anAgentThatCannotKeepToWindowsKeepsWhatItHas() {
        hub.fleet.agents.noteFacts(prod.id(), SyncFixture.facts("prod", "production", List.of("compose.v1")), "older");
        policy("production", NIGHTS);
        commit("2");

        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(windows(prod)).as("it would refuse them").isEmpty();
        assertThat(status().message()).contains("prod does not understand sync-windows.v1");
    }

    @Test
    void noAgentKeepsToTheWindowsOfMorePoliciesThanAnEntryHolds() {
        for (int i = 0; i <= Limits.SYNC_WINDOWS; i++) {
            policy("nights-" + i, NIGHTS);
        }
        commit("2");

        assertThat(generations()).containsExactly(2L, 1L);
        assertThat(status().message()).contains("17 policies have syncWindows for prod (at most 16");
    }

    @Test
    void aTargetThatWaitsForItsWindowIsNothingToWorryAbout() {
        policy("production", NIGHTS);
        commit("2");
        EntryState pending = hub.healthy(prod, "shop");
        hub.report(
                prod,
                new EntryState(
                        pending.stack(),
                        pending.name(),
                        pending.generation(),
                        pending.bundle(),
                        Outcome.PENDING,
                        Phase.STAGED,
                        SyncWindows.OUTSIDE,
                        "from 22:00 on",
                        Optional.empty(),
                        false,
                        true,
                        false,
                        List.of(),
                        new TreeMap<>(),
                        pending.at()));

        assertThat(hub.events.newest("Stack", "shop", Event.Severity.NORMAL, 1))
                .extracting(Event::message)
                .singleElement()
                .asString()
                .endsWith("waits for its window: from 22:00 on");
        assertThat(hub.operations
                        .plan("shop")
                        .orElseThrow()
                        .of("prod")
                        .targets()
                        .getFirst()
                        .notes())
                .containsExactly("it has been offered this, and waits: OutsideWindow: from 22:00 on");
        assertThat(hub.fleet.audit.newest(AuditQuery.ofStream(AuditStream.SYNC), Long.MAX_VALUE, 1))
                .extracting(leaf -> leaf.event().string("outcome"))
                .containsExactly("unchanged");
    }

    private List<SyncWindows> windows(AgentRecord agent) {
        return hub.entry(agent, "shop").options().windows();
    }

    private List<Json.Obj> refusals() {
        return hub.fleet.audit.list(AuditQuery.ofStream(AuditStream.POLICY), 0, AuditLog.MAX_PAGE).stream()
                .map(AuditRecord::event)
                .toList();
    }

    private long refusedTargets(String rule) {
        return hub.fleet.database.read(RefusalRepository::targets).getOrDefault(rule, -1L);
    }
}
