package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code wherry-agent} as a process: its ports, its folder, its engine, its leaving. */
class SiteIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    /** S21. */
    @Test
    void listensOnNoTcpOrUdpPortWhileItWorks() throws Exception {
        RunningAgent site = fleet.join("portless");
        deployed(site);
        String agent = "pid=" + site.pid() + ",";

        List<String> listening = ss("-tulpnH");
        assertThat(listening)
                .anyMatch(line -> line.contains("pid=" + fleet.hub().pid() + ",")); // what listens is seen
        assertThat(listening).noneMatch(line -> line.contains(agent));
        fleet.until("it has called out", () -> ss("-tpnH", "state", "established").stream()
                .anyMatch(line -> line.contains(agent)));
        assertThat(ss("-xlpnH")).anyMatch(line -> line.contains("control.sock") && line.contains(agent));
    }

    @Test
    void itsDoctorIsContentAndSaysWhatItLookedAt() throws Exception {
        RunningAgent site = fleet.join("sound");
        deployed(site);

        Said doctor = site.says("doctor").ok();

        assertThat(doctor.lines()).allMatch(line -> line.startsWith("✔ ok "));
        assertThat(doctor.out()).contains("service: agent sound runs", "disk: ", "runtime: docker ", "hub: answered ");
    }

    @Test
    void aSecondOneOnTheSameFolderIsRefusedByTheNameOfTheFirst() throws Exception {
        RunningAgent site = fleet.join("single");
        String first = "in use by agent \"single\" (process " + site.pid() + ")";

        for (String[] command :
                new String[][] {{"run"}, {"run", "--once"}, {"leave"}, {"leave", "--remove-workloads"}}) {
            site.says(command).failed(ExitCode.BLOCKED, first, site.data().toString(), "--data");
        }

        site.says("status").ok(); // the first is not bothered
        fleet.operator().does("wait", "agent", "single", "--for", "connected");
    }

    /** S14. */
    @Test
    void aCopyOfItsStateFolderAndItselfAreOfferedNothingUntilAPersonHasDecided() throws Exception {
        RunningAgent site = fleet.join("twin");
        App shop = deployed(site);
        String folder = site.data().resolveSibling("copy").toString();
        fleet.until("it is copied while it works", () -> {
            fleet.programs().run("rm", "-rf", folder).ok();
            return fleet.programs()
                            .run("cp", "-a", site.data().toString(), folder)
                            .exit()
                    == 0; // a file that goes in the middle of it is missed
        });
        RunningAgent copy = fleet.agent("copy");

        copy.start();

        for (RunningAgent one : List.of(site, copy)) {
            fleet.untilSaid("AgentCopied", () -> one.says("status"));
        }
        assertThat(fleet.operator().does("describe", "agent", "twin").out())
                .contains("AgentCopied", "wherry agent review");
        String blue = shop.push(App.web("blue"));
        copy.stop();
        assertThat(shop.colour()).isEqualTo("red");
        fleet.untilSaid("no longer held", () -> fleet.operator().says("agent", "review", "twin"));
        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
    }

    @Test
    void leavesItsWorkloadsBehindUnlessAsked() throws Exception {
        RunningAgent site = fleet.join("leaver");
        App shop = deployed(site);
        Map<String, String> before = fleet.engine().containers(shop.name());
        site.stop();

        Said left = site.says("leave").ok();

        assertThat(left.err()).contains("wherry agent retire leaver");
        assertThat(fleet.engine().containers(shop.name())).isEqualTo(before);
        assertThat(fleet.engine().runs(shop.container("web"))).isTrue();
        assertThat(site.data().resolve("identity.key")).doesNotExist();
        assertThat(site.data().resolve("agent.json")).doesNotExist();
        site.says("status").failed(ExitCode.NOT_FOUND, "wherry-agent join");
        site.says("leave").failed(ExitCode.NOT_FOUND, "no agent has joined");
    }

    @Test
    void takesItsWorkloadsAlongWhenAskedAndNeverTheirData() throws Exception {
        RunningAgent site = fleet.join("mover");
        App shop = deployed(site);
        site.stop();

        site.says("leave", "--remove-workloads").ok();

        assertThat(fleet.engine().containers(shop.name())).isEmpty();
        assertThat(fleet.engine().does("network", "ls", "-q", "--filter", "name=" + shop.name()))
                .isEmpty();
        assertThat(fleet.engine().hasVolume(shop.name() + "_data")).isTrue();
        assertThat(site.data().resolve("identity.key")).doesNotExist();
    }

    /** To the agent an engine is another one when it has another id than the one written down; here the writing is changed instead of the engine. */
    @Test
    void touchesNothingOnAnotherEngineBeforeAPersonAcceptsIt() throws Exception {
        RunningAgent site = fleet.join("replaced");
        App shop = deployed(site);
        site.stop();
        assertThat(Files.readString(site.data().resolve("runtime.json")))
                .contains(fleet.engine().does("network", "inspect", "-f", "{{.Id}}", "none"));
        Files.writeString(site.data().resolve("runtime.json"), "{\"id\":\"" + "0".repeat(64) + "\"}");
        fleet.engine().does("rm", "-f", shop.container("web"));

        site.says("sync").ok(); // one whole cycle, done when this returns
        assertThat(fleet.engine().containers(shop.name())).isEmpty();
        site.start();

        fleet.until("the hub shows why", () -> fleet.operator()
                .does("describe", "stack", shop.name())
                .out()
                .contains("RuntimeChanged"));
        assertThat(fleet.operator().does("describe", "agent", "replaced").out())
                .contains("RuntimeReady", "RuntimeChanged", "wherry-agent resume --accept-runtime");
        assertThat(site.says("doctor").ended(ExitCode.BLOCKED).out()).contains("RuntimeChanged");
        assertThat(site.says("status").ok().out()).contains("RuntimeChanged", "Pending");
        assertThat(fleet.engine().containers(shop.name())).isEmpty();

        Said accepted = site.says("resume", "--accept-runtime").ok();

        assertThat(accepted.err()).contains("is accepted");
        fleet.until("it is set up anew", () -> fleet.engine().runs(shop.container("web")));
        shop.healthy();
        site.says("doctor").ok();
        assertThat(site.says("resume", "--accept-runtime").ok().err()).contains("known already");
    }

    @Test
    void aPauseIsSeenAtTheHubWithItsEnd() throws Exception {
        fleet.agent(
                "paused", fleet.programs().with("WHERRY_AGENT_HUB_HOLD_MAX", "10m")); // longer than anybody waits here
        RunningAgent site = fleet.join("paused");
        String said = site.says("pause", "--for", "2h").ok().err();

        fleet.until(
                "the hub shows the pause",
                () -> fleet.operator().does("get", "agents").out().contains("paused at the site until"));
        String until = fleet.operator()
                .does("describe", "agent", "paused")
                .out()
                .lines()
                .filter(line -> line.contains("pausedUntil"))
                .findFirst()
                .orElseThrow();
        assertThat(said).contains(until.replaceAll(".*?(20[-0-9]+T[0-9:]+).*", "$1"));

        site.says("resume").ok();

        fleet.until(
                "the hub shows its end",
                () -> !fleet.operator().does("get", "agents").out().contains("paused at the site until"));
    }

    /** A stack with a volume that is healthy there. */
    private static App deployed(RunningAgent site) throws Exception {
        App shop = fleet.appAt(site.name(), site.name());
        shop.commit(App.withVolume("red"));
        return shop.declare().healthy();
    }

    private static List<String> ss(String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of("ss"));
        command.addAll(List.of(flags));
        return fleet.programs().run(command).ok().lines();
    }
}
