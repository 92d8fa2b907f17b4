package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Gap;
import io.wherry.contract.Outcome;
import io.wherry.contract.Receipt;
import io.wherry.hub.fleet.AgentFacts;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.resource.Condition.Status;
import io.wherry.hub.status.Event;
import io.wherry.hub.status.StackStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts and what becomes of them. */
class ReportsTest {
    private static final Map<String, String> FILES =
            Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1'}}\n");

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord north;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        north = hub.join("north", Map.of("app", "yes"));
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", FILES);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void takesAReceiptOnceAndAcknowledgesItEachTime() {
        byte[] receipt = hub.sign(north, hub.receipt(north, new Receipt.Body.States(List.of())));

        Digest first = hub.intake.accept(north.id(), receipt).digest();
        Digest second = hub.intake.accept(north.id(), receipt).digest();

        assertThat(second).isEqualTo(first);
        assertThat(hub.told()).doesNotContain("ReceiptFork", "ReceiptUnreadable");
    }

    @Test
    void saysForHowLongAServiceWasAway() {
        EntryState applied =
                hub.healthy(north, "shop").with(List.of(new Gap("service/web", 823, "mounts volume data")));
        hub.intake.accept(north.id(), hub.sign(north, hub.receipt(north, new Receipt.Body.States(List.of(applied)))));

        String sentence = "web: 0.8 s without it (stop-first: mounts volume data)";
        assertThat(shop().targets().getFirst().message()).isEqualTo("applied and healthy; " + sentence);
        assertThat(shop().targets().getFirst().gaps()).isEqualTo(applied.gaps());
        assertThat(shop().message()).isEqualTo(sentence);
        assertThat(hub.events.since(0)).anyMatch(event -> event.message()
                .endsWith("shop at north, generation 1 is applied and healthy; " + sentence));
    }

    @Test
    void whatComesByHandIsAsOldAsItIsAndSaysNothingOfTheClock() {
        Receipt receipt = hub.receipt(north, new Receipt.Body.States(List.of(hub.healthy(north, "shop"))));
        Instant then = hub.fleet.clock.instant();
        hub.fleet.clock.advance(Duration.ofDays(40));
        List<String> also = new ArrayList<>();

        List<Boolean> added = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            hub.intake
                    .importAll(north.id(), List.of(hub.sign(north, receipt)), handle -> also.add("recorded"))
                    .forEach(accepted -> added.add(accepted.added()));
        }
        assertThat(added).containsExactly(true, false);

        assertThat(shop().asOf()).isEqualTo(then);
        assertThat(shop().message()).contains("last known, as of " + then + ": generation 1: applied and healthy");
        assertThat(also).hasSize(2);
        assertThat(hub.told()).doesNotContain("ReceiptFork", "ReceiptsMissing");
        assertThat(hub.status.agent(north.id()).orElseThrow().conditions())
                .filteredOn(condition -> condition.type().equals("ClockInSync"))
                .allMatch(condition -> condition.status() == Status.UNKNOWN
                        && condition.message().equals("not known while it is not heard"));
        hub.lastSeen.polled(north.id(), "held", 1, "00");
        assertThat(hub.status.agent(north.id()).orElseThrow().conditions())
                .filteredOn(condition -> condition.type().equals("ClockInSync"))
                .allMatch(condition -> condition.status() == Status.TRUE);
    }

    @Test
    void tellsOfAGapAndGoesOn() {
        hub.report(north, "shop", Outcome.APPLIED);
        hub.receipt(north, new Receipt.Body.States(List.of())); // lost on its way
        hub.report(north, "shop", Outcome.UNHEALTHY);

        assertThat(hub.told()).contains("ReceiptsMissing");
        assertThat(shop().condition("Healthy").status()).isEqualTo(Status.FALSE);
    }

    @Test
    void twoReceiptsWithOneNumberRaiseAnAlarmAndTheFirstHolds() {
        Receipt first = hub.receipt(north, new Receipt.Body.States(List.of()));
        hub.intake.accept(north.id(), hub.sign(north, first));
        Receipt fork = new Receipt(
                first.trustDomain(),
                first.agentId(),
                first.counter(),
                first.previous(),
                first.assignment(),
                first.epoch(),
                first.sequence(),
                first.time().plusSeconds(1),
                first.floor(),
                first.understands(),
                first.body());

        hub.intake.accept(north.id(), hub.sign(north, fork));

        assertThat(hub.told()).contains("ReceiptFork");
    }

    @Test
    void whatDoesNotVerifyIsKeptAndAcknowledgedAndBelievedByNobody() {
        Receipt receipt = hub.receipt(north, new Receipt.Body.States(List.of()));
        hub.devices.put(north.id(), TestDevice.create());

        assertThat(hub.intake.accept(north.id(), hub.sign(north, receipt)).digest())
                .isEqualTo(Digest.of(receipt.toStatement()));
        byte[] rubbish = "not an envelope".getBytes(UTF_8);
        assertThat(hub.intake.accept(north.id(), rubbish).digest()).isEqualTo(Digest.of(rubbish));
        assertThat(hub.told().stream().filter("ReceiptUnreadable"::equals)).hasSize(2);
    }

    @Test
    void aHealthyStackIsReadyAndASilentAgentMakesItUnknown() {
        hub.report(north, "shop", Outcome.APPLIED);
        assertThat(shop().condition("Ready").status()).isEqualTo(Status.TRUE);
        assertThat(shop().phase()).isEqualTo("Committed");

        hub.fleet.clock.advance(Duration.ofHours(1));

        StackStatus silent = shop();
        assertThat(silent.condition("Ready").status()).isEqualTo(Status.UNKNOWN);
        assertThat(silent.phase()).isEqualTo("Unknown");
        assertThat(silent.condition("Ready").message()).contains("north").contains("not heard since");
        assertThat(silent.targets().getFirst().next()).contains("wherry-agent doctor");
    }

    @Test
    void whatIsLeftOverIsToldAndTakesNothingFromAHealthyStack() {
        hub.report(north, "shop", Outcome.LEFTOVER, "volume/data stays");

        StackStatus shop = shop();

        assertThat(shop.condition("Ready").status()).isEqualTo(Status.TRUE);
        assertThat(shop.condition("Stalled").status()).isEqualTo(Status.FALSE);
        assertThat(shop.targets().getFirst().notes()).contains("Leftover");
        assertThat(shop.targets().getFirst().message()).contains("volume/data");
        assertThat(hub.told()).contains("Leftover");
    }

    @Test
    void whatASiteRemarksOfAHealthyStackIsShownAndToldOnce() {
        EntryState well = hub.healthy(north, "shop");
        EntryState remarked = because(well, "PolicyWouldRefuse", "services.web.privileged: not allowed here");
        hub.report(north, well);
        hub.report(north, remarked);
        hub.report(north, remarked);

        StackStatus shop = shop();
        String remark = "PolicyWouldRefuse: services.web.privileged: not allowed here";
        assertThat(shop.condition("Ready").status()).isEqualTo(Status.TRUE);
        assertThat(shop.message()).contains("at north: ", remark);
        assertThat(shop.targets().getFirst().message()).contains(remark);
        assertThat(shop.targets().getFirst().notes()).contains("PolicyWouldRefuse");
        assertThat(hub.events.since(0).stream()
                        .filter(event -> event.message().contains(remark))
                        .map(Event::severity))
                .containsExactly(Event.Severity.WARNING);
    }

    private static EntryState because(EntryState state, String reason, String message) {
        return new EntryState(
                state.stack(),
                state.name(),
                state.generation(),
                state.bundle(),
                state.outcome(),
                state.phase(),
                reason,
                message,
                state.running(),
                state.synced(),
                state.healthy(),
                state.drifted(),
                state.differences(),
                state.images(),
                state.at());
    }

    @Test
    void whatWasCorrectedAndStartsIsAtWorkAndNotBroken() {
        EntryState well = hub.healthy(north, "shop");
        hub.report(
                north,
                new EntryState(
                        well.stack(),
                        well.name(),
                        well.generation(),
                        well.bundle(),
                        Outcome.CORRECTED,
                        well.phase(),
                        "",
                        "",
                        well.running(),
                        true,
                        false,
                        false,
                        List.of(),
                        well.images(),
                        well.at()));

        assertThat(shop().condition("Reconciling").status()).isEqualTo(Status.TRUE);
        assertThat(shop().condition("Stalled").status()).isEqualTo(Status.FALSE);
        assertThat(shop().condition("Ready").message()).contains("is being applied");
    }

    @Test
    void oneBadSiteIsNamedAndDoesNotPaintTheFleet() {
        AgentRecord south = hub.join("south", Map.of("app", "yes"));
        hub.sync.fleetChanged();
        hub.report(north, "shop", Outcome.APPLIED);
        hub.report(south, "shop", Outcome.ROLLED_BACK, "web did not become healthy");

        StackStatus status = shop();

        assertThat(status.healthy()).isEqualTo(1);
        assertThat(status.condition("Ready").message()).startsWith("1 of 2 targets (south): ");
        assertThat(status.reason()).isEqualTo("RolledBack");
        assertThat(status.next()).isEqualTo("wherry stack sync shop --retry");
        assertThat(status.targets().stream()
                        .filter(t -> t.agentName().equals("north"))
                        .findFirst()
                        .orElseThrow()
                        .ready())
                .isTrue();
        assertThat(status.targets().getFirst().notes()).contains("Unpinned: shop:1");
        assertThat(hub.operations.history("shop").orElseThrow().getFirst().outcomes())
                .isEqualTo(Map.of("Applied", 1, "RolledBack", 1));
    }

    @Test
    void whatFailsForOneCauseIsNotTakenForAnother() {
        AgentRecord south = hub.join("south", Map.of("app", "yes"));
        AgentRecord east = hub.join("east", Map.of("app", "yes"));
        hub.sync.fleetChanged();
        hub.report(north, "shop", Outcome.FAILED, "the engine is away");
        hub.report(south, "shop", Outcome.ROLLED_BACK, "web did not become healthy");
        hub.report(east, "shop", Outcome.ROLLED_BACK, "web did not become healthy");

        assertThat(shop().message())
                .containsPattern("2 of 3 targets \\((south, east|east, south)\\): HealthFailed: web did not become")
                .contains("1 of 3 targets (north): HealthFailed: the engine is away");
    }

    @Test
    void anAgentThatWasRetiredIsNobodysConcernAnyMore() {
        assertThat(hub.status.agents()).hasSize(1);
        hub.fleet.decisions.retire("north", TestFleet.ACTOR);
        assertThat(hub.status.agents()).isEmpty();
    }

    @Test
    void anAgentShowsItsConditions() {
        var status = hub.status.agent(north.id()).orElseThrow();
        assertThat(status.reason()).isEqualTo("AllGood");

        hub.fleet.clock.advance(Duration.ofHours(1));

        var silent = hub.status.agent(north.id()).orElseThrow();
        assertThat(silent.reason()).isEqualTo("NotHeard");
        assertThat(silent.message()).contains("not heard since");
        assertThat(silent.next()).contains("wherry-agent doctor");
    }

    /** Nothing is wrong with it, and yet it does nothing: whoever looks for the reason finds it, and when it ends. */
    @Test
    void anAgentThatAPersonPausedShowsUntilWhen() {
        Instant until = hub.fleet.clock.instant().plus(Duration.ofMinutes(5));
        AgentFacts facts = hub.fleet.agents.find(north.id()).orElseThrow().facts();
        hub.fleet.agents.noteFacts(north.id(), facts.paused(until), "");

        var paused = hub.status.agent(north.id()).orElseThrow();
        assertThat(paused.reason()).isEqualTo("AllGood");
        assertThat(paused.pausedUntil()).contains(until);
        assertThat(paused.message()).contains("paused at the site until " + until);
        assertThat(paused.next()).contains("wherry-agent resume");

        hub.fleet.clock.advance(Duration.ofMinutes(5));

        var over = hub.status.agent(north.id()).orElseThrow();
        assertThat(over.pausedUntil()).as("it ends by itself, heard or not").isEmpty();
        assertThat(over.message()).isEmpty();
    }

    @Test
    void everyEventCanBeFollowedFromACursor() throws Exception {
        int[] woken = {0};
        try (AutoCloseable following = hub.events.onNew(() -> woken[0]++)) {
            assertThat(following).isNotNull();
            long cursor = hub.events.since(0).isEmpty()
                    ? 0
                    : hub.events.since(0).getLast().number();
            hub.report(north, "shop", Outcome.UNHEALTHY, "web is not healthy");

            assertThat(woken[0]).isPositive();
            assertThat(hub.events.since(cursor))
                    .extracting(event -> event.reason())
                    .containsExactly("Unhealthy");
        }
    }

    private StackStatus shop() {
        return hub.status.stack(hub.entry(north, "shop").stack(), "shop");
    }
}
