package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The three doctors, on a good set-up and on broken ones: what is wrong is named, and what to do. */
class DoctorIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    @Test
    void allThreeAreContentWithAGoodSetUp() throws Exception {
        assertThat(fleet.hub().doctor().ok().lines()).isNotEmpty().allMatch(line -> line.startsWith("✔ ok"));
        assertThat(fleet.operator().does("doctor").lines())
                .allMatch(line -> line.startsWith("✔") || line.startsWith("  "));
        assertThat(fleet.agent("site").says("doctor").ok().lines()).allMatch(line -> line.startsWith("✔ ok"));
    }

    @Test
    void withTheHubDownEachSideSaysThatItIsTheHub() throws Exception {
        RunningAgent agent = fleet.agent("site");
        fleet.hub().stop();
        try {
            Said hub = fleet.hub().doctor().ok();
            assertThat(hub.out()).contains("hub: is not running", "is free");

            Said operator = fleet.operator().says("doctor");
            operator.failed(ExitCode.HUB_UNREACHABLE, fleet.hub().url(), "connection refused", "fix: ");
            assertThat(operator.out())
                    .contains(
                            "✔ configuration", "✘ hub answers at " + fleet.hub().url());

            fleet.until("the agent knows", () -> agent.says("doctor").exit() != 0);
            Said site = agent.says("doctor").ended(ExitCode.HUB_UNREACHABLE);
            assertThat(site.out())
                    .contains(
                            "ok       runtime",
                            "problem  hub",
                            "localhost:" + fleet.hub().agentsPort());
        } finally {
            fleet.hub().start();
        }
        fleet.untilHubAnswers();
        fleet.until("the agent is content again", () -> agent.says("doctor").exit() == 0, () -> agent.says("doctor")
                .out());
    }

    @Test
    void withTheEngineDownTheAgentNamesItsSocketRunningOrNot() throws Exception {
        Path socket = fleet.folder().resolve("second.sock");
        RunningAgent agent = fleet.agent("second", socket);
        try (EngineGate _ = EngineGate.open(socket)) {
            fleet.join("second");
            agent.says("doctor").ok();
        }

        Said running = agent.says("doctor").ended(ExitCode.FAILED);
        assertThat(running.out()).contains("problem  runtime", "second.sock", "ok       hub");

        agent.stop();
        Said stopped = agent.says("doctor").ended(ExitCode.FAILED);
        assertThat(stopped.out())
                .contains("problem  runtime", "second.sock", "ok       hub", "problem  service", "wherry-agent run");
    }

    @Test
    void theOperatorsDoctorTellsAKeyThatIsNotGoodAnyMore() throws Exception {
        Operator eve = fleet.person("eve", "viewer");
        assertThat(eve.does("doctor").out()).contains("as eve (viewer)");

        String id = fleet.operator().does("apikey", "list", "-o", "json").json().objects("items").stream()
                .filter(item -> item.string("name").equals("eve"))
                .findFirst()
                .orElseThrow()
                .string("id");
        fleet.operator().does("apikey", "revoke", id);

        Said doctor = eve.says("doctor").failed(ExitCode.DENIED, "key", "fix: ", "wherry login");
        assertThat(doctor.out()).contains("✔ hub answers", "✘ key is accepted");
    }

    @Test
    void theHubsDoctorNamesWhatIsWrongWithItsFolder() throws Exception {
        RunningHub hub = RunningHub.init(fleet.programs(), fleet.folder(), "ailing");
        Path configuration = hub.data().resolve("hub.yaml");
        hub.doctor().ok();

        Files.setPosixFilePermissions(hub.data(), PosixFilePermissions.fromString("rwxr-xr-x"));
        finds(hub, "data folder", "mode rwxr-xr-x", "chmod 700");
        Files.setPosixFilePermissions(hub.data(), PosixFilePermissions.fromString("rwx------"));

        String good = Files.readString(configuration);
        Files.writeString(configuration, "colour: red\n", StandardOpenOption.APPEND);
        finds(hub, "configuration", "hub.yaml", "colour");
        Files.writeString(
                configuration,
                good.replaceAll(
                        "agents: \\S+", "agents: 127.0.0.1:" + fleet.hub().agentsPort()));
        finds(hub, "agents' port", "127.0.0.1:" + fleet.hub().agentsPort(), "ss -ltnp");
        Files.writeString(configuration, good);

        for (Path lost : List.of(hub.authority(), hub.data().resolve("hub.db"), anyKey(hub))) {
            Path kept = hub.data().resolveSibling("kept");
            Files.move(lost, kept);
            finds(hub, "", lost.getFileName().toString());
            Files.move(kept, lost);
        }
        hub.doctor().ok();

        Said absent = fleet.programs().run("wherry-hub", "doctor", "--data", hub.data() + "-not-there");
        assertThat(absent.ended(ExitCode.FAILED).out()).contains("does not exist", "wherry-hub init");
    }

    @Test
    void theAgentsDoctorNamesAKeyThatIsGone() throws Exception {
        RunningAgent agent = fleet.join("keyless");
        agent.stop();
        Files.delete(agent.data().resolve("identity.key"));

        agent.says("doctor")
                .failed(ExitCode.FAILED, "identity.key", agent.data().toString());
        fleet.agent("nobody").says("doctor").failed(ExitCode.NOT_FOUND, "joined", "wherry-agent join");
    }

    private static void finds(RunningHub hub, String subject, String... words) throws Exception {
        Said doctor = hub.doctor().ended(ExitCode.FAILED);
        String problem = doctor.lines().stream()
                .filter(line -> !line.startsWith("✔ ok"))
                .findFirst()
                .orElse("(no problem) " + doctor);
        assertThat(problem).as(doctor.toString()).contains(subject).contains(words);
    }

    private static Path anyKey(RunningHub hub) throws Exception {
        try (var keys = Files.list(hub.data().resolve("keys"))) {
            return keys.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
        }
    }
}
