package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens and certificates that are not what they should be: nobody comes in, nothing is sent, and the message says why. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrustIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    /** The shortest that a token may live. */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private static Instant made = Instant.EPOCH;
    private static String shortLived = "";

    @BeforeAll
    static void makeATokenThatWillHaveExpired() throws Exception {
        shortLived = fleet.operator().token("--ttl", "1m");
        made = Instant.now();
    }

    @Test
    @Order(2)
    void aKeyThatIsNoneOpensNothing() throws Exception {
        Operator eve = new Operator(fleet.programsWith("eve"), fleet.folder());
        Path key = Files.writeString(fleet.folder().resolve("key"), "wk1.not.a.key\n");

        eve.says("status").failed(ExitCode.DENIED, "wherry login");
        eve.says(
                        "login",
                        fleet.hub().url(),
                        "--token-file",
                        key.toString(),
                        "--ca-file",
                        fleet.hub().authority().toString())
                .failed(ExitCode.DENIED, "KeyUnknown", "fix: ");
        eve.says("login", fleet.hub().url(), "--token-file", fleet.folder() + "/nokey")
                .failed(ExitCode.NOT_FOUND, fleet.folder() + "/nokey does not exist");
        eve.says(
                        "login",
                        fleet.hub().url(),
                        "--token-file",
                        fleet.hub().adminToken().toString())
                .failed(ExitCode.HUB_UNREACHABLE, fleet.hub().url(), "not trusted", "--ca-file");
    }

    @Test
    @Order(3)
    void anotherHubAtTheSameAddressIsTrustedByNobodyAndHarmsNothing() throws Exception {
        App shop = fleet.app("trusting");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        String footprint = shop.footprint("web");
        String token = fleet.operator().token();
        RunningAgent agent = fleet.agent("site");
        fleet.hub().stop();
        RunningHub impostor = fleet.hub().impostor();
        impostor.start();
        try {
            fleet.until(
                    "the impostor answers",
                    () -> fleet.operator().says("status").err().contains("not trusted"));
            fleet.operator()
                    .says("status")
                    .failed(ExitCode.HUB_UNREACHABLE, fleet.hub().url(), "not trusted", "--ca-file");
            fleet.operator()
                    .login(impostor, "--ca-file", fleet.hub().authority().toString())
                    .failed(ExitCode.HUB_UNREACHABLE, fleet.hub().url(), "not trusted", "--ca-file");

            fleet.agent("newcomer").join(token).failed(ExitCode.VERIFICATION_FAILED, "HubNotTrusted", "localhost");

            agent.says("sync");
            fleet.untilSaid("HubNotTrusted", () -> agent.says("doctor"));
            agent.says("doctor").ended(ExitCode.VERIFICATION_FAILED);
            assertThat(shop.footprint("web")).isEqualTo(footprint);
        } finally {
            impostor.stop();
            fleet.hub().start();
        }
        fleet.untilHubAnswers();
        agent.says("sync");
        shop.healthyAt(red);
        assertThat(shop.footprint("web")).isEqualTo(footprint);
    }

    @Test
    @Order(4)
    void aJoinForAnotherEnvironmentIsRefusedAndLeavesTheWayFreeForTheRightOne() throws Exception {
        String token = fleet.operator().token("--environment", "staging");
        RunningAgent agent = fleet.agent("oslo");

        Said refused = agent.join(token, "--environment", "test")
                .failed(ExitCode.DENIED, "EnvironmentMismatch", "join with --environment staging");

        assertThat(refused.err()).containsOnlyOnce("join with");
        assertThat(agent.data().resolve("agent.yaml")).doesNotExist();
        agent.says("status").failed(ExitCode.NOT_FOUND, "wherry-agent join");
        agent.join(token, "--environment", "staging").ok();
        assertThat(agent.data().resolve("agent.yaml")).content().contains("environment: \"staging\"");
    }

    @Test
    @Order(5)
    void receiptsForOneHubAreRefusedByAnother() throws Exception {
        App shop = fleet.app("receipts");
        shop.commit(App.web("red"));
        shop.declare().healthy();
        Path receipts = fleet.folder().resolve("site.receipts");
        RunningHub other = RunningHub.init(fleet.programs(), fleet.folder(), "other");
        Operator bob = new Operator(fleet.programsWith("bob"), fleet.folder());
        other.start();
        fleet.hub().stop();
        try {
            exportOne(receipts, shop);
            bob.login(other, "--ca-file", other.authority().toString()).ok();

            bob.says("bundle", "import-receipts", receipts.toString())
                    .failed(ExitCode.NOT_FOUND, "not known here", "another hub", "fix: ");

            assertThat(bob.does("audit", "list").out()).doesNotContain("receipts.import");
        } finally {
            other.stop();
            fleet.hub().start();
        }
        fleet.untilHubAnswers();
        fleet.operator().does("bundle", "import-receipts", receipts.toString());
    }

    /** With its hub out of reach, the site has something to tell as soon as it repaired something. */
    private static void exportOne(Path receipts, App shop) throws Exception {
        RunningAgent agent = fleet.agent("site");
        fleet.engine().does("rm", "-f", shop.container("web"));
        fleet.untilSaid("waits for the hub", () -> agent.says("status"));
        agent.says("receipts", "export", "-o", receipts.toString()).ok();
    }

    @Test
    @Order(6)
    void aTokenThatHasExpiredLetsNobodyIn() throws Exception {
        Duration left = Duration.between(Instant.now(), made.plus(SHORTEST).plusSeconds(1));
        if (left.isPositive()) {
            Thread.sleep(left);
        }
        fleet.untilHubAnswers();
        fleet.agent("too-late").join(shortLived).failed(ExitCode.DENIED, "TokenExpired", "wherry token create");
    }
}
