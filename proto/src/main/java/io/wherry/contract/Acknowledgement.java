package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.List;

/**
 * "All receipts of this agent up to this one are safe at the hub", signed by the hub role (docs/reference/bundle-format.md#acknowledgement).
 *
 * <p>For sites that no answer reaches: over the link the hub names what it took in the reply to the report.
 *
 * @param trustDomain digest of trust root version 1
 * @param agentId     whose receipts
 * @param epoch       the trust root's: a restored hub answers for what it has itself
 * @param counter     of the last receipt before the first gap, 1 or more
 * @param receipt     digest of that receipt's payload
 */
public record Acknowledgement(
        Digest trustDomain, AgentId agentId, long epoch, long counter, Digest receipt, Instant issuedAt) {
    /** @throws IllegalArgumentException naming the field */
    public Acknowledgement {
        Check.range("epoch", epoch, 1, Limits.INTEGER);
        Check.range("counter", counter, 1, Limits.INTEGER);
        issuedAt = Check.millis("issuedAt", issuedAt);
    }

    /** The canonical bytes to be signed. */
    public byte[] toStatement() {
        return Statement.bytes(
                Statement.ACKNOWLEDGEMENT,
                subjects(),
                Json.object()
                        .put("trustDomain", trustDomain.toString())
                        .put("agentId", agentId.value())
                        .put("epoch", epoch)
                        .put("counter", counter)
                        .put("receipt", receipt.toString())
                        .put("issuedAt", Codec.time(issuedAt))
                        .build());
    }

    private List<Statement.Subject> subjects() {
        return List.of(new Statement.Subject("agent/" + agentId, receipt));
    }

    /** @throws RuntimeException {@link io.wherry.contract.json.JsonException} or {@link IllegalArgumentException}, naming the field */
    public static Acknowledgement parse(Json.Obj statement) {
        Json.Obj acknowledgement = Statement.predicate(statement, Statement.ACKNOWLEDGEMENT);
        Acknowledgement parsed = new Acknowledgement(
                Codec.digest(acknowledgement, "trustDomain"),
                AgentId.parse(acknowledgement.string("agentId")),
                acknowledgement.integer("epoch"),
                acknowledgement.integer("counter"),
                Codec.digest(acknowledgement, "receipt"),
                Codec.time(acknowledgement, "issuedAt"));
        Statement.checkSubjects(statement, parsed.subjects());
        return parsed;
    }
}
