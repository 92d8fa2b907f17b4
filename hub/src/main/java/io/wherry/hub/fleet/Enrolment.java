package io.wherry.hub.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.contract.AgentId;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.JoinFingerprint;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentCertificates.Chain;
import io.wherry.hub.fleet.EnrolOutcome.Denied;
import io.wherry.hub.fleet.EnrolOutcome.Enrolled;
import io.wherry.hub.fleet.EnrolOutcome.Pending;
import io.wherry.hub.fleet.EnrolOutcome.Refused;
import io.wherry.hub.fleet.JoinTokens.Claim;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.ResourceRepository;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * Takes an agent in: token, signing request and facts in, identity and certificate out.
 *
 * <p>Everything that can be refused without the database is refused first. The rest is one transaction: token owned, agent and its resource
 * made, audit written, or nothing of it.
 */
public final class Enrolment {
    /** Environment in which a person always decides. */
    private static final String PRODUCTION = "production";

    /** The label by which selectors and policies speak of it; set by the site at join, not by operators. */
    static final String ENVIRONMENT_LABEL = "environment";

    /** How soon a waiting agent asks again: a person at the other end of a telephone notices ten seconds. */
    static final Duration RETRY = Duration.ofSeconds(10);

    private static final int MAX_TOKEN_BYTES = 128;
    private static final int SEALING_KEY_BYTES = 32;

    private static final byte[] SEALING_CONTEXT = "wherry.sealing-key.v1\n".getBytes(US_ASCII);

    /** Characters of the id in the name of an agent that asked for none. */
    private static final int NAME_FROM_ID = 8;

    private final Database database;
    private final JoinTokens tokens;
    private final AgentRepository agents;
    private final AgentCertificates certificates;
    private final FleetAudit audit;
    private final ResourceRepository resources;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param store the tables that joining writes to, in one transaction */
    public Enrolment(
            FleetStore store,
            JoinTokens tokens,
            AgentCertificates certificates,
            InstantSource clock,
            SecureRandom random) {
        this.database = store.database();
        this.agents = store.agents();
        this.resources = store.resources();
        this.audit = store.fleetAudit(clock);
        this.tokens = tokens;
        this.certificates = certificates;
        this.clock = clock;
        this.random = random;
    }

    /** Decides, and records either way. */
    public EnrolOutcome enrol(EnrolRequest request) {
        EnrolOutcome outcome = outcome(request);
        if (outcome instanceof Refused(EnrolReason reason, String detail)) {
            audit.joinRefused(reason, detail, request.from());
        }
        return outcome;
    }

    private EnrolOutcome outcome(EnrolRequest request) {
        Optional<SigningRequest> signing = SigningRequest.parse(request.csr());
        if (signing.isEmpty()) {
            return new Refused(
                    EnrolReason.BAD_SIGNING_REQUEST,
                    "the signing request is not PKCS#10 of a P-256 key signed by that key (at most 4 KiB)");
        }
        if (!sealingKeySigned(request, signing.get())) {
            return new Refused(
                    EnrolReason.BAD_SEALING_KEY, "the sealing key is not 32 bytes signed by the identity key");
        }
        Optional<String> problem = request.facts().problem();
        if (problem.isPresent()) {
            return new Refused(EnrolReason.BAD_FACTS, problem.get());
        }
        if (request.token().length == 0 || request.token().length > MAX_TOKEN_BYTES) {
            return refused(EnrolReason.TOKEN_UNKNOWN);
        }
        EnrolOutcome outcome = database.write(handle -> decide(handle, request, signing.get()));
        switch (outcome) {
            case Enrolled(AgentRecord agent, Chain ignored) -> agents.changed(agent.id());
            case Pending(AgentRecord agent, Duration ignored) -> agents.changed(agent.id());
            case Denied ignored -> {}
            case Refused ignored -> {}
        }
        return outcome;
    }

    private EnrolOutcome decide(Handle handle, EnrolRequest request, SigningRequest signing) {
        return switch (tokens.claim(handle, request.token(), signing.keyHash())) {
            case Claim.Refused(EnrolReason reason) -> refused(reason);
            case Claim.Owned(JoinTokenRecord token, boolean first) ->
                first
                        ? join(handle, request, signing, token)
                        : agents.findByKey(handle, signing.keyHash())
                                .map(agent -> answer(handle, agent))
                                .orElseThrow(() -> new IllegalStateException("token " + token.id()
                                        + ": owned by a key without an agent (expected: both are written together)"));
        };
    }

