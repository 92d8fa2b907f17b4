package io.wherry.hub.status;

import io.wherry.contract.StackId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** How far each stack has come: table {@code stack_state}, one row per stack. */
public final class StackStates {
    private StackStates() {}

    public static Optional<StackState> find(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM stack_state WHERE stack = :stack")
                .bind("stack", stack.value())
                .map((row, context) -> state(row))
                .findOne();
    }

    public static List<StackState> list(Handle handle) {
        return handle.createQuery("SELECT * FROM stack_state ORDER BY name, stack")
                .map((row, context) -> state(row))
                .list();
    }

    public static void put(Handle handle, StackState state) {
        handle.createUpdate("""
                        INSERT INTO stack_state (stack, name, revision, pinned_revision, commit_id, waits_for, waits_detail,
                          problem, problem_detail, problem_since_ms)
                        VALUES (:stack, :name, :revision, :pinned, :commit, :waitsFor, :waitsDetail, :problem, :problemDetail, :since)
                        ON CONFLICT (stack) DO UPDATE SET name = excluded.name, revision = excluded.revision,
                          pinned_revision = excluded.pinned_revision, commit_id = excluded.commit_id,
                          waits_for = excluded.waits_for, waits_detail = excluded.waits_detail, problem = excluded.problem,
                          problem_detail = excluded.problem_detail, problem_since_ms = excluded.problem_since_ms""")
                .bind("stack", state.stack().value())
                .bind("name", state.name())
                .bind("revision", state.revision())
                .bind("pinned", state.pinnedRevision())
                .bind("commit", state.commit())
                .bind("waitsFor", state.waitsFor())
                .bind("waitsDetail", state.waitsDetail())
                .bind("problem", state.problem())
                .bind("problemDetail", state.problemDetail())
                .bind("since", state.problemSince().toEpochMilli())
                .execute();
    }

    public static void remove(Handle handle, StackId stack) {
        handle.execute("DELETE FROM stack_state WHERE stack = ?", stack.value());
    }

    private static StackState state(ResultSet row) throws SQLException {
        return new StackState(
                StackId.parse(row.getString("stack")),
                row.getString("name"),
                row.getLong("revision"),
                row.getLong("pinned_revision"),
                row.getString("commit_id"),
                row.getString("waits_for"),
                row.getString("waits_detail"),
                row.getString("problem"),
                row.getString("problem_detail"),
                Instant.ofEpochMilli(row.getLong("problem_since_ms")));
    }
}
