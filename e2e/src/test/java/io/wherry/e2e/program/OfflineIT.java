package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hub or agent gone while a workload runs: it runs on, untouched, and is looked after by whoever is left. */
class OfflineIT {
    /** From the nudge to the commit at the site, on a busy machine. */
    private static final int LONGEST_RELEASE_MS = 3000;

    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    @Test
    void withoutItsHubAnAgentRepairsDriftAndReportsItLater() throws Exception {
        App shop = fleet.app("alone");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);

        fleet.hub().kill();
        fleet.engine().does("rm", "-f", shop.container("web"));

        fleet.until("the container is back", () -> fleet.engine().runs(shop.container("web")));
        assertThat(shop.colour()).isEqualTo("red");
        fleet.operator()
                .says("status")
                .failed(ExitCode.HUB_UNREACHABLE, fleet.hub().url(), "connection refused", "fix: ");

        fleet.hub().start();
        fleet.until("the hub has heard of it", () -> fleet.operator()
                .says("events", "--object", "stack/" + shop.name())
                .out()
                .contains("DriftCorrected"));
        shop.healthyAt(red);
    }

    @Test
    void aHubThatWasKilledAndStartedAgainHasNothingAppliedAnew() throws Exception {
        App shop = fleet.app("hub-killed");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        String footprint = shop.footprint("web");

        fleet.hub().kill();
        fleet.hub().start();
        fleet.untilHubAnswers();
        shop.healthyAt(red);
        shop.nudge();
        String blue = shop.push(App.web("blue"));
        shop.healthyAt(blue);

        assertThat(shop.status().integer("number")).as("red was offered once").isEqualTo(2);
        assertThat(shop.footprint("web")).isNotEqualTo(footprint);
        assertThat(generations(shop)).isEqualTo(2);
    }

    @Test
    void anAgentThatWasKilledAndStartedAgainTouchesNothingThatRuns() throws Exception {
        App shop = fleet.app("agent-killed");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        String footprint = shop.footprint("web");
        RunningAgent agent = fleet.agent("site");

        agent.kill();
        assertThat(fleet.engine().runs(shop.container("web"))).isTrue();
        agent.start();

        fleet.untilSaid("healthy", () -> agent.says("status"));
        agent.says("sync").ok();
        shop.healthyAt(red);
        assertThat(shop.footprint("web")).isEqualTo(footprint);
        assertThat(generations(shop)).isEqualTo(1);
    }

    @Test
    void anAgentThatIsKilledInTheMiddleOfAReleaseFinishesItAfterItsRestart() throws Exception {
        App shop = fleet.app("middle");
        shop.commit(App.web("red"));
        shop.declare("observe: 3s").healthy();
        String blue = shop.push(App.web("blue"));
        RunningAgent agent = fleet.agent("site");
        fleet.until("blue begins", () -> agent.says("status").out().matches("(?s).*" + shop.name() + "\\s+2\\s.*"));

        agent.kill();
        agent.start();

        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
        assertThat(fleet.engine().containers(shop.name())).hasSize(1);
    }

    /** Wherever it was: before it heard of the release, or long after. {@code -Dagent.kills=N} kills so often; {@code e2e/reliability/kills.sh} does so. */
    @Test
    void anAgentThatIsKilledAtAnyMomentOfAReleaseFinishesIt() throws Exception {
        Random random = new Random(Long.getLong("agent.seed", 1));
        App shop = fleet.app("any-moment");
        shop.commit(App.web("colour-0"));
        shop.declare().healthy();
        RunningAgent agent = fleet.agent("site");
        for (int kill = 1; kill <= Integer.getInteger("agent.kills", 1); kill++) {
            String commit = shop.push(App.web("colour-" + kill));
            Thread.sleep(random.nextInt(LONGEST_RELEASE_MS));
            agent.kill();
            agent.start();

            shop.healthyAt(commit);
            assertThat(shop.colour()).as("kill %d", kill).isEqualTo("colour-" + kill);
            // Told as healthy first, cleaned up then.
            fleet.until(
                    "nothing is set aside after kill " + kill,
                    () -> fleet.engine().containers(shop.name()).size() == 1);
        }
    }

    /** How often this stack was brought about at the site. */
    private static long generations(App app) throws Exception {
        return fleet.agent("site").says("status", "-o", "json").json().objects("stacks").stream()
                .filter(stack -> stack.string("name").equals(app.name()))
                .findFirst()
                .orElseThrow()
                .integer("generation");
    }
}
