package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditExport;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of a real log, verified by the command; then the same with one thing wrong at a time. */
class AuditCommandTest {
    @TempDir
    Path folder;

    private Digest domain;
    private List<String> export;

    @BeforeEach
    void exportsThreeRecords() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        TrustedKey key = TrustedKey.of(pair.getPublic());
        Role role = Role.of(key.keyId());
        TrustRoot root = new TrustRoot(
                1,
                1,
                Cli.NOW,
                List.of(key),
                new Roles(role, role, role, new TreeMap<>(Map.of("*", role))),
                List.of(Digest.of(new byte[] {1})),
                "0.0.0",
                "0.0.0");
        Envelope signed = Envelope.sign(root.toStatement(), EcdsaSigner.of(pair));
        domain = signed.digest();
        export = new ArrayList<>();
        export.add(JsonWriter.compact(Json.object()
                .put("type", "roots")
                .put("envelopes", List.of(Base64.getEncoder().encodeToString(signed.toJson())))
                .build()));
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            AuditLog log =
                    new AuditLog(db, new LogIdentity(domain, 1, EcdsaSigner.of(pair)), InstantSource.fixed(Cli.NOW));
            for (String name : List.of("a", "b", "c")) {
                log.append(AuditEvent.user(
                        Cli.NOW,
                        AuditEvent.Who.user("ann", "127.0.0.1"),
                        AuditEvent.What.done("stack.apply", "Stack/" + name)));
            }
            AuditExport.write(
                    log,
                    new AuditQuery(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            AuditQuery.Between.ALWAYS),
                    export::add);
        }
    }

    private Cli.Ran verify(String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("audit.jsonl"), String.join("\n", export) + "\n", UTF_8);
        var arguments = new ArrayList<>(List.of("audit", "verify", file.toString()));
        arguments.addAll(List.of(more));
        return new Cli(folder).run(arguments.toArray(String[]::new));
    }

    @Test
    void verifiesAnExportOffline() throws IOException {
        Cli.Ran ran = verify("--root", domain.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .startsWith("✔ 3 records, all in the log of 3 that ")
                .endsWith("signed at 2026-03-01T12:00:00Z\n");
    }

    @Test
    void namesTheLineOfARecordThatWasChanged() throws IOException {
        assertThat(export.get(3)).contains("Stack/b");
        export.set(3, export.get(3).replace("Stack/b", "Stack/x"));
        Cli.Ran ran = verify("--root", domain.toString());
        assertThat(ran.exit()).isEqualTo(8);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("audit.jsonl:4: record 1: not in the log that was signed");
    }

    @Test
    void refusesTheLogOfAnotherHub() throws IOException {
        Cli.Ran ran = verify("--root", "sha256:" + "0".repeat(64));
        assertThat(ran.exit()).isEqualTo(8);
        assertThat(ran.err()).contains("audit.jsonl:1: ").contains("(expected: version 1 of trust domain");
    }

    @Test
    void refusesWhatIsNoExport() throws IOException {
        export.removeFirst();
        assertThat(verify("--root", domain.toString()).err())
                .contains("audit.jsonl:1: type: checkpoint (expected: roots)");
        export.clear();
        assertThat(verify("--root", domain.toString()).exit()).isEqualTo(8);
        export.add("not json");
        assertThat(verify("--root", domain.toString()).exit()).isEqualTo(8);
    }

    @Test
    void refusesAnExportWithoutACheckpoint() throws IOException {
        export.subList(1, export.size()).clear();
        Cli.Ran ran = verify("--root", domain.toString());
        assertThat(ran.exit()).isEqualTo(8);
        assertThat(ran.err()).contains("the export is empty");
    }

    @Test
    void needsATrustDomainFromSomewhere() throws IOException {
        assertThat(verify().exit()).as("not logged in").isEqualTo(4);
        assertThat(verify("--root", "sha256:12").exit()).isEqualTo(2);
        assertThat(new Cli(folder).run("audit", "verify", "/nowhere", "--root", domain.toString()))
                .isEqualTo(new Cli.Ran(3, "", "wherry: /nowhere does not exist\n"));
    }

    @Test
    void takesTheTrustDomainFromTheContextAndCopiesTheExportAsItCame() throws IOException {
        try (CannedHub hub = CannedHub.start(folder)) {
            hub.on("GET /whoami", 200, "{\"name\":\"ann\",\"role\":\"admin\",\"trustDomain\":\"" + domain + "\"}");
            hub.on("GET /audit/export?object=Stack%2Fa", 200, String.join("\n", export) + "\n");
            Cli.Ran exported = new Cli(folder).loggedIn(hub, folder).run("audit", "export", "--object", "Stack/a");
            assertThat(exported.out()).isEqualTo(String.join("\n", export) + "\n");
        }
        assertThat(verify().exit()).isZero();
    }

    @Test
    void listsRecordsAsATable() {
        try (CannedHub hub = CannedHub.start(folder)) {
            hub.on(
                    "GET /audit?commit=abc&since=2026-03-01T11%3A30%3A00Z&until=2026-03-02T00%3A00%3A00Z&limit=500",
                    200, """
                    {"items":[{"index":7,"stream":"sync","time":"2026-03-01T12:00:00Z","actor":"hub","action":"stack.sync",
                     "object":"Stack/a","outcome":"refused","reason":"PolicyDenied","sync":{"commit":"0123456789abcdef"}}]}""");
            assertThat(new Cli(folder)
                            .loggedIn(hub, folder)
                            .run("audit", "list", "--commit", "abc", "--since", "30m", "--until", "2026-03-02")
                            .out())
                    .isEqualTo("""
                    NUMBER  TIME                  STREAM  ACTOR  ACTION      OBJECT   OUTCOME  REASON        COMMIT
                    7       2026-03-01T12:00:00Z  sync    hub    stack.sync  Stack/a  refused  PolicyDenied  0123456789
                    """);
        }
    }

    @Test
    void aTimeThatIsNoneIsRefusedBeforeAnythingIsAsked() {
        try (CannedHub hub = CannedHub.start(folder)) {
            for (String wrong : List.of("yesterday", "2026-02-30", "2026-03-01T25:00:00Z", "-1h")) {
                Cli.Ran ran = new Cli(folder).loggedIn(hub, folder).run("audit", "list", "--since=" + wrong);
                assertThat(ran.exit()).isEqualTo(2);
                assertThat(ran.err())
                        .contains("--since: " + wrong + " (expected: 24h, a day like 2026-11-28, or a time");
            }
        }
    }
}
