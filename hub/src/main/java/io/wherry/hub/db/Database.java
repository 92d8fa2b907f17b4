package io.wherry.hub.db;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.wherry.base.Causes;
import io.wherry.base.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The hub's store: one SQLite file, one writer, a few readers.
 *
 * <p>A write is one transaction: durable when {@link #write} returns, undone when it throws. A read sees one consistent state, and neither
 * waits for the writer nor makes it wait. Keep both short, and do no network I/O inside.
 */
public final class Database implements AutoCloseable {
    /** Readers: as many long scans at once as a hub of two to four cores can serve; each costs about 2 MiB of cache. */
    private static final int READERS = 4;

    /** Longer than any statement of ours; who waits longer than that has found a bug (a read inside of a read), not a busy hub. */
    private static final Duration READER_WAIT = Duration.ofSeconds(30);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Handle writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final BlockingQueue<Handle> readers = new ArrayBlockingQueue<>(READERS);
    private final AtomicBoolean closed = new AtomicBoolean();

    private Database(Path file, Connections connections) {
        this.file = file;
        this.writer = connections.writer();
        Stream.generate(connections::reader).limit(READERS).forEach(readers::add);
    }

    /**
     * Opens the file, or makes it (mode 0600), and brings it to the version of this program.
     *
     * @throws DatabaseTooNew    if a newer program wrote it; nothing was changed
     * @throws DatabaseException if it cannot be opened, is no database of Wherry, or others may read it
     */
    public static Database open(Path file) {
        return open(file, Migrations.ofThisProgram());
    }

    static Database open(Path file, Migrations migrations) {
        prepare(file);
        Connections connections = new Connections(file);
        try (Handle look = connections.peek()) {
            migrations.check(look, file);
        }
        Database database = new Database(file, connections);
        try {
            migrations.apply(database, file);
            database.checkpoint();
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw FullDisk.isCauseOf(e)
                    ? new DatabaseException(
                            file + ": cannot be written: no room is left on that disk (make room, and call it again)",
                            e)
                    : e;
        }
    }

    /**
     * Looks at the file without changing it: what is wrong with its version or its pages, or nothing. For {@code doctor}, also while a hub runs.
     */
    public static List<String> problems(Path file) {
        try (Handle look = new Connections(file).peek()) {
            Migrations.ofThisProgram().check(look, file);
            return look.createQuery("PRAGMA quick_check(20)").mapTo(String.class).list().stream()
                    .filter(line -> !line.equals("ok"))
                    .toList();
        } catch (DatabaseException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Writes all that is committed into another file, from a connection of its own: also while a hub runs, which neither waits nor is waited for.
     *
     * @param copy absent; made with mode 0600, without a write-ahead log beside it
     * @return version of the newest migration that was applied to it
     * @throws DatabaseTooNew    if a newer program wrote it
     * @throws DatabaseException if it cannot be copied, or the copy is not whole
     */
    public static int snapshot(Path file, Path copy) {
        Migrations known = Migrations.ofThisProgram();
        try {
            Files.createFile(
                    copy, PosixFilePermissions.asFileAttribute(OWNER_ONLY)); // SQLite writes into an empty file
        } catch (IOException e) {
            throw new DatabaseException(copy + ": cannot be made: " + Causes.words(e), e);
        }
        try (Handle look = new Connections(file).peek()) {
            known.check(look, file);
            look.execute("VACUUM INTO ?", copy.toString());
        } catch (JdbiException e) {
            throw new DatabaseException(
                    file + ": cannot be copied to " + copy + ": "
                            + (FullDisk.isCauseOf(e) ? "no room is left on that disk" : e.getMessage()),
                    e);
        }
        List<String> problems = problems(copy);
        if (!problems.isEmpty()) {
            throw new DatabaseException(copy + ": the copy is not whole: " + String.join("; ", problems));
        }
        return version(copy);
    }

    /**
     * Reads without changing anything, also while a hub runs: for {@code doctor}. Empty if the file is not of the version of this program, whose tables
     * it then need not have.
     */
    public static <T> Optional<T> look(Path file, Function<Handle, T> work) {
        try (Handle look = new Connections(file).peek()) {
            return Migrations.version(look, file) == newestVersion() ? Optional.of(work.apply(look)) : Optional.empty();
        }
    }

    /** The newest version that this program can open. */
    public static int newestVersion() {
        return Migrations.ofThisProgram().newest();
    }

    private static int version(Path file) {
        try (Handle look = new Connections(file).peek()) {
            return Migrations.version(look, file);
        }
    }

    /** Brings what lies in the write-ahead log into the file, the number of its version too: who judges a package reads that there. */
    private void checkpoint() {
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /** SQLite gives its {@code -wal} and {@code -shm} files the mode of the database, so this one mode guards all three. */
    private static void prepare(Path file) {
        try {
            if (Files.notExists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(mode)) {
                throw new DatabaseException(file + ": mode " + PosixFilePermissions.toString(mode)
                        + " lets others read it (chmod 600 " + file + ")");
            }
        } catch (IOException e) {
            throw new DatabaseException(file + ": cannot be made or read: " + Causes.words(e), e);
        }
    }

    public Path file() {
        return file;
    }

    /** Runs the work in one read transaction; it may not write. Not inside of a write: that one's own handle sees what it wrote. */
    public <T extends @Nullable Object> T read(Function<Handle, T> work) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("read: inside of a write (expected: the handle of that write is used)");
        }
        requireOpen();
        Handle reader = takeReader();
        try {
            return reader.inTransaction(work::apply);
        } finally {
            readers.add(reader);
        }
    }

    private Handle takeReader() {
        try {
            Handle reader = readers.poll(READER_WAIT.toMillis(), MILLISECONDS);
            if (reader == null) {
                throw new DatabaseException(
                        file + ": no read connection became free within " + READER_WAIT.toSeconds() + " s");
            }
            return reader;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException(file + ": interrupted while waiting for a read connection", e);
        }
    }

    /** Runs the work in one write transaction, alone. Durable when this returns; undone when the work throws. Never nested. */
    public <T extends @Nullable Object> T write(Function<Handle, T> work) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "write: inside of a write (expected: the handle of the outer one is passed on)");
        }
        writing.lock();
        try {
            requireOpen();
            return writer.inTransaction(work::apply);
        } finally {
            writing.unlock();
        }
    }

    /** {@link #write} for work without a result. */
    public void run(Consumer<Handle> work) {
        write(handle -> {
            work.accept(handle);
            return Boolean.TRUE;
        });
    }

    /** Who comes late is told at once: waiting for a reader would hold up the end of the program. */
    private void requireOpen() {
        if (closed.get()) {
            throw new DatabaseException(file + ": is closed");
        }
    }

    /** Waits for the present write and for reads that are under way. A second time does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (int i = 0; i < READERS; i++) {
            takeReader().close();
        }
        writing.lock();
        try {
            writer.close(); // last: the last connection to close folds the write-ahead log into the file
        } finally {
            writing.unlock();
        }
    }
}
