package io.wherry.hub.configuration;

import io.wherry.hub.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * How the configuration repository stands: table {@code configuration}.
 *
 * @param source   uid of its source
 * @param rules    of hub.yaml, by which it was looked at last
 * @param commit   applied last
 * @param tried    looked at last
 * @param trouble  why that is not applied
 * @param waiting  what of the applied one waits, one line each
 * @param accepted the commit of which a person accepted what it deletes
 */
record ConfigurationState(
        String source,
        String rules,
        Optional<String> commit,
        Optional<String> tried,
        Optional<Trouble> trouble,
        List<String> waiting,
        Optional<String> accepted) {

    ConfigurationState {
        waiting = List.copyOf(waiting);
    }

    static ConfigurationState none(String source) {
        return new ConfigurationState(
                source, "", Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    }

    /** Whether a look at this commit by these rules would come to the same. */
    boolean settled(String head, String byRules) {
        return trouble.isEmpty() && waiting.isEmpty() && commit.equals(Optional.of(head)) && rules.equals(byRules);
    }

    ConfigurationState troubled(String head, String byRules, Trouble why) {
        return new ConfigurationState(source, byRules, commit, Optional.of(head), Optional.of(why), waiting, accepted);
    }

    ConfigurationState applied(String head, String byRules, List<String> stillWaiting) {
        return new ConfigurationState(
                source, byRules, Optional.of(head), Optional.of(head), Optional.empty(), stillWaiting, accepted);
    }

    static Optional<ConfigurationState> find(Database db, String source) {
        return db.read(handle -> find(handle, source));
    }

    static Optional<ConfigurationState> find(Handle handle, String source) {
        return handle.createQuery("SELECT * FROM configuration WHERE source = ?")
                .bind(0, source)
                .map((row, context) -> state(row))
                .findOne();
    }

    static void put(Handle handle, ConfigurationState state) {
        handle.execute(
                "INSERT OR REPLACE INTO configuration (source, rules, commit_id, tried_id, reason, detail, hint, waiting, accepted_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                state.source(),
                state.rules(),
                state.commit().orElse(null),
                state.tried().orElse(null),
                state.trouble().map(why -> why.reason().name()).orElse(null),
                state.trouble().map(Trouble::detail).orElse(null),
                state.trouble().map(Trouble::hint).orElse(null),
                String.join("\n", state.waiting()),
                state.accepted().orElse(null));
    }

    /** A person agrees to what the commit that is applied deletes. */
    static void accept(Handle handle, String source) {
        handle.execute("UPDATE configuration SET accepted_id = commit_id WHERE source = ?", source);
    }

    static void forget(Handle handle) {
        handle.execute("DELETE FROM configuration");
    }

    private static ConfigurationState state(ResultSet row) throws SQLException {
        @Nullable String reason = row.getString("reason");
        String waiting = row.getString("waiting");
        return new ConfigurationState(
                row.getString("source"),
                row.getString("rules"),
                Optional.ofNullable(row.getString("commit_id")),
                Optional.ofNullable(row.getString("tried_id")),
                reason == null
                        ? Optional.empty()
                        : Optional.of(new Trouble(
                                ConfigurationReason.valueOf(reason), row.getString("detail"), row.getString("hint"))),
                waiting.isEmpty() ? List.of() : List.of(waiting.split("\n")),
                Optional.ofNullable(row.getString("accepted_id")));
    }
}
