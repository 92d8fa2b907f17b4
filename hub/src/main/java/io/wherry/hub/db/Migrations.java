package io.wherry.hub.db;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * Brings a database to the newest version (docs/adr/0040-store-without-flyway-and-hikari.md).
 *
 * <p>Each file {@code V<n>__<name>.sql} named in {@code db/migration/list.txt} runs once, in its own transaction together with the row that
 * notes it, so a crash leaves it whole or undone. A file that was applied must never change again: its digest is compared.
 */
final class Migrations {
    private static final String FOLDER = "/db/migration/";
    private static final Pattern NAME = Pattern.compile("V(\\d{1,6})__([a-z0-9_]+)\\.sql");

    private final List<Migration> known;

    Migrations(List<Migration> known) {
        this.known = List.copyOf(known);
    }

    /** @param sql one or more statements */
    record Migration(int version, String name, String sql) {
        String digest() {
            return Digest.of(sql.getBytes(UTF_8)).hex();
        }
    }

    /** Those that this program was built with. */
    static Migrations ofThisProgram() {
        return new Migrations(resource("list.txt")
                .lines()
                .filter(line -> !line.isBlank())
                .map(Migrations::load)
                .toList());
    }

    private static Migration load(String file) {
        Matcher name = NAME.matcher(file);
        if (!name.matches()) {
            throw new IllegalStateException("migration: " + file + " (expected: V<n>__<name>.sql)");
        }
        return new Migration(Integer.parseInt(name.group(1)), name.group(2), resource(file));
    }

    private static String resource(String name) {
        try (InputStream in = Migrations.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("migration: " + name + " (expected: a resource in " + FOLDER + ")");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int newest() {
        return known.stream().mapToInt(Migration::version).max().orElse(0);
    }

    /** Looks only. @throws DatabaseException if the file is of a newer program, of another program, or was migrated by other files */
    void check(Handle handle, Path file) {
        Map<Integer, String> applied = applied(handle, file);
        int found = version(handle, file);
        if (found > newest()) {
            throw new DatabaseTooNew(file, found, newest());
        }
        for (Migration migration : known) {
            String digest = applied.getOrDefault(migration.version(), migration.digest());
            if (!digest.equals(migration.digest())) {
                throw new DatabaseException(file + ": migration " + migration.version() + " (" + migration.name()
                        + ") was applied with other content than this program has (was the program changed by hand?)");
            }
        }
    }

    /** The newest that was applied; 0 for an empty file. */
    static int version(Handle handle, Path file) {
        return applied(handle, file).keySet().stream().mapToInt(v -> v).max().orElse(0);
    }

    /** Applies what is missing, in order, each in the given kind of transaction. */
    void apply(Database database, Path file) {
        Map<Integer, String> applied = database.read(handle -> applied(handle, file));
        for (Migration migration : known) {
            if (!applied.containsKey(migration.version())) {
                database.run(handle -> apply(handle, migration));
            }
        }
        int newest = database.read(handle -> version(handle, file));
        int inHead = database.read(handle ->
                handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one());
        if (inHead != newest) {
            database.run(handle -> number(handle, newest)); // of a hub that did not write it yet
        }
    }

    private static void apply(Handle handle, Migration migration) {
        script(handle, """
                CREATE TABLE IF NOT EXISTS schema_migration (
                  version INTEGER PRIMARY KEY,
                  name    TEXT NOT NULL,
                  digest  TEXT NOT NULL
                )""");
        script(handle, migration.sql());
        handle.execute(
                "INSERT INTO schema_migration (version, name, digest) VALUES (?, ?, ?)",
                migration.version(),
                migration.name(),
                migration.digest());
        number(handle, migration.version());
    }

    /**
     * The number for whoever cannot ask a database: bytes 60 to 63 of the file (docs/adr/0105-a-package-judges-before-it-unpacks.md). Part of the
     * transaction.
     */
    private static void number(Handle handle, int version) {
        script(handle, "PRAGMA user_version = " + version);
    }

    /** Plain JDBC: Jdbi reads one statement, and would take a colon in a comment for a parameter. */
    private static void script(Handle handle, String sql) {
        try (var statement = handle.getConnection().createStatement()) {
            statement.executeUpdate(sql);
        } catch (java.sql.SQLException e) {
            throw new DatabaseException("migration: " + e.getMessage(), e);
        }
    }

    private static Map<Integer, String> applied(Handle handle, Path file) {
        List<String> tables = handle.createQuery("SELECT name FROM sqlite_master WHERE type = 'table'")
                .mapTo(String.class)
                .list();
        if (tables.isEmpty()) {
            return Map.of();
        }
        if (!tables.contains("schema_migration")) {
            throw new DatabaseException(
                    file + ": not a database of Wherry (it holds the table " + tables.getFirst() + ")");
        }
        Map<Integer, String> applied = new TreeMap<>();
        handle.createQuery("SELECT version, digest FROM schema_migration")
                .map((row, context) -> Map.entry(row.getInt(1), row.getString(2)))
                .forEach(entry -> applied.put(entry.getKey(), entry.getValue()));
        return applied;
    }
}
