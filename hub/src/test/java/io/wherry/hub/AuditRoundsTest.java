package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.CheckpointFeed;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.Database;
import io.wherry.hub.status.Event;
import io.wherry.hub.status.Events;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditRoundsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aRecordThatIsEditedBehindTheHubsBackIsToldOnceWithinOneInterval() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        var key = EcdsaSigner.of(generator.generateKeyPair());
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            AuditLog log = new AuditLog(db, new LogIdentity(Digest.of(new byte[] {1}), 1, key), () -> NOW);
            Events events = new Events(db, () -> NOW);
            AuditRounds rounds = new AuditRounds(db, log, new CheckpointFeed(log, Runnable::run), events);
            for (int i = 0; i < 9; i++) {
                log.append(AuditEvent.user(NOW, Who.user("anna", "10.0.0.1"), What.done("a" + i, "Token/x")));
                rounds.runOnce();
            }
            assertThat(events.since(0)).isEmpty();

            db.run(handle -> handle.execute("UPDATE audit SET leaf = ? WHERE idx = 4", (Object) "{}".getBytes(UTF_8)));
            rounds.runOnce();
            rounds.runOnce();

            List<String> told = events.since(0).stream().map(Event::reason).toList();
            assertThat(told).containsExactly("AuditLogChanged");
        }
    }
}
