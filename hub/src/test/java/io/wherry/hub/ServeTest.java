package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.hub.db.Database;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code wherry-hub serve} on a data folder that it must not touch. */
@Timeout(120)
class ServeTest {
    @TempDir
    Path temporary;

    private Path data = Path.of("");
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void init() {
        data = temporary.resolve("data");
        String any = "127.0.0.1:0";
        assertThat(run(
                        "init",
                        "--data",
                        data.toString(),
                        "--hostname",
                        "localhost",
                        "--set",
                        "listen.operators=" + any,
                        "--set",
                        "listen.agents=" + any,
                        "--set",
                        "listen.health=" + any))
                .isZero();
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
    void aSecondHubOnTheSameFolderIsRefusedByNameAndTheFirstGoesOn() throws Exception {
        Process first = serve();
        try (BufferedReader log = first.inputReader()) {
            assertThat(log.lines().anyMatch(line -> line.contains("is ready"))).isTrue();

            Process second = serve();
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();

            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(new String(second.getErrorStream().readAllBytes(), UTF_8))
                    .isEqualTo(
                            "wherry-hub: " + data
                                    + ": another wherry-hub is running on this data folder (stop it first, or name another folder with --data)\n");
            assertThat(first.isAlive()).isTrue();
        } finally {
            first.destroy(); // SIGTERM, as a service manager does
        }
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isIn(0, 143);
        Database.open(data.resolve("hub.db")).close();
    }

    /** A process of its own: the lock is one of the operating system. */
    private Process serve() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HubMain.class.getName(),
                        "serve",
                        "--data",
                        data.toString())
                .start();
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
