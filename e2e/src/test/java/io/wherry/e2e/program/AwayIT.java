package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requirement R6: a site without its hub for a second to 30 days, hub and agent as processes whose clock is moved. */
class AwayIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site").withMovableClock();

    @Test
    void aSiteRunsOnForThirtyDaysAndGoesStraightToTheNewest() throws Exception {
        App shop = fleet.app("away");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        RunningAgent agent = fleet.agent("site");
        Json.Obj before = told(shop);

        fleet.hub().kill();
        for (Duration away : new Duration[] {
            Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(8), Duration.ofDays(30)
        }) {
            fleet.clock().putAhead(away);
            if (away.equals(Duration.ofDays(
                    8))) { // its certificate ended yesterday: it starts without a hub and without one that is valid
                agent.kill();
                agent.start();
                fleet.untilSaid("healthy", () -> agent.says("status"));
            }
            fleet.engine().does("rm", "-f", shop.container("web"));
            agent.says("sync").ok();
            fleet.until(
                    "the container is back after " + away,
                    () -> fleet.engine().runs(shop.container("web")),
                    agent::logEnd);
            assertThat(shop.colour()).isEqualTo("red");
        }
        shop.commit(App.web("blue"));
        shop.commit(App.web("white"));
        String green = shop.commit(App.web("green"));

        fleet.hub().start();
        fleet.untilHubAnswers();
        shop.nudge();
        agent.says("sync").ok(); // it would try again by itself within minutes
        shop.healthyAt(green);

        assertThat(shop.colour()).isEqualTo("green");
        assertThat(told(shop).integer("generation"))
                .as("one apply after all that time")
                .isEqualTo(before.integer("generation") + 1);
    }

    private static Json.Obj told(App app) throws Exception {
        return fleet.agent("site").says("status", "-o", "json").json().objects("stacks").stream()
                .filter(stack -> stack.string("name").equals(app.name()))
                .findFirst()
                .orElseThrow();
    }
}
