package io.wherry.hub.db;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/** Opens connections to one SQLite file with the settings that the rest relies on. */
final class Connections {
    /** How long a statement waits for another process (a backup, {@code sqlite3} by hand): longer than either holds a lock. */
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    /** The write-ahead log is cut back to this after a checkpoint, so that one long read does not leave a huge file behind. */
    private static final int JOURNAL_LIMIT_BYTES = 64 << 20;

    /** {@code SQLITE_CORRUPT} and {@code SQLITE_NOTADB}. */
    private static final Set<Integer> DAMAGED = Set.of(11, 26);

    private final Path file;

    Connections(Path file) {
        this.file = file;
    }

    /** Looks without changing anything: no journal mode is set. */
    Handle peek() {
        return open(config(TransactionMode.DEFERRED));
    }

    /** IMMEDIATE: a transaction that will write takes the write lock at its start and cannot fail half-way for want of it. */
    Handle writer() {
        SQLiteConfig config = config(TransactionMode.IMMEDIATE);
        config.setJournalMode(JournalMode.WAL);
        config.setJournalSizeLimit(JOURNAL_LIMIT_BYTES);
        return open(config);
    }

    Handle reader() {
        Handle handle = open(config(TransactionMode.DEFERRED));
        handle.execute("PRAGMA query_only = ON");
        return handle;
    }

    private static SQLiteConfig config(TransactionMode mode) {
        SQLiteConfig config = new SQLiteConfig();
        config.setTransactionMode(mode);
        config.setSynchronous(SynchronousMode.FULL); // an acknowledged write survives a power cut
        config.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
        config.enforceForeignKeys(true);
        return config;
    }

    private Handle open(SQLiteConfig config) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        try {
            Handle handle = Jdbi.open(source.getConnection());
            handle.setStatementBuilder(new KeptStatements());
            return handle;
        } catch (SQLException e) {
            throw new DatabaseException(
                    file + ": cannot be opened: " + e.getMessage()
                            + (DAMAGED.contains(e.getErrorCode()) ? " (restore the backup: wherry-hub restore)" : ""),
                    e);
        }
    }
}
