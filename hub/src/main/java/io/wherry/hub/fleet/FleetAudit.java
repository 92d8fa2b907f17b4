package io.wherry.hub.fleet;

import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;

/** What the fleet records: in the transaction that does it, so that nothing happens unrecorded. Never a token's secret. */
final class FleetAudit {
    private final AuditLog log;
    private final InstantSource clock;

    FleetAudit(AuditLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    void tokenCreated(Handle handle, Who who, JoinTokenRecord token) {
        Json.Obj detail = Json.object()
                .put("labels", token.labels())
                .put("environment", token.environment())
                .put("approval", token.approval())
                .put("expires", token.expires().toString())
                .build();
        log.append(handle, user(who, "token.create", "Token/" + token.id()).with(detail));
    }

    void tokenRevoked(Handle handle, Who who, JoinTokenRecord token) {
        log.append(handle, user(who, "token.revoke", "Token/" + token.id()));
    }

    /** Pending or enrolled, as the record's state says. */
    void agentJoined(Handle handle, AgentRecord agent, JoinTokenRecord token, String from) {
        Json.Obj detail = Json.object()
                .put("agentId", agent.id().value())
                .put("keyId", agent.keyHash().hex())
                .put("state", agent.state().text())
                .put("environment", agent.environment())
                .put("token", token.id())
                .put("tokenBy", token.createdBy())
                .build();
        log.append(
                handle,
                user(Who.agent(agent.name(), from), "agent.join", object(agent)).with(detail));
    }

    /** In a transaction of its own: nothing else was changed. */
    void joinRefused(EnrolReason reason, String detail, String from) {
        log.append(AuditEvent.policy(
                clock.instant(), Who.agent("", from), What.refused("agent.join", "", reason.code(), detail)));
    }

    void agentApproved(Handle handle, Who who, AgentRecord agent) {
        Json.Obj detail = Json.object().put("fingerprint", agent.fingerprint()).build();
        log.append(handle, user(who, "agent.approve", object(agent)).with(detail));
    }

    void agentDenied(Handle handle, Who who, AgentRecord agent) {
        log.append(handle, user(who, "agent.deny", object(agent)));
    }

    void agentRetired(Handle handle, Who who, AgentRecord agent) {
        log.append(handle, user(who, "agent.retire", object(agent)));
    }

    /** Its service goes on until its workloads are gone. */
    void agentRetiring(Handle handle, Who who, AgentRecord agent) {
        Json.Obj detail = Json.object().put("removeWorkloads", true).build();
        log.append(handle, user(who, "agent.retire", object(agent)).with(detail));
    }

    /** What a retirement that began with the removal of workloads ends with. */
    void agentGone(Handle handle, AgentRecord agent) {
        log.append(handle, user(Who.HUB, "agent.gone", object(agent)));
    }

    void agentRenamed(Handle handle, Who who, AgentRecord agent, String newName) {
        Json.Obj detail = Json.object().put("newName", newName).build();
        log.append(handle, user(who, "agent.rename", object(agent)).with(detail));
    }

    private AuditEvent user(Who who, String action, String object) {
        return AuditEvent.user(clock.instant(), who, What.done(action, object));
    }

    private static String object(AgentRecord agent) {
        return "Agent/" + agent.name();
    }
}
