package io.wherry.hub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.Digest;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.release.Keys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {
    private static final Instant LATER = Instant.parse("2031-01-01T00:00:00Z");

    @TempDir
    Path temporary;

    private Path data = Path.of("");
    private Path file = Path.of("");
    private Path target = Path.of("");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private InstantSource clock = Clock.systemUTC();

    @BeforeEach
    void backUp() {
        data = temporary.resolve("data");
        file = temporary.resolve("hub.backup");
        target = temporary.resolve("target");
        run("init", "--data", data.toString(), "--hostname", "localhost").isZero();
        run("backup", "--data", data.toString(), "-o", file.toString()).isZero();
    }

    @Test
    void aRestoredFolderIsTheSameHubInANewEpoch() throws IOException {
        clock = () -> LATER;
        run("restore", file.toString(), "--data", target.toString()).isZero();

        Keys before = Keys.open(data);
        Keys after = Keys.open(target);
        assertThat(after.trustDomain()).isEqualTo(before.trustDomain());
        assertThat(after.trustRoot().version()).isEqualTo(2);
        assertThat(after.epoch()).isEqualTo(LATER.getEpochSecond());
        assertThat(after.hub().keyId()).isEqualTo(before.hub().keyId());
        for (String name : List.of("hub.yaml", "ca.crt", "admin-token", "keys/kek", "keys/ca.pem", "roots/1.json")) {
            assertThat(target.resolve(name)).hasSameBinaryContentAs(data.resolve(name));
            assertThat(mode(target.resolve(name))).as(name).isEqualTo(mode(data.resolve(name)));
        }
        assertThat(names(target)).doesNotContain("restore.unfinished", "mirrors");
        assertThat(out.toString()).contains("agents are held for review", "wherry agent review --all");
    }

    @Test
    void aRootKeyThatIsKeptElsewhereIsLentToTheRestoreAndDoesNotStay() throws IOException {
        Path safe = temporary.resolve("safe.pem");
        Files.move(data.resolve("keys/root.pem"), safe);
        Path without = temporary.resolve("without.backup");
        run("backup", "--data", data.toString(), "-o", without.toString()).isZero();

        run("restore", without.toString(), "--data", target.toString()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("kept elsewhere", "--root-key FILE");
        run("restore", file.toString(), "--data", target.toString(), "--root-key", safe.toString())
                .isEqualTo(ExitCode.BLOCKED.code());
        run(
                        "restore",
                        without.toString(),
                        "--data",
                        target.toString(),
                        "--root-key",
                        data.resolve("keys/log.pem").toString())
                .isEqualTo(ExitCode.FAILED.code());
        assertThat(err.toString()).contains("not the root key that the trust root names");
        run("restore", without.toString(), "--data", target.toString(), "--root-key", safe.toString())
                .isZero();

        Keys after = Keys.open(target);
        assertThat(after.trustRoot().version()).isEqualTo(2);
        assertThat(after.hasRoot()).isFalse();
        assertThat(target.resolve("keys/root.pem")).doesNotExist();
        assertThat(safe).exists();
        err.getBuffer().setLength(0);
        run("keys", "new-epoch", "--data", target.toString()).isEqualTo(ExitCode.FAILED.code());
        assertThat(err.toString()).contains("root.pem", "put it back");
        assertThat(Keys.open(target).trustRoot()).isEqualTo(after.trustRoot());
    }

    @Test
    void theEpochRisesAlsoWhereTheClockIsWrong() {
        clock = () -> Instant.EPOCH;
        run("restore", file.toString(), "--data", target.toString()).isZero();
        assertThat(Keys.open(target).epoch()).isEqualTo(2);
    }

    @Test
    void theLogGoesOnAndSaysThatItWasRestored() {
        clock = () -> LATER;
        run("restore", file.toString(), "--data", target.toString()).isZero();

        Keys keys = Keys.open(target);
        try (Database db = Database.open(target.resolve("hub.db"))) {
            AuditLog log = new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), clock);
            assertThat(db.read(AuditLog::damage)).isEmpty();
            assertThat(log.latestCheckpoint().orElseThrow().checkpoint().epoch())
                    .isEqualTo(keys.epoch());
            assertThat(log.list(AuditQuery.ALL, 0, 100).getLast().toString()).isNotEmpty();
            assertThat(new String(log.list(AuditQuery.ALL, 0, 100).getLast().leaf(), ISO_8859_1))
                    .contains("hub.restore", "\"agentsHeld\":0", "backupMadeAt");
        }
    }

    @Test
    void theFileIsForItsOwnerAloneAndNotReplacedByAccident() throws IOException {
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(out.toString()).contains("it holds the hub's keys");
        byte[] before = Files.readAllBytes(file);

        run("backup", "--data", data.toString(), "-o", file.toString()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("exists already", "--force");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        run("backup", "--data", data.toString(), "-o", file.toString(), "--force")
                .isZero();
        assertThat(names(temporary)).containsExactlyInAnyOrder("data", "hub.backup");
    }

    @Test
    void aBackupIsMadeWhileAHubHoldsTheFolderAndNoneIsRestoredOverIt() throws IOException {
        byte[] database = Files.readAllBytes(data.resolve("hub.db"));
        try (DataFolderLock _ = DataFolderLock.take(data)) {
            run(
                            "backup",
                            "--data",
                            data.toString(),
                            "-o",
                            temporary.resolve("second").toString())
                    .isZero();
            run("restore", file.toString(), "--data", data.toString()).isEqualTo(ExitCode.BLOCKED.code());
            run("restore", file.toString(), "--data", data.toString(), "--force")
                    .isEqualTo(ExitCode.BLOCKED.code());
        }
        assertThat(err.toString()).contains("is running on this data folder");
        assertThat(Files.readAllBytes(data.resolve("hub.db"))).isEqualTo(database);
        assertThat(names(data)).doesNotContain("restore.unfinished");
    }

    @Test
    void aFolderThatIsNotEmptyIsPutAsideOnlyByForce() throws IOException {
        Files.createDirectories(target.resolve("mirrors"));
        Files.writeString(target.resolve("hub.yaml"), "the old one");
        run("restore", file.toString(), "--data", target.toString()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("is not empty", "--force");
        assertThat(names(target)).containsExactlyInAnyOrder("mirrors", "hub.yaml");

        clock = () -> LATER;
        run("restore", file.toString(), "--data", target.toString(), "--force").isZero();
        assertThat(target.resolve("before-restore-20310101T000000Z/hub.yaml")).hasContent("the old one");
        assertThat(target.resolve("before-restore-20310101T000000Z/mirrors")).isDirectory();
        assertThat(out.toString()).contains("before-restore-20310101T000000Z");

        run("restore", file.toString(), "--data", target.toString(), "--force").isZero();
        assertThat(target.resolve("before-restore-20310101T000000Z-2/roots/2.json"))
                .exists();
        assertThat(names(target)).contains("before-restore-20310101T000000Z", "hub.yaml");
    }

    @Test
    void aDamagedFileTouchesNothing() throws IOException {
        byte[] damaged = Files.readAllBytes(file);
        damaged[damaged.length - 1] ^= 1;
        Files.write(file, damaged);
        run("restore", file.toString(), "--data", target.toString()).isEqualTo(ExitCode.VERIFICATION_FAILED.code());
        assertThat(err.toString()).contains("was changed", "nothing was changed");
        assertThat(target).doesNotExist();
    }

    @Test
    void aNewerDatabaseIsRefusedBeforeAnythingIsMade() throws IOException {
        rewriteList(
                "\"databaseVersion\":" + Database.newestVersion(),
                "\"databaseVersion\":" + (Database.newestVersion() + 1));
        run("restore", file.toString(), "--data", target.toString()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("database version " + (Database.newestVersion() + 1));
        assertThat(target).doesNotExist();
    }

    @Test
    void whatARestoreLeftUnfinishedIsInNobodysWay() throws IOException {
        Files.createDirectories(target.resolve("restore.unfinished/keys"));
        run("restore", file.toString(), "--data", target.toString()).isZero();
        assertThat(names(target)).doesNotContain("restore.unfinished");
    }

    @Test
    void theSameBackupIsRestoredTwice() {
        clock = () -> LATER;
        run("restore", file.toString(), "--data", target.toString()).isZero();
        clock = () -> LATER.plusSeconds(60);
        run("restore", file.toString(), "--data", temporary.resolve("again").toString())
                .isZero();
        assertThat(Keys.open(temporary.resolve("again")).epoch())
                .isGreaterThan(Keys.open(target).epoch());
    }

    @Test
    void aFolderThatWasPutBackByHandBeginsANewEpochToo() {
        clock = () -> LATER;
        run("keys", "new-epoch", "--data", data.toString()).isZero();
        assertThat(Keys.open(data).epoch()).isEqualTo(LATER.getEpochSecond());
        assertThat(Keys.open(data).epochBegan()).isEqualTo(2);
        try (Database db = Database.open(data.resolve("hub.db"))) {
            assertThat(db.read(ReviewRepository::list)).isEmpty();
        }
        try (DataFolderLock _ = DataFolderLock.take(data)) {
            run("keys", "new-epoch", "--data", data.toString()).isEqualTo(ExitCode.BLOCKED.code());
        }
        run("keys", "new-epoch", "--data", target.toString()).isEqualTo(ExitCode.NOT_FOUND.code());
    }

    @Test
    void aFolderThatIsNoHubsIsNotBackedUp() {
        run("backup", "--data", data.toString(), "-o", temporary.toString(), "--force")
                .isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains(temporary + ": is a folder (name a file in it)");
        run(
                        "backup",
                        "--data",
                        data.toString(),
                        "-o",
                        temporary.resolve("none/x").toString())
                .isEqualTo(ExitCode.NOT_FOUND.code());
        assertThat(err.toString()).contains("none/x: there is no folder " + temporary.resolve("none"));
        run("backup", "--data", target.toString(), "-o", temporary.resolve("x").toString())
                .isEqualTo(ExitCode.NOT_FOUND.code());
        assertThat(err.toString()).contains("--data");
    }

    @Test
    void doctorFindsNothingWrongAfterARestore() {
        run("restore", file.toString(), "--data", target.toString()).isZero();
        run(
                "doctor",
                "--data",
                target.toString(),
                "--set",
                "listen.operators=127.0.0.1:0",
                "--set",
                "listen.agents=127.0.0.1:0",
                "--set",
                "listen.health=127.0.0.1:0");
        assertThat(out.toString()).contains("epoch").doesNotContain("✘ problem  database", "✘ problem  keys");
    }

    private void rewriteList(String from, String to) throws IOException {
        String whole = Files.readString(file, ISO_8859_1);
        int begin = whole.indexOf('\n') + 1;
        int length = Integer.parseInt(whole.substring(0, begin - 1).split(" ")[2]);
        String list = whole.substring(begin, begin + length).replace(from, to);
        assertThat(list).contains(to);
        int rest = whole.indexOf('\n', begin + length + 1) + 1;
        Files.writeString(
                file,
                "wherry-backup 1 " + list.length() + "\n" + list + "\n" + Digest.of(list.getBytes(ISO_8859_1)) + "\n"
                        + whole.substring(rest),
                ISO_8859_1);
    }

    private org.assertj.core.api.AbstractIntegerAssert<?> run(String... arguments) {
        int exit = HubMain.run(clock, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return assertThat(exit).as(err.toString());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
