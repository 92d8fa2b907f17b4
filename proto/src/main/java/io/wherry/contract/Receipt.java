package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What happened at a site, signed by the agent's device key (docs/reference/bundle-format.md#receipt).
 *
 * @param counter     1, 2, 3 … of this agent's receipts
 * @param previous    digest of the payload of the receipt before; absent for the first
 * @param assignment  digest of the adopted assignment; absent: none yet
 * @param epoch       of the adopted assignment; 0: none yet
 * @param sequence    of the adopted assignment; 0: none yet
 * @param time        the agent's own clock
 * @param floor       the latest time that a signed document told the agent
 * @param understands features of documents this agent can carry out
 */
public record Receipt(
        Digest trustDomain,
        AgentId agentId,
        long counter,
        Optional<Digest> previous,
        Optional<Digest> assignment,
        long epoch,
        long sequence,
        Instant time,
        Instant floor,
        List<String> understands,
        Body body) {

    /** What a receipt tells. */
    public sealed interface Body {
        /**
         * The states of stacks.
         *
         * @param complete whether these are all the stacks of which anything is there; else those that changed
         */
        record States(List<EntryState> states, boolean complete) implements Body {
            public States {
                states = List.copyOf(states);
                Check.count("states", states, Limits.ENTRIES);
                Check.distinct("states", states.stream().map(EntryState::stack).toList());
            }

            /** Those that changed. */
            public States(List<EntryState> states) {
                this(states, false);
            }
        }

        /**
         * An assignment was refused; what ran goes on.
         *
         * @param assignment digest of the refused one's payload
         * @param reason     reason code in CamelCase
         * @param detail     one sentence for a person
         */
        record Refused(Digest assignment, String reason, String detail) implements Body {
            public Refused {
                Check.filled("reason", reason, Limits.FEATURE_CHARS);
                Check.text("detail", detail, Limits.SENTENCE_CHARS);
            }
        }

        /**
         * Receipts with these counters, both included, are not at the site any more: the outbox was full, or a hub that was restored since had said
         * that they are safe.
         */
        record Dropped(long from, long to) implements Body {
            public Dropped {
                Check.range("from", from, 1, Limits.INTEGER);
                Check.range("to", to, from, Limits.INTEGER);
            }
        }
    }

    /** @throws IllegalArgumentException naming the field */
    public Receipt {
        Check.range("counter", counter, 1, Limits.INTEGER);
        Check.range("epoch", epoch, 0, Limits.INTEGER);
        Check.range("sequence", sequence, 0, Limits.INTEGER);
        Check.that(
                assignment.isPresent() == (sequence > 0) && (epoch > 0 || sequence == 0),
                "assignment",
                assignment,
                "with epoch and sequence, or none of the three");
        time = Check.millis("time", time);
        floor = Check.millis("floor", floor);
        understands = Check.features("understands", understands);
        if (body instanceof Body.Dropped(long from, long to)) {
            Check.that(to < counter, "dropped", from + " to " + to, "counters below this receipt's");
        }
    }

    /** The canonical bytes to be signed. */
    public byte[] toStatement() {
        Json.Builder receipt = Json.object()
                .put("trustDomain", trustDomain.toString())
                .put("agentId", agentId.value())
                .put("counter", counter)
                .putIf("previous", previous.map(Digest::toString))
                .putIf("assignment", assignment.map(Digest::toString))
                .put("epoch", epoch)
                .put("sequence", sequence)
                .put("time", Codec.time(time))
                .put("floor", Codec.time(floor))
                .put("understands", understands);
        switch (body) {
            case Body.States(List<EntryState> states, boolean complete) -> {
                receipt.put(
                        "states",
                        new Json.Arr(
                                states.stream().<Json>map(EntryState::toJson).toList()));
                if (complete) {
                    receipt.put("complete", true);
                }
            }
            case Body.Refused(Digest refused, String reason, String detail) ->
                receipt.put(
                        "refused",
                        Json.object()
                                .put("assignment", refused.toString())
                                .put("reason", reason)
                                .put("detail", detail)
                                .build());
            case Body.Dropped(long from, long to) ->
                receipt.put(
                        "dropped", Json.object().put("from", from).put("to", to).build());
        }
        return Statement.bytes(Statement.RECEIPT, subjects(), receipt.build());
    }

    /** The assignment it speaks under; before the first one, the trust domain. */
    private List<Statement.Subject> subjects() {
        return List.of(new Statement.Subject("agent/" + agentId, assignment.orElse(trustDomain)));
    }

    /** @throws RuntimeException {@link JsonException} or {@link IllegalArgumentException}, naming the field */
    public static Receipt parse(Json.Obj statement) {
        Json.Obj receipt = Statement.predicate(statement, Statement.RECEIPT);
        Receipt parsed = new Receipt(
                Codec.digest(receipt, "trustDomain"),
                AgentId.parse(receipt.string("agentId")),
                receipt.integer("counter"),
                Codec.findDigest(receipt, "previous"),
                Codec.findDigest(receipt, "assignment"),
                receipt.integer("epoch"),
                receipt.integer("sequence"),
                Codec.time(receipt, "time"),
                Codec.time(receipt, "floor"),
                receipt.strings("understands"),
                body(receipt));
        Statement.checkSubjects(statement, parsed.subjects());
        return parsed;
    }

    private static Body body(Json.Obj receipt) {
        long bodies = List.of("states", "refused", "dropped").stream()
                .filter(key -> receipt.find(key).isPresent())
                .count();
        if (bodies != 1) {
            throw new JsonException("body: " + bodies + " (expected: exactly one of states, refused, dropped)");
        }
        if (receipt.find("states").isPresent()) {
            return new Body.States(
                    receipt.objects("states").stream().map(EntryState::parse).toList(),
                    receipt.boolOr("complete", false));
        }
        if (receipt.find("refused").isPresent()) {
            Json.Obj refused = receipt.object("refused");
            return new Body.Refused(
                    Codec.digest(refused, "assignment"), refused.string("reason"), refused.string("detail"));
        }
        Json.Obj dropped = receipt.object("dropped");
        return new Body.Dropped(dropped.integer("from"), dropped.integer("to"));
    }
}
