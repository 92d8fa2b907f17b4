package io.wherry.hub.status;

import io.wherry.contract.Reason;
import io.wherry.hub.db.Database;
import io.wherry.hub.status.Event.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;

/** What happened lately: table {@code event}, bounded. The audit log keeps what must be kept; this is for people who look now. */
public final class Events {
    /** About a week of a busy fleet (1,000 agents, ten events an hour among them each minute), 20 MB at most. */
    static final int KEPT = 100_000;

    /** Trimmed once per so many events: a delete per insert would double the writes. */
    private static final int TRIM_EVERY = 1_000;

    /** As many as a page shows; who wants more asks again from the last cursor. */
    public static final int PAGE = 500;

    private final Database database;
    private final InstantSource clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<Severity, LongAdder> raised = new EnumMap<>(Severity.class);

    public Events(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        for (Severity severity : Severity.values()) {
            raised.put(severity, new LongAdder());
        }
    }

    /** How many were raised since the start of this process, by severity. */
    public Map<String, Long> raised() {
        Map<String, Long> counts = new TreeMap<>();
        raised.forEach((severity, count) -> counts.put(severity.name().toLowerCase(Locale.ROOT), count.sum()));
        return counts;
    }

    /** Notes an event in the caller's transaction. Call {@link #published} after it committed. */
    public void raise(
            Handle handle, Severity severity, String kind, String name, Reason reason, String message, String next) {
        long number = handle.createUpdate("""
                        INSERT INTO event (at_ms, severity, kind, name, reason, message, next)
                        VALUES (:at, :severity, :kind, :name, :reason, :message, :next)""")
                .bind("at", clock.millis())
                .bind("severity", severity.name().toLowerCase(Locale.ROOT))
                .bind("kind", kind)
                .bind("name", name)
                .bind("reason", reason.code())
                .bind("message", message)
                .bind("next", next)
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
        Objects.requireNonNull(raised.get(severity), "severity").increment();
        if (number % TRIM_EVERY == 0) {
            handle.execute("DELETE FROM event WHERE number <= ?", number - KEPT);
        }
    }

    /** Wakes those who follow. Cheap: a listener only remembers that it should look. */
    public void published() {
        listeners.forEach(Runnable::run);
    }

    /** Calls the listener whenever there may be new events; from any thread. The answer ends it. */
    public AutoCloseable onNew(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Events after the cursor (0: from the oldest kept), oldest first, at most {@link #PAGE}. */
    public List<Event> since(long cursor) {
        return database.read(
                handle -> handle.createQuery("SELECT * FROM event WHERE number > :cursor ORDER BY number LIMIT :page")
                        .bind("cursor", cursor)
                        .bind("page", PAGE)
                        .map((row, context) -> event(row))
                        .list());
    }

    /** The newest events of this severity and worse, newest first. Empty kind or name: all. */
    public List<Event> newest(String kind, String name, Severity least, int limit) {
        return newest(kind, name, least, Long.MAX_VALUE, limit);
    }

    /** Those of them whose number is below {@code before}: the page after another. */
    public List<Event> newest(String kind, String name, Severity least, long before, int limit) {
        List<String> severities = EnumSet.range(least, Severity.ALARM).stream()
                .map(severity -> severity.name().toLowerCase(Locale.ROOT))
                .toList();
        return database.read(handle -> handle.createQuery("""
                        SELECT * FROM event WHERE (:kind = '' OR kind = :kind) AND (:name = '' OR name = :name)
                          AND severity IN (<severities>) AND number < :before
                        ORDER BY number DESC LIMIT :limit""")
                .bind("kind", kind)
                .bind("name", name)
                .bindList("severities", severities)
                .bind("before", before)
                .bind("limit", Math.min(limit, PAGE))
                .map((row, context) -> event(row))
                .list());
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getLong("number"),
                Instant.ofEpochMilli(row.getLong("at_ms")),
                Severity.valueOf(row.getString("severity").toUpperCase(Locale.ROOT)),
                row.getString("kind"),
                row.getString("name"),
                row.getString("reason"),
                row.getString("message"),
                row.getString("next"));
    }
}
