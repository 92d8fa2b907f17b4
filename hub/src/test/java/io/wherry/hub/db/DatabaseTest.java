package io.wherry.hub.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.wherry.hub.db.Migrations.Migration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    Path folder;

    @Test
    void keepsWhatWasWrittenAfterReopening() {
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            db.run(h -> h.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')"));
        }
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            assertThat(value(db)).isEqualTo("b");
        }
    }

    @Test
    void undoesAWriteThatThrows() {
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            assertThatThrownBy(() -> db.run(h -> {
                        h.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')");
                        throw new IllegalArgumentException("no");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(count(db)).isZero();
        }
    }

    @Test
    void closesOnceAndIsClosedAtOnceForWhoComesLate() {
        Database db = Database.open(folder.resolve("hub.db"));
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            db.close();
            db.close();
            assertThatThrownBy(() -> count(db))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageEndingWith("hub.db: is closed");
            assertThatThrownBy(() -> db.run(h -> {})).isInstanceOf(DatabaseException.class);
        });
        Database.open(folder.resolve("hub.db")).close();
    }

    @Test
    void closingWaitsForAReadThatIsUnderWay() throws InterruptedException {
        Database db = Database.open(folder.resolve("hub.db"));
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger(-1);
        Thread reader = Thread.ofVirtual()
                .start(() -> db.read(h -> {
                    reading.countDown();
                    waitFor(goOn);
                    seen.set(h.createQuery("SELECT count(*) FROM meta WHERE name = 'a'")
                            .mapTo(Integer.class)
                            .one());
                    return seen;
                }));
        reading.await();
        Thread closer = Thread.ofVirtual().start(db::close);

        assertThat(closer.join(Duration.ofMillis(200))).isFalse();
        goOn.countDown();

        assertThat(closer.join(Duration.ofSeconds(10))).isTrue();
        reader.join();
        assertThat(seen).hasValue(0);
    }

    @Test
    void refusesAWriteOrAReadInsideOfAWrite() {
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            assertThatThrownBy(() -> db.run(h -> db.run(inner -> {}))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> db.run(h -> count(db))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aReadConnectionCannotWrite() {
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            assertThatThrownBy(() -> db.read(h -> h.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')")))
                    .hasMessageContaining("readonly");
        }
    }

    @Test
    void isDurableByWalAndFullSyncAndChecksForeignKeys() {
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            assertThat(pragma(db, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(db, "synchronous")).isEqualTo("2");
            assertThat(pragma(db, "foreign_keys")).isEqualTo("1");
        }
    }

    @Test
    void makesAllItsFilesForTheOwnerAlone() throws IOException {
        try (Database db = Database.open(folder.resolve("hub.db"))) {
            db.run(h -> h.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')"));
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.toList()).hasSizeGreaterThan(1).allSatisfy(file -> assertThat(
                                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void refusesAFileThatOthersMayRead() throws IOException {
        Path file = folder.resolve("hub.db");
        Database.open(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> Database.open(file)).hasMessageContaining("chmod 600");
    }

    @Test
    void refusesANewerDatabaseWithoutChangingAByte() throws IOException {
        Path file = folder.resolve("hub.db");
        var newer = new Migrations(List.of(
                new Migration(1, "one", "CREATE TABLE one (a TEXT)"),
                new Migration(7, "seven", "CREATE TABLE seven (a TEXT); CREATE TABLE eight (a TEXT)")));
        Database.open(file, newer).close();
        byte[] before = Files.readAllBytes(file);

        var older = new Migrations(List.of(new Migration(1, "one", "CREATE TABLE one (a TEXT)")));

        assertThatThrownBy(() -> Database.open(file, older))
                .isInstanceOf(DatabaseTooNew.class)
                .hasMessageContaining("version 7")
                .hasMessageContaining("version 1");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    /** Where a package's script reads it, which has no SQLite: also while the hub runs, and of a file that an earlier hub made. */
    @Test
    void theFilesHeadBearsTheNumberOfTheNewestMigration() throws IOException {
        Path file = folder.resolve("hub.db");
        var one = new Migration(1, "one", "CREATE TABLE one (a TEXT)");
        var many = new Migration(300, "many", "CREATE TABLE many (a TEXT)");
        try (Database db = Database.open(file, new Migrations(List.of(one)))) {
            assertThat(numberInHead(file)).isEqualTo(1);
            db.run(h -> h.execute("INSERT INTO one VALUES ('a')"));
        }
        try (Database _ = Database.open(file, new Migrations(List.of(one, many)))) {
            assertThat(numberInHead(file)).isEqualTo(300);
        }
        try (var handle = new Connections(file).writer()) {
            handle.execute("PRAGMA user_version = 0");
        }
        try (Database _ = Database.open(file, new Migrations(List.of(one, many)))) {
            assertThat(numberInHead(file)).isEqualTo(300);
        }
    }

    @Test
    void appliesOnlyWhatIsMissing() {
        Path file = folder.resolve("hub.db");
        var one = new Migration(1, "one", "CREATE TABLE one (a TEXT); INSERT INTO one VALUES ('kept')");
        Database.open(file, new Migrations(List.of(one))).close();
        var two = new Migration(2, "two", "CREATE TABLE two (a TEXT)");
        try (Database db = Database.open(file, new Migrations(List.of(one, two)))) {
            List<String> kept = db.read(
                    h -> h.createQuery("SELECT a FROM one").mapTo(String.class).list());
            int added = db.read(h -> h.createQuery("SELECT count(*) FROM two")
                    .mapTo(Integer.class)
                    .one());
            assertThat(kept).containsExactly("kept");
            assertThat(added).isZero();
        }
    }

    @Test
    void aMigrationThatFailsLeavesNothing() {
        Path file = folder.resolve("hub.db");
        var broken = new Migrations(
                List.of(new Migration(1, "one", "CREATE TABLE one (a TEXT); CREATE TABEL two (a TEXT)")));
        assertThatThrownBy(() -> Database.open(file, broken)).hasMessageContaining("TABEL");
        var mended = new Migrations(List.of(new Migration(1, "one", "CREATE TABLE one (a TEXT)")));
        Database.open(file, mended).close();
    }

    @Test
    void refusesAMigrationThatChangedAfterItWasApplied() {
        Path file = folder.resolve("hub.db");
        Database.open(file, new Migrations(List.of(new Migration(1, "one", "CREATE TABLE one (a TEXT)"))))
                .close();
        var changed = new Migrations(List.of(new Migration(1, "one", "CREATE TABLE one (b TEXT)")));
        assertThatThrownBy(() -> Database.open(file, changed)).hasMessageContaining("other content");
    }

    @Test
    void refusesTheDatabaseOfAnotherProgram() {
        Path file = folder.resolve("hub.db");
        Database.open(file, new Migrations(List.of())).close();
        try (var handle = new Connections(file).writer()) {
            handle.execute("CREATE TABLE songs (a TEXT)");
        }
        assertThatThrownBy(() -> Database.open(file)).hasMessageContaining("not a database of Wherry");
    }

    @Test
    void theListNamesEveryMigrationOnceAndInOrder() throws IOException {
        List<String> listed = Files.readAllLines(Path.of("src/main/resources/db/migration/list.txt"));
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".sql"))
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(listed);
        }
        assertThat(listed.stream()
                        .map(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
                        .toList())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aFolderBelongsToOneHubAtATime() {
        try (DataFolderLock held = DataFolderLock.take(folder)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> DataFolderLock.take(folder))
                    .isInstanceOf(DataFolderInUse.class)
                    .hasMessageContaining("another wherry-hub is running");
        }
        DataFolderLock.take(folder).close();
    }

    private static int numberInHead(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).getInt(60);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String value(Database db) {
        return db.read(h -> h.createQuery("SELECT value FROM meta WHERE name = 'a'")
                .mapTo(String.class)
                .one());
    }

    private static int count(Database db) {
        return db.read(h -> h.createQuery("SELECT count(*) FROM meta WHERE name = 'a'")
                .mapTo(Integer.class)
                .one());
    }

    private static String pragma(Database db, String name) {
        return db.write(h -> h.createQuery("PRAGMA " + name).mapTo(String.class).one());
    }
}
