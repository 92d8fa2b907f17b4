package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Signer;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditExport;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.Database;
import io.wherry.hub.db.DatabaseTooNew;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.AgentState;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.FleetStatus;
import io.wherry.hub.status.ReportIntake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database of a hub of schema version 12, with all that a running fleet had put into it, in the hands of this one. */
class OldDatabaseTest {
    /** Soon after that hub ended. */
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-27T15:05:00Z"));

    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void asItWasLeft() throws IOException, SQLException {
        file = Files.createFile(
                folder.resolve("hub.db"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        sql(new String(resource("hub-v12.sql"), UTF_8));
    }

    private void sql(String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = OldDatabaseTest.class.getResourceAsStream("/old/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static TrustRoot root() throws IOException {
        Envelope envelope = Envelope.parse(resource("hub-v12-root.json"));
        return TrustRoot.parse(JsonReader.statement(envelope.payload(), Limits.STATEMENT_BYTES));
    }

    private static Digest trustDomain() throws IOException {
        return Envelope.parse(resource("hub-v12-root.json")).digest();
    }

    private static List<byte[]> receipts(Database db) {
        return db.read(h -> h.createQuery("SELECT envelope FROM receipt ORDER BY counter")
                .mapTo(byte[].class)
                .list());
    }

    private static long version(Database db) {
        return db.read(h -> h.createQuery("SELECT max(version) FROM schema_migration")
                .mapTo(Long.class)
                .one());
    }

    @Test
    void isBroughtToTheNewestVersionAndFoundWhole() {
        try (Database db = Database.open(file)) {
            assertThat(version(db)).isEqualTo(Database.newestVersion()).isGreaterThan(12);
        }
        assertThat(Database.problems(file)).isEmpty();
        Database.open(file).close(); // a second start has nothing left to do
    }

    @Test
    void itsAgentIsKnownWithItsStacksAndWhatItReported() {
        try (Database db = Database.open(file)) {
            AgentRepository agents = new AgentRepository(db);
            AgentRecord till = agents.findByName("till-7").orElseThrow();
            assertThat(till.state()).isEqualTo(AgentState.ENROLLED);
            assertThat(Digest.of(till.publicKey().getEncoded())).isEqualTo(till.keyHash());
            assertThat(till.facts().runtime()).isEqualTo("docker");

            ResourceRepository resources = new ResourceRepository(db, CLOCK, () -> "unused");
            assertThat(resources.all(Source.class)).hasSize(1);
            assertThat(resources.all(Stack.class))
                    .extracting(stack -> stack.name())
                    .containsExactly("shop", "till");
            List<PlacedEntry> entries = db.read(h -> EntryRepository.ofAgent(h, till.id()));
            assertThat(entries)
                    .extracting(PlacedEntry::name, PlacedEntry::generation, entry -> entry.secrets()
                            .size())
                    .containsExactlyInAnyOrder(tuple("shop", 3L, 0), tuple("till", 2L, 1));
            try (LastSeen lastSeen = LastSeen.start(agents, CLOCK)) {
                assertThat(new FleetStatus(db, agents, lastSeen, CLOCK)
                                .targetsOf(List.of(till.id()))
                                .get(till.id()))
                        .allSatisfy(target ->
                                assertThat(target.ready()).as(target.message()).isTrue())
                        .hasSize(2);
            }
        }
    }

    @Test
    void itsReceiptsAreGenuineAndTakenOnce() throws IOException {
        try (Database db = Database.open(file)) {
            AgentRepository agents = new AgentRepository(db);
            AgentId till = agents.findByName("till-7").orElseThrow().id();
            List<byte[]> before = receipts(db);
            List<String> news = new ArrayList<>();
            ReportIntake intake = new ReportIntake(
                    db,
                    agents,
                    trustDomain(),
                    new Events(db, CLOCK),
                    (handle, agent, receipt, states) -> news.add(agent.name()),
                    () -> {},
                    CLOCK);

            assertThat(intake.acceptAll(till, before))
                    .extracting(ReportIntake.Accepted::digest)
                    .containsExactlyElementsOf(before.stream()
                            .map(each -> Envelope.parse(each).digest())
                            .toList());

            assertThat(news).as("all of them were here").isEmpty();
            assertThat(receipts(db)).hasSize(9).hasSameSizeAs(before);
        }
    }

    @Test
    void itsAuditLogVerifiesFromTheFirstRecordOn() throws Exception {
        try (Database db = Database.open(file)) {
            Optional<String> damage = db.read(AuditLog::damage);
            assertThat(damage).isEmpty();
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            Signer another =
                    EcdsaSigner.of(generator.generateKeyPair()); // of the log's own only the public half is kept
            AuditLog log = new AuditLog(db, new LogIdentity(trustDomain(), 1, another), CLOCK);
            List<String> lines = new ArrayList<>();
            AuditExport.write(log, AuditQuery.ALL, lines::add);

            assertThat(AuditExport.verify(lines, trustDomain(), root()))
                    .isInstanceOfSatisfying(AuditExport.Verdict.Genuine.class, genuine -> assertThat(genuine.records())
                            .isEqualTo(24));
        }
    }

    @Test
    void aNewerOneIsRefusedBeforeAnythingIsChanged() throws IOException, SQLException {
        sql("INSERT INTO schema_migration VALUES (" + (Database.newestVersion() + 1) + ", 'of_the_future', 'x')");
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(DatabaseTooNew.class)
                .hasMessageContaining("start the newer wherry-hub again");

        assertThat(file).hasBinaryContent(before);
        try (var files = Files.list(folder)) {
            assertThat(files.filter(each -> Files.isRegularFile(each) && !each.equals(file)))
                    .allSatisfy(each -> assertThat(each).isEmptyFile());
        }
    }
}
