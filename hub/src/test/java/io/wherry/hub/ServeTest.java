package io.wherry.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.Digest;
import io.wherry.hub.db.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code wherry-hub serve} on a data folder that it must not touch. */
@Timeout(120)
class ServeTest {
    /** What a shell shows of a process that a TERM signal ended. */
    private static final int SIGTERM = 143;

    @TempDir
    Path temporary;

    private Path data = Path.of("");
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void init() {
        data = temporary.resolve("data");
        TestProcess.init(
                data,
                List.of("listen.operators=127.0.0.1:0", "listen.agents=127.0.0.1:0", "listen.health=127.0.0.1:0"));
    }

    @Test
    void aDatabaseOfANewerVersionIsRefusedByNameAndNothingIsChanged() throws IOException {
        long known;
        try (Database db = Database.open(data.resolve("hub.db"))) {
            known = db.write(h -> {
                long newest = h.createQuery("SELECT max(version) FROM schema_migration")
                        .mapTo(Long.class)
                        .one();
                h.execute("INSERT INTO schema_migration (version, name, digest) VALUES (9999, 'from_the_future', 'x')");
                h.execute("CREATE TABLE from_the_future (a TEXT)");
                return newest;
            });
        }
        Map<String, String> before = files();

        assertThat(run("serve", "--data", data.toString())).isEqualTo(1);

        assertThat(err.toString())
                .isEqualTo(
                        "wherry-hub: " + data.resolve("hub.db") + ": database version 9999 is newer than version "
                                + known
                                + ", the newest this program knows; start the newer wherry-hub again, or restore a backup made by this one\n");
        assertThat(files()).isEqualTo(before);
        assertThat(run("doctor", "--data", data.toString())).isEqualTo(1);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aFolderThatLetsOthersInIsRefusedWithTheCommandThatMendsIt() throws IOException {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
        Map<String, String> before = files();

        assertThat(run("serve", "--data", data.toString())).isEqualTo(ExitCode.DENIED.code());

        assertThat(err.toString())
                .isEqualTo("wherry-hub: data folder " + data + ": mode rwxr-x--- lets others in (chmod 700 " + data
                        + ")\n");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aSecondHubOnTheSameFolderIsRefusedByNameAndTheFirstGoesOn() throws Exception {
        try (TestProcess first = TestProcess.serve(data);
                TestProcess second = secondOf(first)) {
            assertThat(second.exit()).isEqualTo(ExitCode.BLOCKED.code());

            assertThat(second.errors())
                    .isEqualTo(
                            "wherry-hub: " + data
                                    + ": another wherry-hub is running on this data folder (stop it first, or name another folder with --data)\n");
            assertThat(first.isAlive()).isTrue();
            assertThat(first.stop()).isIn(0, SIGTERM);
        }
        Database.open(data.resolve("hub.db")).close();
    }

    private TestProcess secondOf(TestProcess first) throws InterruptedException {
        first.awaitReady();
        return TestProcess.serve(data); // a process of its own: the lock is one of the operating system
    }

    /** Every file of the folder with the digest of its content. */
    private Map<String, String> files() throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> digests.put(data.relativize(file).toString(), digest(file)));
        }
        return digests;
    }

    private static String digest(Path file) {
        try {
            return Digest.of(Files.readAllBytes(file)).hex();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int run(String... arguments) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return HubMain.run(Clock.systemUTC(), Map.of(), nowhere, new PrintWriter(err, true), arguments);
    }
}
