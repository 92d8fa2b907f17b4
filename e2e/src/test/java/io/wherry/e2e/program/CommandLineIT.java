package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slips of the keyboard, narrow windows, closed pipes: the command line stays understandable. */
class CommandLineIT {
    /** As long as an agent's name may be in a narrow window without being all there is. */
    private static final String LONG_NAME = "shop-floor-north-0017";

    private static final int NARROW = 40;

    @RegisterExtension
    static final Fleet fleet = Fleet.of(LONG_NAME);

    @Test
    void anUnknownWordIsAnsweredWithTheNearestKnownOne() throws Exception {
        Operator operator = fleet.operator().typing();
        operator.says("gte", "agents").failed(ExitCode.USAGE, "gte", "did you mean", "get", "--help");
        operator.says("get", "agnets").failed(ExitCode.USAGE, "unknown kind: agnets", "did you mean \"agents\"?");
        operator.says("get", "agents", "--selectr", "a=b").failed(ExitCode.USAGE, "--selectr", "--selector");
        operator.says("stack", "sycn", "shop").failed(ExitCode.USAGE, "sycn", "did you mean", "sync");
        operator.says("get", "agent", "shop-floor-north-0018")
                .failed(
                        ExitCode.NOT_FOUND,
                        "shop-floor-north-0018 does not exist",
                        "did you mean \"" + LONG_NAME + "\"?");
        operator.says("stack", "sync", "shop", "--retry", "--correct").failed(ExitCode.USAGE, "--retry", "--correct");

        fleet.agent(LONG_NAME).says("sycn").failed(ExitCode.USAGE, "sycn", "did you mean \"sync\"?");
        fleet.agent(LONG_NAME)
                .says("sync", "shop")
                .failed(ExitCode.FAILED, "stack \"shop\" is not running at this agent");
        fleet.programs().run("wherry-hub", "srve").failed(ExitCode.USAGE, "srve", "serve");
        fleet.programs()
                .run("wherry-hub", "check-config", "--data", fleet.hub().data().toString(), "--set", "listen.agent=1")
                .failed(ExitCode.USAGE, "listen.agent", "did you mean \"listen.agents\"?");
    }

