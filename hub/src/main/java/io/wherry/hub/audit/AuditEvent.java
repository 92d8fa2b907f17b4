package io.wherry.hub.audit;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One thing that happened, to be recorded for good. Never holds a secret.
 *
 * @param at     when, kept to the millisecond
 * @param who    who did it
 * @param what   what was done to what, and how it ended
 * @param sync   for the sync stream: what moved, from where, to where
 * @param detail what else belongs to it: before and after, change record, reason given; empty if nothing
 */
public record AuditEvent(
        AuditStream stream, Instant at, Who who, What what, Optional<SyncFacts> sync, Json.Obj detail) {
    private static final Json.Obj NOTHING = Json.object().build();
    private static final String CHANGE = "change";

    public AuditEvent {
        requireNonNull(stream, "stream");
        requireNonNull(who, "who");
        requireNonNull(what, "what");
        at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    /** How it ended. */
    public enum Outcome {
        DONE("done"),
        REFUSED("refused"),
        FAILED("failed"),
        UNCHANGED("unchanged");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * Who did it.
     *
     * @param actor {@code user:NAME}, {@code agent:NAME} or {@code hub}
     * @param from  the address it came from, empty for the hub itself
     */
    public record Who(String actor, String from) {
        public static final Who HUB = new Who("hub", "");

        public static Who user(String name, String from) {
            return new Who("user:" + name, from);
        }

        public static Who agent(String name, String from) {
            return new Who("agent:" + name, from);
        }
    }

    /** What something was and is, as a detail: empty where it was not, or is no more. */
    public static Json.Obj change(Optional<Json.Obj> before, Optional<Json.Obj> after) {
        Json.Builder detail = Json.object();
        before.ifPresent(was -> detail.put("before", was));
        after.ifPresent(is -> detail.put("after", is));
        return detail.build();
    }

    /**
     * What was done.
     *
     * @param action  noun and verb: {@code stack.apply}, {@code token.create}
     * @param object  kind and name: {@code Stack/web}; empty if it was about none
     * @param reason  stable code, CamelCase; empty if there is nothing to explain
     * @param message one sentence for a person; empty if there is nothing to explain
     */
    public record What(String action, String object, Outcome outcome, String reason, String message) {
        public static What done(String action, String object) {
            return new What(action, object, Outcome.DONE, "", "");
        }

        public static What refused(String action, String object, String reason, String message) {
            return new What(action, object, Outcome.REFUSED, reason, message);
        }

        public static What failed(String action, String object, String reason, String message) {
            return new What(action, object, Outcome.FAILED, reason, message);
        }
    }

    /** Something a person did. */
    public static AuditEvent user(Instant at, Who who, What what) {
        return new AuditEvent(AuditStream.USER, at, who, what, Optional.empty(), NOTHING);
    }

    /** A refusal or a waived rule. */
    public static AuditEvent policy(Instant at, Who who, What what) {
        return new AuditEvent(AuditStream.POLICY, at, who, what, Optional.empty(), NOTHING);
    }

    /** Something that moved. */
    public static AuditEvent sync(Instant at, Who who, What what, SyncFacts facts) {
        return new AuditEvent(AuditStream.SYNC, at, who, what, Optional.of(facts), NOTHING);
    }

    /** The change record that a person named, under which this is found again. */
    public AuditEvent forChange(String change) {
        return change.isEmpty() ? this : with(Json.object().put(CHANGE, change).build());
    }

    /** Under which change keys this is found: what the commits name, and what a person named. */
    NavigableSet<String> changeKeys() {
        NavigableSet<String> keys = new TreeSet<>();
        sync.ifPresent(facts -> keys.addAll(facts.changeKeys()));
        detail.findString(CHANGE).ifPresent(keys::add);
        return keys;
    }

    public AuditEvent with(Json.Obj moreDetail) {
        return new AuditEvent(stream, at, who, what, sync, moreDetail);
    }

    /** The leaf of the log, before it is made canonical. */
    Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("stream", stream.word())
                .put("time", at.toString())
                .put("actor", who.actor())
                .put("action", what.action())
                .put("outcome", what.outcome().word());
        putUnlessEmpty(json, "from", who.from());
        putUnlessEmpty(json, "object", what.object());
        putUnlessEmpty(json, "reason", what.reason());
        putUnlessEmpty(json, "message", what.message());
        sync.ifPresent(facts -> json.put("sync", facts.toJson()));
        if (!detail.fields().isEmpty()) {
            json.put("detail", detail);
        }
        return json.build();
    }

    static void putUnlessEmpty(Json.Builder json, String key, String text) {
        if (!text.isEmpty()) {
            json.put(key, text);
        }
    }
}
