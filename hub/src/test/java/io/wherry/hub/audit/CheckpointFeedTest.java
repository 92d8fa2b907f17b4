package io.wherry.hub.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.MerkleTree;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.CheckpointFeed.Shown;
import io.wherry.hub.db.Database;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFeedTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path folder;

    private Database db;
    private AuditLog log;
    private final List<Runnable> tasks = new ArrayList<>();
    private CheckpointFeed feed;

    @BeforeEach
    void open() throws Exception {
        db = Database.open(folder.resolve("hub.db"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        var key = EcdsaSigner.of(generator.generateKeyPair());
        log = new AuditLog(db, new LogIdentity(Digest.of(new byte[] {1}), 1, key), () -> NOW);
        feed = new CheckpointFeed(log, tasks::add);
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void whoHasSeenNothingIsShownTheNewestAndWhoHasSeenItNothing() {
        assertThat(feed.above(0)).isEmpty();
        grow(5);
        feed.advance();

        assertThat(feed.above(0)).hasValueSatisfying(shown -> {
            assertThat(checkpoint(shown).size()).isEqualTo(5);
            assertThat(shown.consistency()).isEmpty();
        });
        assertThat(feed.above(5)).isEmpty();
        assertThat(feed.above(6)).isEmpty();
    }

    @Test
    void whoHasSeenLessIsShownThatItContinuesOnceTheProofIsMade() {
        grow(5);
        feed.advance();
        Checkpoint before = checkpoint(feed.above(0).orElseThrow());
        grow(6);
        assertThat(feed.above(5)).as("not before it is signed").isEmpty();
        feed.advance();

        assertThat(feed.above(5)).as("its proof is made meanwhile").isEmpty();
        assertThat(feed.above(5)).isEmpty();
        assertThat(tasks).as("once").hasSize(1);
        tasks.forEach(Runnable::run);

        Shown shown = feed.above(5).orElseThrow();
        Checkpoint next = checkpoint(shown);
        assertThat(MerkleTree.verifyConsistency(5, next.size(), shown.consistency(), before.root(), next.root()))
                .isTrue();
    }

    @Test
    void aHubThatStartsShowsWhatItSignedBefore() {
        grow(3);
        feed.advance();

        Optional<Shown> shown = new CheckpointFeed(log, tasks::add).above(0);

        assertThat(shown)
                .hasValueSatisfying(s -> assertThat(checkpoint(s).size()).isEqualTo(3));
    }

    private void grow(int by) {
        for (int i = 0; i < by; i++) {
            log.append(AuditEvent.user(NOW, Who.user("anna", "10.0.0.1"), What.done("a" + i, "Token/x")));
        }
    }

    private static Checkpoint checkpoint(Shown shown) {
        byte[] payload = Envelope.parse(shown.envelope()).payload();
        return Checkpoint.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES));
    }
}
