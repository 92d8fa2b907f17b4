package io.wherry.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StateFolder;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Receipt;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Floor;
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
        writer = new ReceiptWriter(AgentState.open(folder, store, keys), () -> Instant.EPOCH);
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
