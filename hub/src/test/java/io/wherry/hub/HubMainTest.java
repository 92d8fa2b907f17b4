package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.ExitCode;
import io.wherry.hub.access.Access;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.access.Authentication;
import io.wherry.hub.access.Role;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.DataFolderInUse;
import io.wherry.hub.db.Database;
import io.wherry.hub.release.Keys;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.Ref;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HubMainTest {
    @TempDir
    Path temporary;

    private Path data = Path.of("");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void name() {
        data = temporary.resolve("data");
    }

    @Test
    void initMakesEverythingTheDesignNames() throws IOException {
        assertThat(init()).isZero();

        assertThat(mode("")).isEqualTo("rwx------");
        assertThat(mode("keys")).isEqualTo("rwx------");
        assertThat(mode("admin-token")).isEqualTo("rw-------");
        assertThat(mode("hub.db")).isEqualTo("rw-------");
        assertThat(mode("keys/ca.pem")).isEqualTo("rw-------");
        assertThat(mode("keys/kek")).isEqualTo("r--------");
        assertThat(mode("ca.crt")).isEqualTo("rw-r--r--");
        String token = Files.readString(data.resolve("admin-token")).strip();
        assertThat(out.toString())
                .contains("sha256:")
                .contains("wherry-hub serve")
                .doesNotContain(token);
        try (Database db = Database.open(data.resolve("hub.db"))) {
            Access access = new Access(new ApiKeys(db, Clock.systemUTC(), new SecureRandom()), Clock.systemUTC());
            assertThat(access.authenticate(Optional.of(token)))
                    .isInstanceOfSatisfying(
                            Authentication.Authenticated.class,
                            a -> assertThat(a.principal().role()).isEqualTo(Role.ADMIN));
        }
    }

    @Test
    void aSecondInitRefusesAndChangesNothing() throws IOException {
        init();
        byte[] token = Files.readAllBytes(data.resolve("admin-token"));
        assertThat(init()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("is initialised already").contains("wherry-hub serve");
        assertThat(Files.readAllBytes(data.resolve("admin-token"))).isEqualTo(token);
    }

    @Test
    void anInitThatBrokeOffIsBegunAnewAndNothingElseGoes() throws IOException {
        init();
        byte[] token = Files.readAllBytes(data.resolve("admin-token"));
        Files.delete(data.resolve("hub.yaml")); // as if it had died before its last file
        Files.writeString(data.resolve("init-unfinished"), "");
        assertThat(init()).as(err.toString()).isZero();
        assertThat(Files.readAllBytes(data.resolve("admin-token"))).isNotEqualTo(token);
        assertThat(data.resolve("init-unfinished")).doesNotExist();

        Files.delete(data.resolve("hub.yaml"));
        Files.writeString(data.resolve("init-unfinished"), "");
        Files.writeString(data.resolve("notes.txt"), "mine");
        assertThat(init()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("is not empty");
        assertThat(data.resolve("notes.txt")).hasContent("mine");
    }

    /** As it is written in an address: with brackets. */
    @Test
    void initNamesAnIpv6AddressAsOperatorsTypeIt() {
        assertThat(run("init", "--data", data.toString(), "--hostname", "fd00::1"))
                .isZero();
        assertThat(out.toString()).contains("  wherry login https://[fd00::1]:8443 --token-file");
    }

    @Test
    void initRefusesAFolderThatHoldsSomethingElseAndABadHostname() throws IOException {
        Files.createDirectories(data);
        Files.writeString(data.resolve("notes.txt"), "mine");
        assertThat(init()).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("is not empty");
        assertThat(data.resolve("keys")).doesNotExist();

        assertThat(run("init", "--data", temporary.resolve("other").toString(), "--hostname", "https://hub"))
                .isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString()).contains("neither a host name nor an address");
        assertThat(temporary.resolve("other")).doesNotExist();
    }

    @Test
    void checkConfigTakesWhatInitWrote() {
        init();
        assertThat(run("check-config", "--data", data.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("hub.yaml: ok");
    }

    @Test
    void checkConfigNamesEveryProblemWithItsPlace() throws IOException {
        Path file = temporary.resolve("hub.yaml");
        Files.writeString(file, "hostnames: [h]\nlisten:\n  operator: 1\n  agents: x\nsource: {}\n");
        assertThat(run("check-config", "--config", file.toString())).isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString())
                .contains("hub.yaml:3:3: unknown field \"operator\" (did you mean \"operators\"?)")
                .contains("hub.yaml:4:11: listen.agents: x (expected: HOST:PORT")
                .contains("hub.yaml:5:1: unknown field \"source\" (did you mean \"sources\"?)");
    }

    @Test
    void checkConfigNamesWhatIsWrongWithFilesAndLog() throws IOException {
        Path file = temporary.resolve("hub.yaml");
        Files.writeString(
                file, "hostnames: [h]\ntls:\n  certificate: /a.pem\nvault:\n  keyFile: kek\nlog:\n  level: warn\n");
        assertThat(run("check-config", "--config", file.toString())).isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString())
                .contains("hub.yaml:3:16: tls.certificate: stands without its key (name it as tls.key)")
                .contains("hub.yaml:5:12: vault.keyFile: is not an absolute path")
                .doesNotContain("kek")
                .contains("hub.yaml:7:10: log.level: \"warn\" is not known; known: error, warning, info, debug");
    }

    @Test
    void checkConfigNamesAnOperatorsCertificateThatCannotBeUsed() throws IOException {
        init();
        String certificate =
                Files.writeString(temporary.resolve("tls.pem"), "none").toString();
        String[] command = {
            "check-config",
            "--data",
            data.toString(),
            "--set",
            "tls.certificate=" + certificate,
            "--set",
            "tls.key=/none"
        };
        assertThat(run(command)).isEqualTo(ExitCode.FAILED.code());
        assertThat(err.toString()).contains(certificate + ": the certificate cannot be read");
    }

    @Test
    void checkConfigNamesWhatIsWrongWithTheConfigurationRepository() throws IOException {
        Path file = temporary.resolve("hub.yaml");
        Files.writeString(
                file, "hostnames: [h]\nconfiguration:\n  pth: hub\n  url: git@git.test:fleet\n  prune: perhaps\n");
        assertThat(run("check-config", "--config", file.toString(), "--set", "configuration.path=/etc"))
                .isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString())
                .contains("hub.yaml:3:3: unknown field \"pth\" (did you mean \"path\"?)")
                .contains("hub.yaml:4:8: url: ")
                .contains("hub.yaml:5:10: prune: \"perhaps\" (expected: true or false)");

        Files.writeString(file, "hostnames: [h]\nconfiguration:\n  ref: {tag: v1}\n");
        assertThat(run("check-config", "--config", file.toString())).isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString()).contains("hub.yaml:3:3: url is missing");
    }

    @Test
    void theConfigurationRepositoryMayBeNamedByFlagsAlone() {
        HubConfig config = HubConfig.read(
                "hub.yaml",
                "hostnames: [h]\nconfiguration: {prune: false, ref: {branch: live}}\n".getBytes(UTF_8),
                Map.of("WHERRY_CONFIGURATION_PATH", "hub", "WHERRY_CONFIGURATION_PRUNE", "true"),
                List.of("configuration.url=https://git.test/fleet"));

        ConfigurationSpec spec = config.sources().configuration().orElseThrow();
        assertThat(spec.source().url()).isEqualTo("https://git.test/fleet");
        assertThat(spec.source().ref()).isEqualTo(new Ref.Branch("live"));
        assertThat(spec.path()).isEqualTo("hub");
        assertThat(spec.prune()).isTrue();
        assertThat(spec.adopt()).isFalse();
    }

    @Test
    void whatMayBeAKeyIsNotRepeatedInAnError() throws IOException {
        Path file = temporary.resolve("hub.yaml");
        Files.writeString(file, "hostnames: [h]\n");
        for (String pasted : List.of("vault.keyFile=c2VjcmV0", "tls.key=c2VjcmV0", "c2VjcmV0")) {
            assertThat(run("check-config", "--config", file.toString(), "--set", pasted))
                    .isEqualTo(ExitCode.USAGE.code());
        }
        assertThat(err.toString())
                .contains("--set vault.keyFile: vault.keyFile: is not an absolute path")
                .contains("--set: says no value (write --set KEY=VALUE)")
                .doesNotContain("c2VjcmV0");
    }

    private void initOnFreePorts(String... more) {
        List<String> command = new ArrayList<>(List.of("init", "--data", data.toString(), "--hostname", "localhost"));
        for (String listener : List.of("operators", "agents", "health")) {
            command.addAll(List.of("--set", "listen." + listener + "=127.0.0.1:0"));
        }
        command.addAll(List.of(more));
        assertThat(run(command.toArray(String[]::new))).as(err.toString()).isZero();
    }

    @Test
    void theVaultsKeyMayLieOutsideTheDataFolder() throws IOException {
        Path key = temporary.resolve("credentials/vault-key");
        Files.createDirectories(key.getParent());
        initOnFreePorts("--set", "vault.keyFile=" + key);
        assertThat(key).exists();
        assertThat(data.resolve("keys/kek")).doesNotExist();
        assertThat(run("doctor", "--data", data.toString())).as(out.toString()).isZero();

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run("doctor", "--data", data.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("everybody may read the vault's key (chmod 400 " + key + ")");
    }

    @Test
    void aFlagComesBeforeTheEnvironmentAndThatBeforeTheFile() {
        byte[] file = "hostnames: [file]\nlisten: {agents: ':1', operators: ':1', health: ':1'}\n".getBytes(UTF_8);
        HubConfig config = HubConfig.read(
                "hub.yaml",
                file,
                Map.of(
                        "WHERRY_LISTEN_AGENTS",
                        ":2",
                        "WHERRY_LISTEN_HEALTH",
                        ":2",
                        "WHERRY_SOURCES_LOCAL_DIRECTORIES",
                        "/srv/a, /srv/b"),
                List.of("listen.health=:3"));

        assertThat(config.listen().operators().port()).isEqualTo(1);
        assertThat(config.listen().agents().port()).isEqualTo(2);
        assertThat(config.listen().health().port()).isEqualTo(3);
        assertThat(config.sources().localDirectories()).containsExactly(Path.of("/srv/a"), Path.of("/srv/b"));
        assertThatThrownBy(() ->
                        HubConfig.read("f", file, Map.of("WHERRY_LISTEN_AGENTS", "x"), List.of("listn.agents=:1")))
                .hasMessageContaining("WHERRY_LISTEN_AGENTS: listen.agents: x")
                .hasMessageContaining("did you mean \"listen.agents\"?");
    }

    @Test
    void serveRefusesAFolderThatIsNotInitialised() {
        assertThat(run("serve", "--data", data.toString())).isEqualTo(ExitCode.NOT_FOUND.code());
        assertThat(err.toString()).contains("does not exist").contains("wherry-hub init");
    }

    @Test
    void twoHubsCannotShareAFolder() {
        init();
        HubConfig config = HubConfig.read(
                "hub.yaml",
                Initialisation.config(List.of("localhost"), freePorts()).getBytes(UTF_8),
                Map.of(),
                List.of());
        try (Hub first = Hub.start(new DataFolder(data), config, Clock.systemUTC())) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> Hub.start(new DataFolder(data), config, Clock.systemUTC()))
                    .isInstanceOf(DataFolderInUse.class);
        }
        Hub.start(new DataFolder(data), config, Clock.systemUTC()).close();
    }

    @Test
    @Timeout(60) // one that did not notice would serve
    void serveNamesAPortThatIsTakenWithoutAStackTrace() throws IOException {
        init();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String listener : List.of("operators", "agents", "health")) {
                List<String> ports = new ArrayList<>(freePorts());
                ports.removeIf(port -> port.startsWith("listen." + listener));
                ports.add("listen." + listener + "=127.0.0.1:" + taken.getLocalPort());
                err.getBuffer().setLength(0);

                assertThat(run(
                                "serve",
                                "--data",
                                data.toString(),
                                "--set",
                                ports.get(0),
                                "--set",
                                ports.get(1),
                                "--set",
                                ports.get(2)))
                        .isEqualTo(1);

                assertThat(err.toString())
                        .as(listener)
                        .contains(String.valueOf(taken.getLocalPort()))
                        .contains("wherry-hub doctor")
                        .doesNotContain("\tat ");
            }
        }
    }

    @Test
    void anAdministratorsKeyThatIsLostIsReplacedOnTheHubsMachine() throws IOException {
        init();
        assertThat(run("admin-key", "--data", data.toString(), "--name", "rescue"))
                .isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("admin-token: exists already");
        Path token = data.resolve("admin-token");
        Files.delete(token);
        assertThat(run("admin-key", "--data", data.toString())).isEqualTo(ExitCode.BLOCKED.code());
        assertThat(err.toString()).contains("there is an API key named admin (choose another: --name NAME)");
        assertThat(run("admin-key", "--data", data.toString(), "--name", "a b")).isEqualTo(ExitCode.USAGE.code());
        assertThat(err.toString())
                .contains("--name: a b (expected: 1 to 63 letters")
                .doesNotContain("\tat ");
        assertThat(token).doesNotExist();

        assertThat(run("admin-key", "--data", data.toString(), "--name", "rescue"))
                .isZero();

        assertThat(mode("admin-token")).isEqualTo("rw-------");
        String key = Files.readString(token).strip();
        assertThat(out.toString()).contains(token.toString()).doesNotContain(key);
        try (Database db = Database.open(data.resolve("hub.db"))) {
            var access =
                    new Access(new ApiKeys(db, InstantSource.system(), new SecureRandom()), InstantSource.system());
            assertThat(access.authenticate(Optional.of(key)))
                    .isInstanceOfSatisfying(
                            Authentication.Authenticated.class,
                            who -> assertThat(who.principal().role()).isEqualTo(Role.ADMIN));
        }
    }

    @Test
    void doctorFindsNothingWrongWithANewFolderAndNamesWhatIs() throws IOException {
        initOnFreePorts();
        assertThat(run("doctor", "--data", data.toString())).as(out.toString()).isZero();
        assertThat(out.toString()).contains("trust domain").contains("database").contains("is not running");

        Files.setPosixFilePermissions(data.resolve("keys/hub.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(run("doctor", "--data", data.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("chmod 600").contains("chmod 700");
    }

    @Test
    void doctorNamesWhatIsLostOrDamagedOnceAndWhatMendsIt() throws IOException {
        initOnFreePorts();
        Files.delete(data.resolve("ca.crt"));
        Files.writeString(data.resolve("hub.db"), "no database at all, and longer than the head of one".repeat(20));
        out.getBuffer().setLength(0);

        assertThat(run("doctor", "--data", data.toString())).isEqualTo(1);

        assertThat(out.toString().lines().filter(line -> line.startsWith("✘")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("ca.crt: the certificate cannot be read: ", "(restore it from the backup)"),
                        line -> assertThat(line).contains("hub.db: cannot be opened: ", "wherry-hub restore"));
    }

    @Test
    void doctorSaysThatARecordOfTheAuditLogWasEdited() {
        initOnFreePorts();
        Keys keys = Keys.open(data);
        try (Database db = Database.open(data.resolve("hub.db"))) {
            var identity = new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log());
            new AuditLog(db, identity, InstantSource.system()).checkpoint();
        }
        assertThat(run("doctor", "--data", data.toString())).as(out.toString()).isZero();
        assertThat(out.toString()).contains("its records are those that were signed");

        try (Database db = Database.open(data.resolve("hub.db"))) {
            db.run(handle -> handle.execute("UPDATE audit SET leaf = ? WHERE idx = 0", (Object) new byte[] {'{', '}'}));
        }
        assertThat(run("doctor", "--data", data.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("the audit log's records are not those that were signed on");
    }

    @Test
    void showsHelpForTheProgramAndEachCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("check-config");
        assertThat(run("init", "--help")).isZero();
        assertThat(out.toString()).contains("--hostname");
    }

    @Test
    void namesTheNearestCommandAndFlag() {
        assertThat(run("sevre")).isEqualTo(2);
        assertThat(err.toString()).contains("serve");
        assertThat(run("sevre", "--data", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown command: sevre (did you mean \"serve\"?)");
        assertThat(run("serve", "--dta", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--data");
    }

    @Test
    void aMistakeIsOneLineAndNotThePageOfHelp() {
        assertThat(run("init", "--dta", "x")).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("""
            wherry-hub: unknown option: --dta (did you mean "--data"?)
              wherry-hub init --help shows what there is
            """);
    }

    @Test
    void withoutACommandItSaysWhichThereAreAndThatSomethingIsMissing() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("keys")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("serve", "check-config", "new-epoch");
    }

    @Test
    void printsItsVersion() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).startsWith("wherry-hub 0.");
    }

    @Test
    void theReferencePageIsThatOfTheTable() throws IOException {
        Path page = Path.of("../docs/reference/hub-configuration.md");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(page.toAbsolutePath().getParent());
            Files.writeString(page, ConfigText.page());
        }
        assertThat(Files.readString(page)).isEqualTo(ConfigText.page());
    }

    private static List<String> freePorts() {
        return List.of("listen.operators=127.0.0.1:0", "listen.agents=127.0.0.1:0", "listen.health=127.0.0.1:0");
    }

    private int init() {
        return run("init", "--data", data.toString(), "--hostname", "hub.example.org", "--hostname", "10.0.0.1");
    }

    private int run(String... arguments) {
        return HubMain.run(
                Clock.systemUTC(), Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name)));
    }
}
