package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** New keys for a hub whose sites go on working, and follow. */
class KeysRotateIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    @Test
    void anAgentThatWasAwayDuringTwoRotationsFollowsAndOneThatRunsDoesToo() throws Exception {
        App shop = fleet.app("rotating");
        shop.declare().healthyAt(shop.commit(App.web("red")));
        String footprint = shop.footprint("web");
        RunningAgent agent = fleet.agent("site");

        rotate("hub").failed(ExitCode.BLOCKED, "is running");
        agent.stop();
        fleet.hub().stop();
        rotate("hub", "log").ok();
        rotate("release", "root").ok();
        start();
        agent.start();
        fleet.operator().does("wait", "agent", "site", "--for", "connected", "--timeout", "4m");
        shop.healthy();
        assertThat(shop.footprint("web")).as("nothing is applied again").isEqualTo(footprint);
        shop.healthyAt(shop.push(App.web("blue")));

        fleet.hub().stop();
        rotate("release", "hub").ok();
        start();
        shop.healthyAt(shop.push(App.web("green")));

        assertThat(shop.colour()).isEqualTo("green");
        assertThat(agent.log()).content().contains("trust root: version 4");
        assertThat(fleet.operator()
                        .does("audit", "list", "--stream", "user")
                        .out()
                        .lines()
                        .filter(line -> line.contains("keys.rotate")))
                .hasSize(3);
        Path export = Files.writeString(
                fleet.folder().resolve("audit.jsonl"),
                fleet.operator().does("audit", "export").out());
        fleet.operator().does("audit", "verify", export.toString());
    }

    @Test
    void anAgentThatWasAwayWhileTheAuthorityChangedTwiceComesBack() throws Exception {
        App shop = fleet.app("certified");
        shop.declare().healthyAt(shop.commit(App.web("red")));
        RunningAgent agent = fleet.agent("site");
        agent.stop();
        fleet.hub().stop();
        rotate("ca", "root").ok();
        assertThat(rotate("ca").ok().out()).contains("wherry login HUB --ca-file");
        fleet.hub().start();
        fleet.operator()
                .login(fleet.hub(), "--ca-file", fleet.hub().authority().toString())
                .ok();

        agent.start();
        fleet.operator().does("wait", "agent", "site", "--for", "connected", "--timeout", "4m");
        shop.healthyAt(shop.push(App.web("blue")));
        assertThat(shop.colour()).isEqualTo("blue");
    }

    @Test
    void aRoleThatDoesNotExistIsNamedWithThoseThatDo() throws Exception {
        rotate("relaese").failed(ExitCode.USAGE, "relaese", "release");
    }

    private static void start() throws Exception {
        fleet.hub().start();
        fleet.untilHubAnswers();
    }

    private static Said rotate(String... roles) throws Exception {
        return fleet.hub().rotates(roles);
    }
}
