package io.wherry.hub.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Keeps the prepared statements of one connection for their next use: SQLite takes longer to prepare a statement of ours than to run it.
 *
 * <p>One that is in use is not in here, so that the same text may run inside of a run of itself. Not safe for use by several threads, as its connection.
 */
final class KeptStatements extends DefaultStatementBuilder {
    /** More than the texts of this program; the longest unused goes first. Each costs some kilobytes. */
    private static final int MAX_KEPT = 300;

    private final SequencedMap<String, PreparedStatement> kept = new LinkedHashMap<>();

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context) throws SQLException {
        PreparedStatement known = context.isReturningGeneratedKeys() ? null : kept.remove(sql);
        return known == null ? super.create(connection, sql, context) : known;
    }

    /** The results of a query are closed by now, and with them its hold on the file; those of a PRAGMA may not be. */
    @Override
    public void close(Connection connection, String sql, Statement statement) throws SQLException {
        if (!(statement instanceof PreparedStatement prepared) || sql.startsWith("PRAGMA")) {
            super.close(connection, sql, statement);
            return;
        }
        prepared.clearParameters();
        prepared.clearBatch();
        PreparedStatement other = kept.put(sql, prepared);
        if (other != null) {
            other.close();
        } else if (kept.size() > MAX_KEPT) {
            kept.pollFirstEntry().getValue().close();
        }
    }

    @Override
    public void close(Connection connection) {
        kept.clear(); // the connection closes what it has prepared
    }
}
