package io.wherry.hub.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.db.Database;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditWalkTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int RECORDS = 50;
    private static final int PIECE = 10;

    /** Turns of a round of all records. */
    private static final int ROUND = RECORDS / PIECE;

    @TempDir
    Path folder;

    private Database db;
    private AuditLog log;
    private AuditWalk walk;

    @BeforeEach
    void aLogThatWasGoneThroughOnce() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        var key = EcdsaSigner.of(generator.generateKeyPair());
        db = Database.open(folder.resolve("hub.db"));
        log = new AuditLog(db, new LogIdentity(Digest.of(new byte[] {1}), 1, key), () -> NOW);
        walk = new AuditWalk(log, PIECE);
        assertThat(walk.next()).as("nothing is signed yet").isEmpty();
        append(RECORDS);
        for (int turn = 0; turn < ROUND; turn++) {
            assertThat(walk.next()).isEmpty();
        }
    }

    @AfterEach
    void close() {
        db.close();
    }

    private void append(int records) {
        for (int i = 0; i < records; i++) {
            log.append(AuditEvent.user(NOW, Who.user("anna", "10.0.0.1"), What.done("a" + i, "Token/x")));
        }
        log.checkpoint();
    }

    private void edit(long index, byte[] leaf) {
        db.run(handle -> handle.execute("UPDATE audit SET leaf = ? WHERE idx = ?", leaf, index));
    }

    @Test
    void whatIsOldIsFoundWithinARoundAndToldUntilARoundFindsNothing() {
        byte[] before = log.find(4).orElseThrow().leaf();
        edit(4, "{}".getBytes(UTF_8));
        List<Boolean> told = new ArrayList<>();
        for (int turn = 0; turn < 2 * ROUND; turn++) {
            told.add(walk.next().isPresent());
        }
        assertThat(told.subList(0, ROUND)).endsWith(true);
        assertThat(told.subList(ROUND, 2 * ROUND)).doesNotContain(false);

        edit(4, before);
        for (int turn = 1; turn < ROUND; turn++) {
            assertThat(walk.next()).isPresent();
        }
        assertThat(walk.next()).isEmpty();
    }

    @Test
    void whatIsNewIsFoundAtOnce() {
        append(1);
        edit(RECORDS, "{}".getBytes(UTF_8));
        assertThat(walk.next()).hasValueSatisfying(what -> assertThat(what).contains("not those that were signed"));
    }

    @Test
    void anEndThatWasCutOffIsFoundAtOnce() {
        db.run(handle -> handle.execute("DELETE FROM audit_object WHERE idx = ?", RECORDS - 1));
        db.run(handle -> handle.execute("DELETE FROM audit WHERE idx = ?", RECORDS - 1));
        assertThat(walk.next()).contains("the audit log has 49 records, 50 were signed");
    }

    @Test
    void aProcessThatStartsLooksAtAllOfItFirst() {
        edit(4, "{}".getBytes(UTF_8));
        assertThat(new AuditWalk(log, PIECE).next()).isPresent();
    }
}
