package io.wherry.hub.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which records are wanted: all conditions that are given must hold.
 *
 * @param commit     a commit, or its first 7 characters and more; of an artifact its digest, {@code sha256:} and as many
 * @param changeKey  {@code SHOP-417}
 * @param object     {@code Stack/web}; for sync records also the stack, as {@code Stack/web}, or the agent, as {@code Agent/site-1}
 * @param between    when
 */
public record AuditQuery(
        Optional<AuditStream> stream,
        Optional<String> commit,
        Optional<String> changeKey,
        Optional<String> object,
        Between between) {
    /** Shorter beginnings of commits mean too many. */
    public static final int MIN_COMMIT_CHARS = 7;

    /** From inclusive, to exclusive. */
    public record Between(Optional<Instant> from, Optional<Instant> to) {
        public static final Between ALWAYS = new Between(Optional.empty(), Optional.empty());

        private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
        private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

        /** @throws IllegalArgumentException for a time that no record can have */
        public Between {
            from.ifPresent(time -> requireYear("since", time));
            to.ifPresent(time -> requireYear("until", time));
        }

        private static void requireYear(String field, Instant time) {
            if (time.isBefore(FIRST) || time.isAfter(LAST)) {
                throw new IllegalArgumentException(
                        field + ": " + time + " (expected: a time in the years 0001 to 9999)");
            }
        }
    }

    public static final AuditQuery ALL =
            new AuditQuery(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Between.ALWAYS);

    public AuditQuery {
        commit.ifPresent(id -> {
            if (!id.matches("(sha256:)?[0-9a-f]{" + MIN_COMMIT_CHARS + ",64}")) {
                throw new IllegalArgumentException("commit: " + id + " (expected: at least " + MIN_COMMIT_CHARS
                        + " hexadecimal digits, of a digest behind sha256:)");
            }
        });
    }

    public static AuditQuery ofStream(AuditStream stream) {
        return new AuditQuery(
                Optional.of(stream), Optional.empty(), Optional.empty(), Optional.empty(), Between.ALWAYS);
    }

    public static AuditQuery ofCommit(String commit) {
        return new AuditQuery(
                Optional.empty(), Optional.of(commit), Optional.empty(), Optional.empty(), Between.ALWAYS);
    }

    public static AuditQuery ofChange(String changeKey) {
        return new AuditQuery(
                Optional.empty(), Optional.empty(), Optional.of(changeKey), Optional.empty(), Between.ALWAYS);
    }

    /** The conditions in SQL, and what to bind to them, in order. */
    record Sql(String conditions, List<Object> values) {}

    Sql sql() {
        StringBuilder conditions = new StringBuilder("1 = 1");
        List<Object> values = new ArrayList<>();
        stream.ifPresent(s -> add(conditions, values, "stream = ?", s.word()));
        commit.ifPresent(id -> {
            add(conditions, values, "commit_id >= ?", id);
            add(conditions, values, "commit_id < ?", id + "g"); // g is the first letter after the hexadecimal digits
        });
        changeKey.ifPresent(
                key -> add(conditions, values, "idx IN (SELECT idx FROM audit_change WHERE change_key = ?)", key));
        object.ifPresent(o -> add(conditions, values, "idx IN (SELECT idx FROM audit_object WHERE object = ?)", o));
        between.from().ifPresent(from -> add(conditions, values, "at_ms >= ?", from.toEpochMilli()));
        between.to().ifPresent(to -> add(conditions, values, "at_ms < ?", to.toEpochMilli()));
        return new Sql(conditions.toString(), values);
    }

    private static void add(StringBuilder conditions, List<Object> values, String condition, Object value) {
        conditions.append(" AND ").append(condition);
        values.add(value);
    }
}
