package io.wherry.hub.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.MerkleTree;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditExport.Verdict;
import io.wherry.hub.db.Database;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Digest DOMAIN = Digest.of(new byte[] {1});
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    Path folder;

    private Database db;
    private AuditLog log;
    private TrustRoot root;

    @BeforeEach
    void open() throws GeneralSecurityException {
        KeyPair key = keyPair();
        TrustedKey trusted = TrustedKey.of(key.getPublic());
        Role role = Role.of(trusted.keyId());
        root = new TrustRoot(
                1,
                1,
                NOW,
                List.of(trusted),
                new Roles(role, role, role, new TreeMap<>(Map.of("*", role))),
                List.of(DOMAIN),
                "0.0.0",
                "0.0.0");
        db = Database.open(folder.resolve("hub.db"));
        log = new AuditLog(db, new LogIdentity(DOMAIN, 1, EcdsaSigner.of(key)), InstantSource.fixed(NOW));
    }

    @AfterEach
    void close() {
        db.close();
    }

    /** The stored subtree hashes against the plain definition of RFC 6962, for every size and place up to 18. */
    @Test
    void rootsAndProofsAreThoseOfTheDefinition() {
        List<Digest> leaves = new ArrayList<>();
        for (int size = 1; size <= 18; size++) {
            log.append(event("n" + size));
            leaves.add(MerkleTree.leafHash(log.find(size - 1).orElseThrow().leaf()));
            Digest wanted = MerkleTree.root(leaves);
            assertThat(log.checkpoint().checkpoint().root()).as("size %d", size).isEqualTo(wanted);
            for (int index = 0; index < size; index++) {
                assertThat(log.inclusionProof(index, size)).isEqualTo(MerkleTree.inclusionProof(index, leaves));
            }
            for (int old = 0; old <= size; old++) {
                assertThat(log.consistencyProof(old, size)).isEqualTo(MerkleTree.consistencyProof(old, leaves));
            }
        }
    }

    @Test
    void recordsNothingOfATransactionThatFails() {
        assertThatThrownBy(() -> db.run(h -> {
                    log.append(h, event("a"));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(log.size()).isZero();
        log.append(event("b"));
        assertThat(log.checkpoint().checkpoint().size()).isEqualTo(1);
    }

    @Test
    void findsByStreamCommitChangeObjectAndTime() {
        log.append(event("token"));
        log.append(AuditEvent.policy(
                NOW, Who.user("anna", "10.0.0.1"), What.refused("stack.apply", "Stack/web", "RoleDenied", "no")));
        log.append(synced(COMMIT, "SHOP-417"));
        log.append(synced("f".repeat(40), "SHOP-418"));

        assertThat(indexes(AuditQuery.ofStream(AuditStream.SYNC))).containsExactly(2L, 3L);
        assertThat(indexes(AuditQuery.ofCommit(COMMIT))).containsExactly(2L);
        assertThat(indexes(AuditQuery.ofCommit(COMMIT.substring(0, 7)))).containsExactly(2L);
        assertThat(indexes(AuditQuery.ofChange("SHOP-418"))).containsExactly(3L);
        assertThat(indexes(object("Stack/web"))).containsExactly(1L, 2L, 3L);
        assertThat(indexes(object("Agent/site-1"))).containsExactly(2L, 3L);
        assertThat(indexes(between(NOW, NOW.plusMillis(1)))).hasSize(4);
        assertThat(indexes(between(NOW.plusMillis(1), NOW.plusSeconds(9)))).isEmpty();
        assertThat(log.newest(AuditQuery.ALL, Long.MAX_VALUE, 2))
                .extracting(AuditRecord::index)
                .containsExactly(3L, 2L);
        assertThatThrownBy(() -> AuditQuery.ofCommit("abc")).hasMessageContaining("at least 7");
    }

    @Test
    void aRecordSaysWhoDidWhatFromWhereAndWhy() {
        log.append(synced(COMMIT, "SHOP-417"));
        Json.Obj event = log.find(0).orElseThrow().toJson();

        assertThat(event.string("actor")).isEqualTo("hub");
        assertThat(event.integer("index")).isZero();
        assertThat(event.object("sync").string("subject")).isEqualTo("SHOP-417: new prices");
        assertThat(event.object("sync").object("durationsMs").integer("render")).isEqualTo(12);
    }

    @Test
    void anExportProvesItselfOffline() {
        for (int i = 0; i < 20; i++) {
            log.append(i % 3 == 0 ? synced(COMMIT, "SHOP-417") : event("e" + i));
        }
        assertThat(verify(export(AuditQuery.ofChange("SHOP-417")))).isInstanceOfSatisfying(Verdict.Genuine.class, g -> {
            assertThat(g.records()).isEqualTo(7);
            assertThat(g.checkpoint().size()).isEqualTo(20);
        });
    }

    @Test
    void anExportThatWasTamperedWithIsNamedByLine() throws GeneralSecurityException {
        log.append(event("one"));
        log.append(event("two"));
        log.append(event("three"));
        List<String> lines = export(AuditQuery.ALL);

        assertThat(broken(replace(lines, 2, "two", "TWO"))).isEqualTo(3);
        assertThat(broken(replace(lines, 1, "\"index\":0", "\"index\":1"))).isEqualTo(2);
        assertThat(broken(List.of(lines.get(0), lines.get(2), lines.get(1)))).isEqualTo(3);
        assertThat(broken(List.of(lines.get(0), lines.get(1), lines.get(1)))).isEqualTo(3);
        assertThat(broken(lines.subList(1, 3))).isEqualTo(1);
        assertThat(broken(List.of())).isZero();
        assertThat(AuditExport.verify(lines, Digest.of(new byte[] {2}), root)).isInstanceOf(Verdict.Broken.class);
        TrustedKey other = TrustedKey.of(keyPair().getPublic());
        Role role = Role.of(other.keyId());
        TrustRoot otherRoot = new TrustRoot(
                1,
                1,
                NOW,
                List.of(other),
                new Roles(role, role, role, new TreeMap<>(Map.of("*", role))),
                List.of(DOMAIN),
                "0.0.0",
                "0.0.0");
        assertThat(AuditExport.verify(lines, DOMAIN, otherRoot)).isInstanceOf(Verdict.Broken.class);
    }

    /** Requirement S11: edit, delete or fork any leaf, and the next look names it. */
    @Test
    void aLeafChangedInTheDatabaseShows() {
        for (int i = 0; i < 10; i++) {
            log.append(event("e" + i));
        }
        log.checkpoint();
        assertThat(db.read(AuditLog::damage)).isEmpty();
        db.run(h -> h.execute("UPDATE audit SET leaf = ? WHERE idx = 4", (Object) "{}".getBytes(UTF_8)));
        assertThat(db.read(AuditLog::damage))
                .hasValueSatisfying(problem -> assertThat(problem).contains("signed"));
        db.run(h -> h.execute("DELETE FROM audit_object WHERE idx = 7"));
        db.run(h -> h.execute("DELETE FROM audit WHERE idx = 7"));
        assertThat(db.read(AuditLog::damage))
                .hasValueSatisfying(problem -> assertThat(problem).contains("record 7"));
    }

    @Test
    void aDetailThatIsTooLongIsReplacedByItsDigest() {
        Json.Obj huge =
                Json.object().put("after", "x".repeat(AuditLog.MAX_LEAF_BYTES)).build();
        log.append(event("a").with(huge));
        AuditRecord record = log.find(0).orElseThrow();
        assertThat(record.leaf().length).isLessThan(1000);
        assertThat(record.event().object("detail").string("digest")).startsWith("sha256:");
    }

    private static AuditEvent event(String action) {
        return AuditEvent.user(NOW, Who.user("anna", "10.0.0.1"), What.done(action, "Token/x"));
    }

    private static AuditEvent synced(String commit, String change) {
        var facts = SyncFacts.of(
                new SyncFacts.Origin("shop", "https://git.example.org/shop.git", "branch main"),
                new SyncFacts.Commit(
                        commit,
                        "Anna <a@example.org>",
                        "Anna <a@example.org>",
                        NOW,
                        change + ": new prices",
                        List.of(),
                        "unchecked"),
                Set.of(change),
                new SyncFacts.Place("web", "site-1", "test"),
                "interval");
        return AuditEvent.sync(
                NOW,
                Who.HUB,
                What.done("stack.release", "Stack/web"),
                facts.with(Map.of("render", Duration.ofMillis(12))));
    }

    private static AuditQuery object(String object) {
        return new AuditQuery(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(object), AuditQuery.Between.ALWAYS);
    }

    private static AuditQuery between(Instant from, Instant to) {
        return new AuditQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new AuditQuery.Between(Optional.of(from), Optional.of(to)));
    }

    private List<Long> indexes(AuditQuery query) {
        return log.list(query, 0, 100).stream().map(AuditRecord::index).toList();
    }

    private List<String> export(AuditQuery query) {
        List<String> lines = new ArrayList<>();
        AuditExport.write(log, query, lines::add);
        return lines;
    }

    private Verdict verify(List<String> lines) {
        return AuditExport.verify(lines, DOMAIN, root);
    }

    private long broken(List<String> lines) {
        return ((Verdict.Broken) verify(lines)).line();
    }

    private static List<String> replace(List<String> lines, int line, String what, String with) {
        List<String> changed = new ArrayList<>(lines);
        assertThat(changed.get(line)).contains(what);
        changed.set(line, changed.get(line).replace(what, with));
        return changed;
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
