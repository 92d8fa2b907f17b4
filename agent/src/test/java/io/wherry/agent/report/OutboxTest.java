package io.wherry.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StateFolder;
import io.wherry.contract.Acknowledgement;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.Features;
import io.wherry.contract.Limits;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Receipt;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Acknowledged;
import io.wherry.contract.verify.Floor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    private static final Receipt.Body BODY =
            new Receipt.Body.Refused(Digest.of(new byte[] {1}), "OtherAgent", "for another agent");

    @TempDir
    Path temp;

    private StateFolder folder;
    private DurableStore store;
    private ReceiptWriter writer;

    @BeforeEach
    void join() {
        folder = StateFolder.open(temp.resolve("data"), "test");
        store = new DurableStore(folder);
        DeviceKeys keys = DeviceKeys.openOrMake(folder);
        KeyPair key = keys.identity(); // any key will do for a root that nobody asks
        Role role = Role.of(PublicKeyId.of(key.getPublic()));
        TrustRoot root = new TrustRoot(
                1,
                1,
                Instant.EPOCH,
                List.of(TrustedKey.of(key.getPublic())),
                new Roles(role, role, role, new TreeMap<>(Map.of("*", role))),
                List.of(Digest.of(new byte[] {2})),
                "0.0.0",
                "0.0.0");
        byte[] envelope = Envelope.sign(root.toStatement(), EcdsaSigner.of(key)).toJson();
        AgentState.join(
                folder,
                store,
                keys,
                new Membership(
                        AgentId.random(new SecureRandom()),
                        "site-1",
                        "",
                        Digest.of(root.toStatement()),
                        List.of("h:1")),
                new AgentState.Joined(List.of(envelope), root, Floor.first(root, Instant.EPOCH)));
        writer = new ReceiptWriter(AgentState.open(folder, store, keys), () -> Instant.EPOCH, Features.UNDERSTOOD);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private Outbox open(int most) {
        return Outbox.open(folder.folder("outbox"), store, writer, most);
    }

    @Test
    void chainsReceiptsAcrossRestartsAndKeepsThemUntilTheyAreSafe() {
        Outbox outbox = open(100);
        Digest first = outbox.add(BODY);
        Digest second = outbox.add(BODY);
        outbox = open(100);
        Digest third = outbox.add(BODY);
        List<Receipt> receipts = read(outbox);
        assertThat(receipts).extracting(Receipt::counter).containsExactly(1L, 2L, 3L);
        assertThat(receipts)
                .extracting(Receipt::previous)
                .containsExactly(Optional.empty(), Optional.of(first), Optional.of(second));

        assertThat(outbox.forget(Set.of(first, second, third))).isEqualTo(3);
        outbox = open(100);
        assertThat(outbox.size()).isZero();
        assertThat(outbox.acknowledged()).contains(third);
        outbox.add(BODY);
        assertThat(read(outbox).getFirst().counter()).isEqualTo(4);
        assertThat(read(outbox).getFirst().previous()).contains(third);
    }

    @Test
    void dropsTheOldestWhenFullAndSaysSoInASignedReceipt() {
        Outbox outbox = open(8);
        for (int i = 0; i < 100; i++) {
            outbox.add(BODY);
            assertThat(outbox.size()).isLessThanOrEqualTo(9);
        }
        Set<Long> accounted = new HashSet<>();
        for (Receipt receipt : read(outbox)) {
            accounted.add(receipt.counter());
            if (receipt.body() instanceof Receipt.Body.Dropped(long from, long to)) {
                for (long i = from; i <= to; i++) {
                    accounted.add(i);
                }
            }
        }
        assertThat(accounted).hasSize((int) outbox.counter()); // nothing went without a word
    }

    private Acknowledgement acknowledgement(long epoch, long counter, Digest receipt) {
        return new Acknowledgement(
                Digest.of(new byte[] {2}), AgentId.random(new SecureRandom()), epoch, counter, receipt, Instant.EPOCH);
    }

    @Test
    void forgetsWhatASignedWordOfTheHubNamesAndRemembersIt() {
        Outbox outbox = open(100);
        outbox.add(BODY);
        Digest second = outbox.add(BODY);
        Digest third = outbox.add(BODY);
        assertThat(outbox.written()).hasSize(3).containsEntry(2L, second);

        assertThat(outbox.acknowledge(acknowledgement(1, 2, second))).isEqualTo(2);

        outbox = open(100);
        assertThat(read(outbox)).extracting(Receipt::counter).containsExactly(3L);
        assertThat(outbox.taken()).contains(new Acknowledged(1, 2, second));
        assertThat(outbox.acknowledged()).contains(second);
        assertThat(outbox.written())
                .as("the one before the oldest is known by it")
                .containsExactly(Map.entry(2L, second), Map.entry(3L, third));
        assertThat(outbox.acknowledge(acknowledgement(1, 2, second)))
                .as("again")
                .isZero();
        assertThat(outbox.acknowledge(acknowledgement(1, 3, third))).isEqualTo(1);
        assertThat(outbox.written()).as("the newest is never forgotten").containsExactly(Map.entry(3L, third));
        outbox.add(BODY);
        assertThat(read(outbox).getFirst().counter()).isEqualTo(4);
        assertThat(read(outbox).getFirst().previous()).contains(third);
    }

    @Test
    void whatADeathLeavesOfForgottenReceiptsGoesAtTheNextStart() throws IOException {
        Outbox outbox = open(100);
        outbox.add(BODY);
        Digest second = outbox.add(BODY);
        outbox.add(BODY);
        Path file = Outbox.file(folder.folder("outbox"), 2);
        byte[] envelope = Files.readAllBytes(file);
        outbox.acknowledge(acknowledgement(1, 2, second));
        Files.write(file, envelope); // it died before this one was deleted

        assertThat(read(open(100))).extracting(Receipt::counter).containsExactly(3L);
        assertThat(file).doesNotExist();
    }

    @Test
    void tellsARestoredHubWhichReceiptsItWillNeverGet() {
        Outbox outbox = open(100);
        outbox.add(BODY);
        Digest second = outbox.add(BODY);
        outbox.add(BODY);
        Digest fourth = outbox.add(BODY);
        outbox.add(BODY);
        outbox.acknowledge(acknowledgement(1, 4, fourth));
        assertThat(read(outbox))
                .as("nothing is missing")
                .extracting(Receipt::counter)
                .containsExactly(5L);

        outbox.acknowledge(acknowledgement(2, 2, second));
        outbox.acknowledge(acknowledgement(2, 2, second));

        assertThat(read(outbox)).extracting(Receipt::counter).containsExactly(5L, 6L);
        assertThat(read(outbox).getLast().body())
                .as("told once, whatever comes twice")
                .isEqualTo(new Receipt.Body.Dropped(3, 4));
        assertThat(open(100).taken()).contains(new Acknowledged(2, 2, second));
    }

    @Test
    void whatWentOverTheLinkMeanwhileIsNoMatter() {
        Outbox outbox = open(100);
        Digest first = outbox.add(BODY);
        Digest second = outbox.add(BODY);
        Digest third = outbox.add(BODY);
        outbox.forget(Set.of(first, second));

        assertThat(outbox.acknowledge(acknowledgement(1, 2, second))).isZero();

        assertThat(outbox.acknowledged()).contains(second);
        assertThat(outbox.forget(Set.of(third))).isEqualTo(1);
        assertThat(outbox.taken()).contains(new Acknowledged(1, 2, second));
        assertThat(open(100).acknowledged()).contains(third);
    }

    private static List<Receipt> read(Outbox outbox) {
        List<Receipt> receipts = new ArrayList<>();
        for (Outbox.Letter letter : outbox.oldest(1000)) {
            receipts.add(Receipt.parse(JsonReader.statement(
                    Envelope.parse(letter.envelope(), Limits.RECEIPT_ENVELOPE_BYTES)
                            .payload(),
                    Limits.RECEIPT_BYTES)));
        }
        return receipts;
    }
}
