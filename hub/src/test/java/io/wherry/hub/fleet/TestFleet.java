package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.ResourceRepository;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A fleet over a real database in a temporary folder. */
public final class TestFleet implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    public static final Digest TRUST_DOMAIN = new Digest("ab".repeat(32));
    public static final Who ACTOR = Who.user("ada", "192.0.2.1");

    public final TestClock clock;
    public final SecureRandom random = new SecureRandom();
    public final CertificateAuthority authority;
    public final Database database;
    public final ResourceRepository resources;
    public final AgentRepository agents;
    public final JoinTokens tokens;
    public final AgentCertificates certificates;
    public final Enrolment enrolment;
    public final AgentDecisions decisions;
    public final AuditLog audit;

    public TestFleet(Path folder) {
        this(folder, NOW);
    }

    /** @param now when its clock begins: the real time where real TLS clients judge its certificates */
    public TestFleet(Path folder, Instant now) {
        clock = new TestClock(now);
        authority = new CertificateAuthority(CaKeys.create(random, now), clock, random);
        database = Database.open(folder.resolve("hub.db"));
        resources = new ResourceRepository(
                database, clock, () -> AgentId.random(random).value());
        agents = new AgentRepository(database);
        var logKey = EcdsaSigner.of(P256.generate(random));
        audit = new AuditLog(database, new LogIdentity(TRUST_DOMAIN, 1, logKey), clock);
        var store = new FleetStore(database, agents, resources, audit);
        tokens = new JoinTokens(
                store, new JoinPoint(List.of("hub.example:8444"), authority.pin(), TRUST_DOMAIN), clock, random);
        certificates = new AgentCertificates(authority, TRUST_DOMAIN);
        enrolment = new Enrolment(store, tokens, certificates, clock, random);
        decisions = new AgentDecisions(store, clock);
    }

    /** The secret of a token that was just made. */
    public byte[] token(JoinTokenSpec spec) {
        return tokens.create(spec, ACTOR).secret();
    }

    /** An agent that joined, with its certificates. */
    public EnrolOutcome.Enrolled enrol(TestDevice device, String name) {
        return (EnrolOutcome.Enrolled)
                enrolment.enrol(device.request(token(JoinTokenSpec.of(Map.of())), TestDevice.facts(name)));
    }

    /** An agent that joined. */
    public AgentRecord join(TestDevice device, String name) {
        return enrol(device, name).agent();
    }

    /** Rows that were ever inserted, updated or deleted by the one writer. */
    public long changes() {
        return database.write(handle ->
                handle.createQuery("SELECT total_changes()").mapTo(Long.class).one());
    }

    /** The actions in the audit log, oldest first, as "ACTOR ACTION OBJECT REASON". */
    public List<String> audited() {
        return audit.list(AuditQuery.ALL, 0, AuditLog.MAX_PAGE).stream()
                .map(record -> JsonReader.object(record.leaf()))
                .map(leaf -> String.join(
                                " ",
                                leaf.string("actor"),
                                leaf.string("action"),
                                leaf.findString("object").orElse(""),
                                leaf.findString("reason").orElse(""))
                        .strip())
                .toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