    private EnrolOutcome join(Handle handle, EnrolRequest request, SigningRequest signing, JoinTokenRecord token) {
        String environment = request.facts().environment();
        if (!token.environment().isEmpty() && !token.environment().equals(environment)) {
            return new Refused(
                    EnrolReason.ENVIRONMENT_MISMATCH,
                    "the token is for environment \"" + token.environment() + "\", the site says \"" + environment
                            + "\" (join with --environment " + token.environment() + ", or ask for another token)");
        }
        if (agents.findByKey(handle, signing.keyHash()).isPresent()) {
            return refused(EnrolReason.KEY_IN_USE);
        }
        AgentId id = AgentId.random(random);
        String wanted = request.facts().name().isEmpty()
                ? "agent-" + id.value().substring(0, NAME_FROM_ID)
                : request.facts().name();
        boolean approval = token.approval() || environment.equals(PRODUCTION);
        AgentRecord agent = new AgentRecord(
                id,
                AgentNames.unique(wanted, name -> agents.nameTaken(handle, name)),
                approval ? AgentState.PENDING : AgentState.ENROLLED,
                signing.keyHash(),
                signing.key().getEncoded(),
                request.sealingKey(),
                environment,
                token.id(),
                JoinFingerprint.of(certificates.trustDomain(), signing.keyHash(), request.sealingKey(), token.id()),
                Optional.empty(),
                request.facts(),
                "",
                clock.instant());
        tokens.own(handle, token, signing.keyHash());
        agents.insert(handle, agent);
        declare(handle, agent, token);
        audit.agentJoined(handle, agent, token, request.from());
        return answer(handle, agent);
    }

    /** The resource that people see and label; a leftover of the same name (its agent was retired) is replaced. */
    private void declare(Handle handle, AgentRecord agent, JoinTokenRecord token) {
        Map<String, String> labels = new TreeMap<>(token.labels());
        if (!agent.environment().isEmpty()) {
            labels.put(ENVIRONMENT_LABEL, agent.environment());
        }
        var resource = new Agent(Metadata.of(agent.name(), labels), new TreeMap<>(), false);
        resources.put(handle, resource, Optional.empty(), Optional.empty());
    }

    /** What an agent in this state is told; the same however often it asks. */
    private EnrolOutcome answer(Handle handle, AgentRecord agent) {
        return switch (agent.state()) {
            case PENDING -> new Pending(agent, RETRY);
            case DENIED -> new Denied();
            case RETIRED -> refused(EnrolReason.AGENT_RETIRED);
            case ENROLLED, RETIRING -> new Enrolled(agent, certificate(handle, agent));
        };
    }

    /** The certificate it was given before, while that one is valid; else a new one. */
    private Chain certificate(Handle handle, AgentRecord agent) {
        Optional<Chain> before = agents.certificate(handle, agent.id())
                .map(Enrolment::parse)
                .filter(certificate -> certificate.getNotAfter().toInstant().isAfter(clock.instant()))
                .map(certificates::chain);
        return before.orElseGet(() -> issue(handle, agent));
    }

    private Chain issue(Handle handle, AgentRecord agent) {
        Chain chain = certificates.issue(agent.id(), agent.publicKey());
        agents.setCertificate(handle, agent.id(), chain.leaf(), chain.expires());
        return chain;
    }

    /**
     * A new certificate for the key that the agent already has.
     *
     * @return empty if the request is not by that key, or the agent is not served
     */
    public Optional<Chain> renew(AgentId id, byte[] csr) {
        Optional<SigningRequest> signing = SigningRequest.parse(csr);
        Optional<Chain> chain = database.write(handle -> agents.find(handle, id)
                .filter(AgentRecord::served)
                .filter(agent -> signing.isPresent() && signing.get().keyHash().equals(agent.keyHash()))
                .map(agent -> issue(handle, agent)));
        chain.ifPresent(issued -> agents.changed(id));
        return chain;
    }

    private static X509Certificate parse(byte[] der) {
        try {
            return Pem.parseCertificate(der);
        } catch (java.security.cert.CertificateException e) {
            throw new CertificateException("a stored certificate of an agent cannot be read", e);
        }
    }

    private static boolean sealingKeySigned(EnrolRequest request, SigningRequest signing) {
        if (request.sealingKey().length != SEALING_KEY_BYTES) {
            return false;
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(SEALING_CONTEXT);
        message.writeBytes(request.sealingKey());
        return EcdsaP256.verifies(signing.key(), message.toByteArray(), request.sealingKeySignature());
    }

    private static Refused refused(EnrolReason reason) {
        String detail =
                switch (reason) {
                    case TOKEN_UNKNOWN -> "this hub knows no such join token (was it copied whole, and for this hub?)";
                    case TOKEN_USED ->
                        "the join token was used by another agent (ask for a new one: wherry token create)";
                    case TOKEN_EXPIRED -> "the join token has expired (ask for a new one: wherry token create)";
                    case TOKEN_REVOKED -> "the join token was revoked (ask for a new one: wherry token create)";
                    case KEY_IN_USE ->
                        "this key already belongs to an agent of this hub (wherry-agent leave, then join again with new keys)";
                    case AGENT_RETIRED ->
                        "the agent of this key was retired (wherry-agent leave, then join again with new keys)";
                    case BAD_SIGNING_REQUEST, BAD_SEALING_KEY, BAD_FACTS, ENVIRONMENT_MISMATCH -> reason.code();
                };
        return new Refused(reason, detail);
    }
}
