package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentDecision;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentState;
import io.wherry.hub.fleet.TestAgents;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetSyncTest {
    private static final String WEB = "services: {web: {image: 'shop:1', environment: {MODE: a}}}\n";
    private static final Map<String, String> APP = Map.of("app", "yes");

    @TempDir
    Path folder;

    private SyncFixture hub;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void bringsACommitToEveryTarget() {
        AgentRecord north = hub.join("north", APP);
        AgentRecord other = hub.join("other", Map.of());
        hub.stack("shop", "shop", "");
        String commit = hub.commitAndCheck("SHOP-7 first", Map.of("shop/compose.yaml", WEB));

        Entry entry = hub.entry(north, "shop");

        assertThat(entry.generation()).isEqualTo(1);
        assertThat(entry.state()).isEqualTo(Entry.State.PRESENT);
        assertThat(hub.release(entry).source().orElseThrow().commit()).isEqualTo(commit);
        assertThat(hub.release(entry).counter()).isEqualTo(1);
        assertThat(hub.bundles.has(entry.bundle().orElseThrow().digest())).isTrue();
        assertThat(hub.assignments.mayFetch(north.id(), entry.release())).isTrue();
        assertThat(hub.assignments.newest(other.id())).isEmpty();
        assertThat(hub.assignments.mayFetch(other.id(), entry.release())).isFalse();
    }

    @Test
    void aCommitThatChangesNothingOfAStackIsInForceWithoutARevision() {
        hub.join("north", APP);
        hub.stack("shop", "shop", "");
        String first = hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        String elsewhere = hub.commitAndCheck("elsewhere", Map.of("other/readme.md", "a"));

        StackId shop = StackId.parse(hub.stored("shop").uid());
        assertThat(hub.status.stack(shop, "shop").state().commit()).isEqualTo(first);
        assertThat(hub.operations.lookedAt(shop)).contains(elsewhere);
    }

    @Test
    void foldsChecksThatFoundNothingIntoOneRecord() {
        hub.commitAndCheck("first", Map.of("readme.md", "a"));
        hub.check();
        hub.check();
        hub.check();
        hub.commitAndCheck("second", Map.of("readme.md", "b"));

        List<Long> counts = new ArrayList<>();
        hub.fleet.audit.list(AuditQuery.ALL, 0, AuditLog.MAX_PAGE).stream()
                .map(record -> JsonReader.object(record.leaf()))
                .filter(leaf -> leaf.string("outcome").equals("unchanged"))
                .forEach(leaf -> counts.add(leaf.object("detail").integer("count")));

        assertThat(counts).containsExactly(3L);
    }

    @Test
    void aCommitElsewhereMovesNothing() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        Assignment before = hub.assignment(north);

        hub.commitAndCheck("elsewhere", Map.of("docs/readme.md", "hello"));

        assertThat(hub.assignment(north)).isEqualTo(before);
    }

    @Test
    void aNewCommitRaisesGenerationAndCounterAndPermitsDeletions() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck(
                "first", Map.of("shop/compose.yaml", "services: {web: {image: 'a:1'}, old: {image: 'b:1'}}\n"));
        hub.commitAndCheck("second", Map.of("shop/compose.yaml", "services: {web: {image: 'a:2'}}\n"));

        Entry entry = hub.entry(north, "shop");

        assertThat(entry.generation()).isEqualTo(2);
        assertThat(hub.release(entry).counter()).isEqualTo(2);
        assertThat(hub.release(entry).permissions().delete()).containsExactly("service/old");
        assertThat(hub.assignment(north).previous()).isPresent();
    }

    @Test
    @Tag("long")
    void aThousandAgentsThatDifferInLateSiteVariablesShareOneBundleAndOneRelease() {
        AgentRecord model = hub.join("model", Map.of());
        List<AgentRecord> agents = TestAgents.copies(hub.fleet, model, "site", 1000);
        hub.putAll(IntStream.range(0, 1000)
                .mapToObj(i -> new Agent(Metadata.of("site-" + i, APP), new TreeMap<>(Map.of("SITE", "s" + i)), false))
                .toList());
        hub.stack("shop", "shop", "siteVariables: [{name: SITE}]\n");
        hub.commitAndCheck(
                "first",
                Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1', environment: {WHERE: '${SITE}'}}}\n"));

        List<Entry> entries =
                agents.stream().map(agent -> hub.entry(agent, "shop")).toList();

        assertThat(entries.stream().map(Entry::bundle).distinct()).hasSize(1);
        assertThat(entries.stream().map(Entry::release).distinct()).hasSize(1);
        assertThat(entries.get(17).variables()).containsEntry("SITE", "s17");
        assertThat(entries.stream().map(Entry::variables).distinct()).hasSize(1000);
    }

    @Test
    void earlyDifferencesGiveDistinctBundlesAndOneMissingFolderFailsAlone() {
        AgentRecord north = hub.join("north", APP);
        AgentRecord south = hub.join("south", APP);
        AgentRecord west = hub.join("west", APP);
        hub.stack("shop", "sites/${agent.name}", "");
        hub.commitAndCheck(
                "first",
                Map.of("sites/north/compose.yaml", WEB, "sites/south/compose.yaml", WEB.replace("MODE: a", "MODE: b")));

        assertThat(hub.entry(north, "shop").bundle())
                .isNotEqualTo(hub.entry(south, "shop").bundle());
        assertThat(hub.assignments.newest(west.id())).isEmpty();
        assertThat(state("shop").problem()).isEqualTo("RenderFailed");
        assertThat(state("shop").problemDetail()).contains("1 of 3 targets").contains("west");
    }

    @Test
    void anUnreadableSourceAnEmptyFolderOrABrokenFileKeepTheLastGoodState() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB, "keep.txt", "x"));
        Assignment good = hub.assignment(north);

        hub.commitAndCheck("broken", Map.of("shop/compose.yaml", "services: {web: {imagee: 'shop:2'}}\n"));
        assertThat(state("shop").problem()).isEqualTo("RenderFailed");
        assertThat(state("shop").problemDetail()).contains("shop/compose.yaml:1");
        hub.commitAndCheck("empty", Map.of("shop/compose.yaml", ""));
        assertThat(state("shop").problem()).isEqualTo("RenderFailed");
        hub.commitAndCheck("nothing declared", Map.of("shop/compose.yaml", "services: {}\n"));
        assertThat(state("shop").problem()).isEqualTo("RenderFailed");

        assertThat(hub.assignment(north)).isEqualTo(good);
        assertThat(hub.told()).contains("RenderFailed");
        hub.commitAndCheck("mended", Map.of("shop/compose.yaml", WEB.replace("shop:1", "shop:3")));
        assertThat(state("shop").problem()).isEmpty();
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
    }

    @Test
    void aStackWhoseSourceWasNotFetchedYetIsUnderWayAndNotStalled() {
        hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.sync.fleetChanged();

        StackStatus status = hub.status.stack(StackId.parse(hub.stored("shop").uid()), "shop");

        assertThat(status.reason()).isEqualTo(SyncReason.SOURCE_NOT_FETCHED.code());
        assertThat(status.condition("Reconciling").status()).isEqualTo(Condition.Status.TRUE);
        assertThat(status.condition("Stalled").status()).isNotEqualTo(Condition.Status.TRUE);
    }

    @Test
    void aRenderErrorOfOneStackDoesNotHoldBackAnother() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("bad", "bad", "");
        hub.stack("good", "good", "");
        hub.commitAndCheck("both", Map.of("bad/compose.yaml", "services: [\n", "good/compose.yaml", WEB));

        assertThat(hub.assignment(north).entries()).extracting(Entry::name).containsExactly("good");
    }

    /** S7, the hub's half. */
    @Test
    void aSelectorTypoRemovesNothing() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        hub.report(north, "shop", Outcome.APPLIED);
        Entry before = hub.entry(north, "shop");

        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec: {sourceRef: main, path: shop, format: compose, targets: [{agentSelector: {matchLabels: {app: yess}}}]}
                """);
        hub.sync.fleetChanged();
        hub.commitAndCheck("second", Map.of("shop/compose.yaml", WEB.replace("shop:1", "shop:2")));

        Entry after = hub.entry(north, "shop");
        assertThat(after.state()).isEqualTo(Entry.State.PRESENT);
        assertThat(after.bundle()).isEqualTo(before.bundle());
        assertThat(after.generation()).isEqualTo(before.generation());
        assertThat(after.options().correctDrift()).isTrue();
        assertThat(hub.status.stack(after.stack(), "shop").targets().getFirst().phase())
                .isEqualTo("Detached");
    }

    /** S7, the hub's half: no assignment ever leaves out what the one before it listed, unless its removal came home. */
    @Test
    void neverLeavesOutWhatAnAgentRuns() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.stack("till", "till", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB, "till/compose.yaml", WEB.replace("web", "till")));

        hub.operations.delete("shop", false, SyncFixture.ADA, stored -> {});
        Entry leaving = hub.entry(north, "shop");
        assertThat(leaving.state()).isEqualTo(Entry.State.ABSENT);
        assertThat(hub.release(leaving).permissions().delete()).contains("service/web");
        assertThat(hub.release(leaving).permissions().removeData()).isFalse();
        hub.sync.fleetChanged();
        assertThat(names(hub.assignment(north))).containsExactlyInAnyOrder("shop", "till");

        hub.report(north, "shop", Outcome.REMOVED);

        assertThat(hub.fleet.resources.find(Stack.class, "shop")).isEmpty();
        assertThat(names(hub.assignment(north))).containsExactly("till");
    }

    @Test
    void anAgentThatIsToBeEmptiedGetsNothingNewAndIsRetiredWhenAllIsGone() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB, "till/compose.yaml", WEB.replace("web", "till")));

        hub.fleet.decisions.empty("north", TestFleet.ACTOR);
        hub.stack("till", "till", "");
        hub.sync.fleetChanged();
        assertThat(hub.entry(north, "shop").state()).isEqualTo(Entry.State.ABSENT);
        assertThat(names(hub.assignment(north))).containsExactly("shop");
        assertThat(hub.fleet.agents.find(north.id()).orElseThrow().served()).isTrue();
        assertThat(hub.fleet.decisions.empty("north", TestFleet.ACTOR)).isInstanceOf(AgentDecision.Done.class);

        hub.report(north, "shop", Outcome.REMOVED);
        hub.sync.fleetChanged();

        assertThat(hub.fleet.agents.find(north.id()).orElseThrow().state()).isEqualTo(AgentState.RETIRED);
        assertThat(hub.fleet.resources.find(Agent.class, "north")).isEmpty();
        assertThat(hub.fleet.decisions.empty("north", TestFleet.ACTOR)).isInstanceOf(AgentDecision.NotFound.class);
    }

    @Test
    void aStackThatComesBackGoesOnCounting() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        retarget(Map.of("app", "no"), north);
        hub.operations.remove("shop", "north", false, SyncFixture.ADA);
        hub.report(north, "shop", Outcome.REMOVED);
        assertThat(hub.assignment(north).entries()).isEmpty();

        retarget(APP, north);

        Entry back = hub.entry(north, "shop");
        assertThat(back.generation()).isEqualTo(3);
        assertThat(hub.release(back).counter()).isEqualTo(3); // above the tombstone's: the agent accepts no lower one
    }

    @Test
    void muchDeletionWaitsForAPerson() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", services(10)));
        hub.commitAndCheck("second", Map.of("shop/compose.yaml", services(5)));

        assertThat(hub.entry(north, "shop").generation()).isEqualTo(1);
        assertThat(state("shop").waitsFor()).isEqualTo("ConfirmationNeeded");
        assertThat(hub.operations.sync("shop", false, SyncFixture.ADA)).isInstanceOf(OperationResult.Blocked.class);
        assertThat(hub.operations.sync("shop", true, SyncFixture.ADA)).isInstanceOf(OperationResult.Done.class);
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
        assertThat(state("shop").waitsFor()).isEmpty();
    }

    @Test
    void twoStacksOfOneAgentWithOneProjectAreRefused() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("aa", "shop", "compose: {projectName: same}\n");
        hub.stack("bb", "shop", "compose: {projectName: same}\n");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));

        assertThat(names(hub.assignment(north))).containsExactly("aa");
        assertThat(state("bb").problem()).isEqualTo("ProjectTaken");
        assertThat(hub.operations
                        .plan("bb")
                        .orElseThrow()
                        .targets()
                        .getFirst()
                        .problem()
                        .orElseThrow())
                .contains("aa");
    }

    @Test
    void aMissingDependencyIsToldAndAPresentOneGoesAlong() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "dependsOn: [base]\n");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB, "base/compose.yaml", WEB));
        assertThat(hub.assignments.newest(north.id())).isEmpty();
        assertThat(state("shop").problem()).isEqualTo("DependencyMissing");

        hub.stack("base", "base", "");
        hub.sync.fleetChanged();

        assertThat(hub.entry(north, "shop").options().dependsOn())
                .containsExactly(hub.entry(north, "base").stack());
    }

    @Test
    void anUnreachableSourceIsToldOnceAndChangesNothingEvenOverARestart() throws IOException {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        Assignment before = hub.assignment(north);
        Files.move(hub.origin.folder(), folder.resolve("away.git"));

        hub.check();
        hub.check();
        hub.start();
        hub.sync.fleetChanged();
        hub.check();

        assertThat(hub.assignment(north)).isEqualTo(before);
        assertThat(state("shop").problem()).isNotEmpty();
        assertThat(hub.told().stream().filter(state("shop").problem()::equals)).hasSize(2); // once per start of the hub

        Files.move(folder.resolve("away.git"), hub.origin.folder());
        hub.check();
        assertThat(state("shop").problem()).isEmpty();
        assertThat(hub.told()).contains("SourceBack");
    }

    @Test
    void aTurnWithoutNewsWritesNothing() {
        hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        hub.sync.fleetChanged();
        long before = writes();

        hub.sync.fleetChanged();
        hub.check(); // notes the check itself, and nothing else

        assertThat(hub.told()).doesNotContain("TurnFailed");
        assertThat(writes() - before).isLessThanOrEqualTo(2);
    }

    /** Rows changed by the hub so far. */
    private long writes() {
        return hub.fleet.database.write(handle ->
                handle.createQuery("SELECT total_changes()").mapTo(Long.class).one());
    }

    @Test
    void aRestartedHubOffersTheSameAndFinishesWhatWasDue() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        Digest before = hub.assignments.newest(north.id()).orElseThrow().digest();

        hub.start();
        hub.check();

        assertThat(hub.assignments.newest(north.id()).orElseThrow().digest()).isEqualTo(before);
        hub.commitAndCheck("second", Map.of("shop/compose.yaml", WEB.replace("shop:1", "shop:2")));
        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
    }

    @Test
    void aCommitThatCameWhileTheHubWasAwayIsTheFirstThatItLooksAt() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));

        hub.start();
        hub.commitAndCheck("second", Map.of("shop/compose.yaml", WEB.replace("shop:1", "shop:2")));

        assertThat(hub.entry(north, "shop").generation()).isEqualTo(2);
        assertThat(hub.told()).doesNotContain("TurnFailed");
    }

    @Test
    void reissuesForFreshnessWithoutTouchingGenerations() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        Assignment before = hub.assignment(north);
        assertThat(hub.assignments.reissueDue()).isZero();

        hub.fleet.clock.advance(Duration.ofDays(10));

        assertThat(hub.assignments.reissueDue()).isEqualTo(1);
        Assignment after = hub.assignment(north);
        assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
        assertThat(after.entries()).isEqualTo(before.entries());
        assertThat(after.expiresAt()).isAfter(before.expiresAt());
    }

    @Test
    void optionsChangeWithoutANewGeneration() {
        AgentRecord north = hub.join("north", APP);
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        hub.stack("shop", "shop", "healthTimeout: 10m\nsuspend: true\n");
        hub.sync.fleetChanged();

        Entry entry = hub.entry(north, "shop");
        assertThat(entry.generation()).isEqualTo(1);
        assertThat(entry.state()).isEqualTo(Entry.State.SUSPENDED);
        assertThat(entry.options().healthTimeout()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aNewEnvironmentGetsAReleaseOfItsOwnAndTheOthersStayAsTheyAre() {
        AgentRecord test = hub.join("test", "test", APP, Map.of());
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", WEB));
        Entry before = hub.entry(test, "shop");

        AgentRecord staging = hub.join("stage", "staging", APP, Map.of());
        hub.sync.fleetChanged();

        assertThat(hub.entry(test, "shop")).isEqualTo(before);
        assertThat(hub.release(hub.entry(staging, "shop")).environments()).containsExactly("staging", "test");
        assertThat(hub.operations.history("shop").orElseThrow()).hasSize(1);
    }

    private void retarget(Map<String, String> labels, AgentRecord agent) {
        hub.put(new Agent(Metadata.of(agent.name(), labels), new TreeMap<>(), false));
        hub.sync.fleetChanged();
    }

    private StackState state(String stack) {
        var id = StackId.parse(hub.stored(stack).uid());
        return hub.status.stack(id, stack).state();
    }

    private static Set<String> names(Assignment assignment) {
        return assignment.entries().stream().map(Entry::name).collect(Collectors.toSet());
    }

    private static String services(int count) {
        StringBuilder yaml = new StringBuilder("services:\n");
        for (int i = 0; i < count; i++) {
            yaml.append("  s").append(i).append(": {image: 'a:1'}\n");
        }
        return yaml.toString();
    }
}
