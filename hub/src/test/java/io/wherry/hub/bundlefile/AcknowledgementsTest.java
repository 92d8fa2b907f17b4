package io.wherry.hub.bundlefile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.sync.SyncFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts come in every order in which files and links bring them; only what may be forgotten is acknowledged. */
class AcknowledgementsTest {
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
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1'}}\n"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Receipt written() {
        return hub.receipt(north, new Receipt.Body.States(List.of()));
    }

    private List<Receipt> written(int count) {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            receipts.add(written());
        }
        return receipts;
    }

    private void take(Receipt... receipts) {
        for (Receipt receipt : receipts) {
            hub.intake.accept(north.id(), hub.sign(north, receipt));
        }
    }

    private Optional<Acknowledgement> acknowledgement() {
        return Optional.ofNullable(new Acknowledgements(hub.fleet.database, hub.keys, hub.fleet.clock)
                        .of(List.of(north.id()))
                        .get(north.id()))
                .map(envelope -> Acknowledgement.parse(
                        JsonReader.statement(Envelope.parse(envelope).payload(), Limits.STATEMENT_BYTES)));
    }

    private void acknowledged(Receipt receipt) {
        assertThat(acknowledgement()).hasValueSatisfying(found -> {
            assertThat(found.counter()).isEqualTo(receipt.counter());
            assertThat(found.receipt()).isEqualTo(Digest.of(receipt.toStatement()));
            assertThat(found.epoch()).isEqualTo(hub.keys.epoch());
        });
    }

    /** Another one with the same counter and predecessor, as a copy of the state folder writes it. */
    private static Receipt copy(Receipt receipt) {
        return with(
                receipt, receipt.counter(), receipt.previous(), receipt.time().plusSeconds(1));
    }

    private static Receipt with(Receipt of, long counter, Optional<Digest> previous, java.time.Instant time) {
        return new Receipt(
                of.trustDomain(),
                of.agentId(),
                counter,
                previous,
                of.assignment(),
                of.epoch(),
                of.sequence(),
                time,
                of.floor(),
                of.understands(),
                of.body());
    }

    @Test
    void onlyWhatHasNoGapBeforeItIsAcknowledgedAndAGapThatIsFilledCounts() {
        List<Receipt> receipts = written(6);
        take(receipts.get(1), receipts.get(2));
        assertThat(acknowledgement()).as("the first is missing").isEmpty();

        take(receipts.get(0));
        acknowledged(receipts.get(2));

        take(receipts.get(5), receipts.get(4));
        acknowledged(receipts.get(2));

        take(receipts.get(3));
        acknowledged(receipts.get(5));
        take(receipts.get(0), receipts.get(5));
        acknowledged(receipts.get(5));
    }

    @Test
    void aReceiptThatDoesNotVerifyIsNoneOfThem() {
        Receipt first = written();
        Receipt second = written();
        take(first);
        hub.intake.accept(north.id(), "rubbish".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        AgentRecord south = hub.join("south", Map.of("app", "yes"));
        hub.intake.accept(north.id(), hub.sign(south, second));

        acknowledged(first);
    }

    @Test
    void fromTwoReceiptsUnderOneNumberOnNothingIsAcknowledged() {
        List<Receipt> receipts = written(4);
        take(receipts.get(0), receipts.get(1), receipts.get(2));
        take(copy(receipts.get(2)));
        acknowledged(receipts.get(1));

        take(receipts.get(3));
        acknowledged(receipts.get(1));
        take(copy(receipts.get(0)));
        assertThat(acknowledgement()).as("they part at the very first").isEmpty();
    }

    @Test
    void aReceiptThatDoesNotFollowTheOneBeforeItEndsItTooAlsoWhenItIsFoundLate() {
        List<Receipt> receipts = written(4);
        Receipt strange = with(
                receipts.get(2),
                3,
                Optional.of(Digest.of(new byte[] {9})),
                receipts.get(2).time());
        take(receipts.get(0), strange);
        assertThat(hub.told()).doesNotContain("ReceiptFork");

        take(receipts.get(1));

        acknowledged(receipts.get(1));
        assertThat(hub.told()).containsOnlyOnce("ReceiptFork");
        take(written());
        acknowledged(receipts.get(1));
        assertThat(hub.told()).containsOnlyOnce("ReceiptFork");
    }

    @Test
    void whatTheSiteGaveUpNeedNotCome() {
        List<Receipt> receipts = written(5);
        take(receipts.get(0));
        Receipt dropped = hub.receipt(north, new Receipt.Body.Dropped(2, 4));
        take(dropped);
        assertThat(acknowledgement())
                .as("the fourth was given up: it has no digest here")
                .isEmpty();

        take(receipts.get(4));
        acknowledged(dropped);
    }

    @Test
    void whatTheSiteGaveUpBeforeAGapWasFilledIsNotForgotten() {
        List<Receipt> receipts = written(5);
        Receipt dropped = hub.receipt(north, new Receipt.Body.Dropped(3, 4));
        take(receipts.get(0), dropped, receipts.get(4));
        acknowledged(receipts.get(0));

        take(receipts.get(1));
        acknowledged(dropped);
    }

    @Test
    void aRestoredHubAcknowledgesWhatItHasInItsNewEpoch() {
        List<Receipt> receipts = written(5);
        take(
                receipts.get(0),
                receipts.get(1)); // the backup is of now; then three more came, and were lost with the hub
        long before = hub.keys.epoch();
        hub.fleet.clock.advance(Duration.ofDays(1));
        hub.restored();
        assertThat(hub.keys.epoch()).isGreaterThan(before);
        acknowledged(receipts.get(1));

        Receipt seventh = later(
                receipts.get(4), 7, Digest.of(new byte[] {6}), receipts.get(4).body());
        take(seventh);
        acknowledged(receipts.get(1));
        Receipt eighth = later(seventh, 8, Digest.of(seventh.toStatement()), new Receipt.Body.Dropped(3, 6));
        take(eighth);
        acknowledged(eighth);
    }

    private static Receipt later(Receipt of, long counter, Digest previous, Receipt.Body body) {
        return new Receipt(
                of.trustDomain(),
                of.agentId(),
                counter,
                Optional.of(previous),
                of.assignment(),
                of.epoch(),
                of.sequence(),
                of.time(),
                of.floor(),
                of.understands(),
                body);
    }

    @Test
    void oneThatAllCameOverTheLinkIsToldAsNoLoss() {
        List<Receipt> receipts = written(3);
        take(receipts.toArray(Receipt[]::new));
        take(hub.receipt(north, new Receipt.Body.Dropped(2, 3)));
        assertThat(hub.told()).doesNotContain("ReceiptsDropped");

        written();
        take(hub.receipt(north, new Receipt.Body.Dropped(5, 5)));
        assertThat(hub.told()).contains("ReceiptsDropped");
    }

    /** A full outbox has more than a hub keeps: the first ones go while the last come. */
    @Tag("long")
    @Test
    void moreReceiptsThanAreKeptAreAcknowledged() {
        List<Receipt> receipts = written(1_100);
        for (int from = 0; from < receipts.size(); from += 50) {
            hub.fleet.clock.advance(Duration.ofSeconds(1));
            hub.intake.importAll(
                    north.id(),
                    receipts.subList(from, from + 50).stream()
                            .map(receipt -> hub.sign(north, receipt))
                            .toList(),
                    handle -> {});
        }

        acknowledged(receipts.getLast());
    }
}
