package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.ComposeOracle;
import io.wherry.e2e.docker.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A project that a person runs by hand: seen from the hub, written back as a file, and taken over from there without a restart. */
class AdoptExportIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("closed");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Nothing happens before a person has seen the plan. */
    private static final String BY_HAND = "sync: {mode: manual, siteInterval: 10s}";

    private static final String SECRET =
            "hunter2-%d".formatted(ProcessHandle.current().pid());

    @Test
    void comesFromTheSiteAsAFileAndUnderTheHubWithoutARestart() throws Exception {
        App shop = fleet.appAt("open", "shop");
        brought(shop);
        String before = shop.footprint("web");
        joinOpen();

        assertThat(fleet.operator().does("export", "stack", "--agent", "open").out())
                .contains(shop.name() + "  1/1 running  people");
        Path file = fleet.folder().resolve("exported.yaml");
        Said exported = fleet.operator()
                .does("export", "stack", "--agent", "open", "--project", shop.name(), "-o", file.toString());
        assertThat(exported.out() + exported.err()).contains("may be secrets").doesNotContain(SECRET);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains(SECRET).doesNotContain("PATH");

        shop.commit(Files.readString(file).replace(SECRET, "another-" + SECRET));
        shop.declare(BY_HAND, "compose: {adopt: true}");
        planSays(shop, "replaces " + shop.container("web") + " (service/web): differs in environment.PASSWORD");
        shop.commit(Files.readString(file));
        planSays(shop, "takes over " + shop.container("web") + " (service/web) as it is");
        assertThat(shop.footprint("web")).isEqualTo(before);

        shop.declare().says("NameTaken");
        assertThat(fleet.operator().does("describe", "stack", shop.name()).out())
                .contains("adopt: true");
        shop.declare("compose: {adopt: true}").healthy();

        assertThat(shop.footprint("web")).isEqualTo(before);
        assertThat(fleet.operator()
                        .does("get", "stack", shop.name(), "-o", "tree", "--agent", "open")
                        .out())
                .contains("agent/open", "service/web  \u2714 Healthy", shop.container("web") + "  \u2714 Healthy");
        fleet.operator().does("logs", shop.name(), "--agent", "open", "--service", "web", "--tail", "5");
        assertThat(fleet.hub().logEnd() + fleet.agent("open").logEnd()).doesNotContain(SECRET);
        assertThat(fleet.operator()
                        .does("audit", "list", "--object", "Agent/open", "-o", "json")
                        .out())
                .contains("agent.export")
                .doesNotContain(SECRET);
    }

    @Test
    void aSiteThatDoesNotAllowItIsNotRead() throws Exception {
        Said refused = fleet.operator().says("export", "stack", "--agent", "closed");

        assertThat(refused.ended(ExitCode.BLOCKED).err())
                .contains("ExportRefused")
                .contains("export: allow");
    }

    @Test
    void anAgentThatDoesNotComeIsNamedWhenTheTimeIsOver() throws Exception {
        RunningAgent away = fleet.join("away");
        away.stop();

        Said late = fleet.operator().says("export", "stack", "--agent", "away", "--timeout", "1s");

        assertThat(late.ended(ExitCode.TIMEOUT).err())
                .contains("away is not polling")
                .contains("it was heard last at ")
                .contains("wherry get agent away");
    }

    @Test
    void aPlanSaysThatASiteIsAwayAndIsOtherwiseAsEver() throws Exception {
        RunningAgent gone = fleet.join("gone");
        gone.stop();
        App till = fleet.appAt("gone", "till");
        till.commit("services: {web: {image: %s}}".formatted(TestImages.BUSYBOX_1));

        till.declare(BY_HAND, "compose: {adopt: true}");

        planSays(till, "2 to create", "+ service/web", "what taking over would replace is not known: gone is away");
    }

    /** The source is fetched in its own time. */
    private static void planSays(App app, String... words) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String plan = "";
        while (!List.of(words).stream().allMatch(plan::contains)) {
            assertThat(System.nanoTime()).as(plan).isLessThan(end);
            Thread.sleep(500);
            plan = fleet.operator().does("stack", "plan", app.name()).out();
        }
        assertThat(plan).doesNotContain(SECRET);
    }

    private static void joinOpen() throws Exception {
        RunningAgent open = fleet.agent("open", fleet.programs().with("WHERRY_AGENT_EXPORT", "allow"));
        open.join(fleet.operator().token("--labels", "site=open")).ok();
        open.start();
        fleet.operator().does("wait", "agent", "open", "--for", "connected", "--timeout", "2m");
    }

    /** {@code docker compose up -d} by a person. */
    private static void brought(App app) throws Exception {
        Path folder = Files.createDirectory(fleet.folder().resolve("by-hand"));
        Files.writeString(folder.resolve("compose.yaml"), """
            services:
              web:
                image: %s
                command: [sleep, infinity]
                stop_signal: SIGKILL
                restart: unless-stopped
                environment: {PASSWORD: %s}
                volumes: ["data:/data"]
            volumes: {data: }
            """.formatted(TestImages.BUSYBOX_1, SECRET));
        Process up = new ProcessBuilder(List.of(
                        ComposeOracle.find().program(),
                        "-p",
                        app.name(),
                        "-f",
                        folder.resolve("compose.yaml").toString(),
                        "up",
                        "-d"))
                .redirectErrorStream(true)
                .start();
        up.getOutputStream().close();
        String said = new String(up.getInputStream().readAllBytes(), UTF_8);
        assertThat(up.waitFor()).as(said).isZero();
    }
}