    @Test
    void aWrongFileIsToldOfWithAllItsPlacesAtOnceAndNothingIsStored() throws Exception {
        Said said = fleet.operator().applies("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: good}
                spec: {type: git, url: "https://localhost/good.git"}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stak
                metadata: {name: x}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: x, lables: {}}
                spec:
                  sourceRef: shop
                  targts: []
                  sync: {mod: auto}
                  observe: 5 minutes
                """);

        String file = fleet.folder().resolve("fleet.yaml") + ":";
        said.failed(
                ExitCode.FAILED,
                file + "7:7: kind: \"Stak\" is not known (did you mean \"Stack\"?)",
                file + "12:21: unknown field \"lables\" (did you mean \"labels\"?)",
                file + "15:3: unknown field \"targts\" (did you mean \"targets\"?)",
                file + "16:10: unknown field \"mod\" (did you mean \"mode\"?)",
                file + "17:12: observe: duration: 5 minutes (expected: a form like 90s, 5m, 1h30m or 7d)");
        fleet.operator().typing().says("get", "source", "good").failed(ExitCode.NOT_FOUND, "good");
    }

    @Test
    void aWindowOfFortyColumnsShowsEveryNameWhole() throws Exception {
        App shop = fleet.app("a-stack-with-a-long-name");
        shop.commit(App.web("red"));
        shop.declare("sync: {mode: manual}");
        shop.says("OutOfSync");

        for (String command : List.of("get agents", "get stacks", "get stacks -o wide", "get sources", "get tokens")) {
            List<String> lines = screen(command);
            assertThat(lines).as(command).isNotEmpty().allMatch(line -> line.length() <= NARROW);
            assertThat(lines).as(command).noneMatch(line -> line.endsWith(" …") || line.endsWith("  M…"));
        }
        assertThat(screen("get agents")).anyMatch(line -> line.startsWith(LONG_NAME + "  ✔ Ready"));
        assertThat(screen("get stacks")).anyMatch(line -> line.startsWith(shop.name()));
        // A sentence is left whole: the terminal itself wraps it, and a command in it can be copied.
        assertThat(screen("status"))
                .anyMatch(line -> line.startsWith("✘ stack/" + shop.name() + ": OutOfSync: "))
                .contains("    next: wherry stack plan " + shop.name());
    }

    @Test
    void intoAPipeNothingIsEverCut() throws Exception {
        assertThat(fleet.operator().typing().does("get", "agents", "-o", "wide").out())
                .contains(LONG_NAME, "docker ", "site=" + LONG_NAME)
                .doesNotContain("…", "\u001b");
    }

    @Test
    void aReaderThatGoesAwayIsNoFailure() throws Exception {
        for (String command : List.of(
                "wherry get agents | head -0",
                "wherry get agents -o json | head -1",
                "wherry --help | head -1",
                "wherry-agent status --data " + fleet.agent(LONG_NAME).data() + " | head -0",
                "wherry-hub doctor --data " + fleet.hub().data() + " | head -0")) {
            Said said = fleet.programs()
                    .run("bash", "-c", "PATH=" + Programs.path("") + ":$PATH; set -o pipefail; " + command);
            assertThat(said.exit()).as(said.toString()).isZero();
            assertThat(said.err()).as(said.toString()).isEmpty();
        }
    }

    @Test
    void aDiskThatIsFullIsAFailure() throws Exception {
        fleet.programs()
                .run("bash", "-c", Programs.path("wherry") + " get agents > /dev/full")
                .failed(ExitCode.FAILED, "standard output cannot be written", "No space left");
        fleet.programs()
                .run(
                        "bash",
                        "-c",
                        Programs.path("wherry-agent") + " status --data "
                                + fleet.agent(LONG_NAME).data() + " > /dev/full")
                .failed(ExitCode.FAILED, "standard output cannot be written", "No space left");
        fleet.programs()
                .run("bash", "-c", Programs.path("wherry-hub") + " version > /dev/full")
                .failed(ExitCode.FAILED, "standard output cannot be written", "No space left");
    }

    @Test
    void theSameConfigurationMistakesHaveTheSameExitCodesEverywhere() throws Exception {
        Path nowhere = fleet.folder().resolve("nowhere");
        Path file = Files.writeString(fleet.folder().resolve("wrong.yaml"), "hostnames: [localhost]\ncolour: red\n");
        hub("serve", "--data", nowhere.toString()).failed(ExitCode.NOT_FOUND, nowhere.toString(), "wherry-hub init");
        hub("serve", "--data", fleet.hub().data().toString())
                .failed(ExitCode.BLOCKED, fleet.hub().data().toString(), "another wherry-hub is running");
        hub("init", "--data", fleet.hub().data().toString(), "--hostname", "localhost")
                .failed(ExitCode.BLOCKED, fleet.hub().data().toString(), "initialised already");
        hub("serve", "--data", fleet.hub().data().toString(), "--config", file.toString())
                .failed(ExitCode.USAGE, file + ":2:1", "unknown field \"colour\"");

        RunningAgent agent = fleet.agent(LONG_NAME);
        fleet.agent("nowhere").says("status").failed(ExitCode.NOT_FOUND, nowhere.toString(), "wherry-agent join");
        fleet.agent("nowhere").says("run").failed(ExitCode.NOT_FOUND, nowhere.toString(), "wherry-agent join");
        agent.says("run").failed(ExitCode.BLOCKED, agent.data().toString());
        agent.join(fleet.operator().token()).failed(ExitCode.BLOCKED, LONG_NAME, "wherry-agent leave");
    }

    private static Said hub(String... arguments) throws Exception {
        return fleet.programs()
                .run(Stream.concat(Stream.of("wherry-hub"), Stream.of(arguments))
                        .toList());
    }

    private static List<String> screen(String command) throws Exception {
        return Screen.lines(fleet.programs(), NARROW, Programs.path("wherry") + " " + command);
    }
}
