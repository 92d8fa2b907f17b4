package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Features;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.ResourceRepository;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What a hub has of its fleet, with one agent that joined long ago. */
public final class SimulatedFleet {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final CaKeys CA = CaKeys.create(RANDOM, Instant.parse("2026-01-01T00:00:00Z"));
    private static final EcdsaSigner LOG = EcdsaSigner.of(P256.generate(RANDOM));

    private SimulatedFleet() {}

    /** Writes the agent as joining would have. */
    public static void join(Database database, AgentId id, byte[] publicKey, byte[] sealingKey, Instant at) {
        AgentFacts facts = new AgentFacts(
                "site-1",
                "docker",
                "engine-1",
                "1",
                "0.1.0",
                "linux/amd64",
                "site",
                "",
                Features.UNDERSTOOD,
                0,
                "",
                "");
        AgentRecord agent = new AgentRecord(
                id,
                "site-1",
                AgentState.ENROLLED,
                Digest.of(publicKey),
                publicKey,
                sealingKey,
                "",
                "token",
                "",
                Optional.empty(),
                facts,
                "",
                at);
        AgentRepository agents = new AgentRepository(database);
        database.run(handle -> {
            handle.execute("""
                    INSERT INTO join_token (id, secret_hash, labels, environment, approval, created_by, created_ms, expires_ms)
                    VALUES ('token', '', '{}', '', 0, 'ada', 0, 0)""");
            agents.insert(handle, agent);
        });
    }

    /** Who vouches for hub and agent where they meet over a real connection. */
    public static CertificateAuthority authority(InstantSource clock) {
        return new CertificateAuthority(CA, clock, RANDOM);
    }

    /** What joining would have given the agent: its certificate and the authority's, in DER. */
    public static List<byte[]> certificate(AgentId id, PublicKey key, Digest trustDomain, InstantSource clock) {
        return new AgentCertificates(authority(clock), trustDomain)
                .issue(id, key)
                .der();
    }

    /** Nobody joins in a simulation, but the port wants to know who would decide. */
    public static Enrolment enrolment(
            Database database, AgentRepository agents, Digest trustDomain, InstantSource clock) {
        CertificateAuthority authority = authority(clock);
        FleetStore store = new FleetStore(
                database,
                agents,
                new ResourceRepository(
                        database, clock, () -> AgentId.random(RANDOM).value()),
                new AuditLog(database, new LogIdentity(trustDomain, 1, LOG), clock));
        JoinPoint point = new JoinPoint(List.of("hub.example:8444"), authority.pin(), trustDomain);
        return new Enrolment(
                store,
                new JoinTokens(store, point, clock, RANDOM),
                new AgentCertificates(authority, trustDomain),
                clock,
                RANDOM);
    }
}
