package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** R15: a hub that is lost comes back from its backup, and no site is sent back to what it knew then. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    @Test
    @Order(1)
    void aSiteKeepsWhatIsLaterThanTheBackupUntilThereIsSomethingNewer() throws Exception {
        App shop = fleet.app("shop");
        App steady = fleet.app("steady");
        steady.declare().healthyAt(steady.commit(App.web("grey")));
        shop.declare().healthyAt(shop.commit(App.web("red")));
        Path backup = fleet.folder().resolve("hub.backup");
        fleet.hub().backsUp(backup).ok();
        fleet.hub().backsUp(backup).failed(ExitCode.BLOCKED, "exists already");
        fleet.hub().restores(backup, "--force").failed(ExitCode.BLOCKED, "is running on this data folder");
        shop.healthyAt(shop.push(App.web("blue")));
        String blue = shop.footprint("web");
        String grey = steady.footprint("web");

        fleet.hub().losesItsData();
        Path away = move(shop.repository().folder(), "away"); // what the site runs is nowhere but there
        restoreAndStart(backup);
        held("HeldForReview");
        review();
        held("ContentUnknown");
        restartAgent();
        assertThat(shop.footprint("web")).as("not sent back to red").isEqualTo(blue);
        assertThat(steady.footprint("web")).as("not touched").isEqualTo(grey);

        Files.move(away, shop.repository().folder());
        shop.healthyAt(shop.push(App.web("green")));
        assertThat(shop.colour()).isEqualTo("green");
        steady.healthyAt(steady.push(App.web("white")));
        fleet.operator().does("wait", "agent", "site", "--for", "connected", "--timeout", "4m");
        logIsWhole("hub.restore", 1);

        // The same backup once more: by now the agent follows a trust root that this hub has never seen.
        String green = shop.footprint("web");
        fleet.hub().losesItsData();
        restoreAndStart(backup);
        held("HeldForReview");
        shop.nudge();
        review();
        shop.healthy();
        assertThat(shop.footprint("web")).as("not applied again").isEqualTo(green);
        shop.healthyAt(shop.push(App.web("yellow")));
        assertThat(shop.colour()).isEqualTo("yellow");
        assertThat(fleet.agent("site").log()).content().contains("trust root: version 3");
        logIsWhole("hub.restore", 1);
    }

    @Test
    @Order(2)
    void aFolderThatWasPutBackByHandOffersNothingAndSaysWhatToDo() throws Exception {
        App shop = fleet.app("byhand");
        shop.declare().healthyAt(shop.commit(App.web("red")));
        fleet.hub().stop();
        Path copy = copy(fleet.hub().data(), fleet.folder().resolve("copy"));
        start();
        shop.healthyAt(shop.push(App.web("blue")));
        String blue = shop.footprint("web");

        fleet.hub().losesItsData();
        Files.move(copy, fleet.hub().data());
        start();
        held("HubBehind");
        assertThat(fleet.hub().doctor().out()).contains("wherry-hub keys new-epoch");
        fleet.operator().says("agent", "review", "site").failed(ExitCode.BLOCKED, "new-epoch");
        fleet.hub().beginsNewEpoch().failed(ExitCode.BLOCKED, "is running");

        fleet.hub().stop();
        fleet.hub().beginsNewEpoch().ok();
        start();
        review();
        shop.healthy();
        assertThat(shop.colour()).isEqualTo("blue");
        assertThat(shop.footprint("web")).isEqualTo(blue);
        shop.healthyAt(shop.push(App.web("green")));
        logIsWhole("keys.newEpoch", 1);
    }

    private static void restoreAndStart(Path backup) throws Exception {
        fleet.hub().restores(backup).ok();
        start();
    }

    private static void start() throws Exception {
        fleet.hub().start();
        fleet.untilHubAnswers();
        fleet.agent("site").says("sync"); // it would come by itself, within its back-off
    }

    /** In every place where an operator looks. */
    private static void held(String reason) throws Exception {
        fleet.untilSaid("agent/site: " + reason, () -> fleet.operator().does("status"));
        assertThat(fleet.operator().does("get", "agents").out()).contains(reason);
        assertThat(fleet.operator().does("describe", "agent", "site").out()).contains("Reviewed", reason);
    }

    private static void review() throws Exception {
        fleet.untilSaid("no longer held", () -> fleet.operator().says("agent", "review", "--all"));
    }

    /** It asks the hub anew at its start, and looks at all that it runs. */
    private static void restartAgent() throws Exception {
        fleet.agent("site").stop();
        String before = lastSeen();
        fleet.agent("site").start();
        fleet.until("it asked the hub", () -> !lastSeen().equals(before));
    }

    private static String lastSeen() throws Exception {
        return fleet.operator().status("agent", "site").string("lastSeen");
    }

    private static void logIsWhole(String action, int times) throws Exception {
        assertThat(fleet.operator()
                        .does("audit", "list", "--stream", "user")
                        .out()
                        .lines()
                        .filter(line -> line.contains(action)))
                .hasSize(times);
        Path export = Files.writeString(
                fleet.folder().resolve("audit.jsonl"),
                fleet.operator().does("audit", "export").out());
        fleet.operator().does("audit", "verify", export.toString());
        fleet.hub().doctor().ok();
    }

    private static Path move(Path folder, String name) throws IOException {
        return Files.move(folder, folder.resolveSibling(name));
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(
                            file, to.resolve(from.relativize(file)), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }
}
