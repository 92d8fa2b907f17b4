package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A site that is given up: what it runs goes first, its data stays, and only then its agent is retired. */
class RetireIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("closing");

    @Test
    void whatItRunsGoesInReverseOrderItsDataStaysAndThenItIsRetired() throws Exception {
        App base = fleet.app("base");
        App shop = fleet.app("shop");
        base.commit(App.withVolume("red"));
        shop.commit(App.slowToStop("red"));
        base.declare().healthy();
        shop.declare("dependsOn: [" + base.name() + "]").healthy();
        RunningAgent site = fleet.agent("closing");
        List<String> both = List.of(shop.container("web"), base.container("web"));

        try (Destroyed destroyed = fleet.destroyed("retired")) {
            fleet.operator().does("agent", "retire", "closing", "--remove-workloads", "--yes");
            untilItIsGone("closing");

            fleet.until("the engine tells of both", () -> destroyed.among(both).size() == both.size());
            assertThat(destroyed.among(both)).containsExactlyElementsOf(both);
        }
        assertThat(fleet.engine().hasVolume(base.name() + "_data")).isTrue();
        assertThat(audited("closing")).containsSubsequence("user:admin agent.retire", "hub agent.gone");
        fleet.untilSaid("AgentRetired", () -> site.says("status"));
        assertThat(site.says("doctor").ended(ExitCode.DENIED).out()).contains("AgentRetired", "wherry-agent leave");
        site.stop();
        assertThat(site.says("run", "--once").ended(ExitCode.DENIED).out())
                .as("no timer takes that for a hub that is away")
                .contains("AgentRetired");
        site.says("sync").ended(ExitCode.DENIED);
    }

    @Test
    void oneThatIsOutOfReachStaysListedAsRetiringUntilItComesBack() throws Exception {
        RunningAgent site = fleet.join("dark");
        App shop = fleet.appAt("dark", "dark");
        shop.commit(App.web("red"));
        shop.declare().healthy();
        site.stop();

        fleet.operator().does("agent", "retire", "dark", "--remove-workloads", "--yes");

        assertThat(fleet.operator().does("describe", "agent", "dark").out())
                .contains("Retiring", "wherry agent retire dark");
        assertThat(fleet.engine().runs(shop.container("web"))).isTrue();
        site.start();
        untilItIsGone("dark");
        assertThat(fleet.engine().containers(shop.name())).isEmpty();
    }

    private static void untilItIsGone(String agent) throws Exception {
        fleet.until(
                agent + " is listed no more",
                () -> fleet.operator().does("get", "agents", "-o", "json").json().objects("items").stream()
                        .noneMatch(
                                item -> item.object("metadata").string("name").equals(agent)),
                () -> fleet.operator().does("describe", "agent", agent).out());
    }

    /** Who did what to the agent, oldest first. */
    private static List<String> audited(String agent) throws Exception {
        return fleet
                .operator()
                .does("audit", "list", "--object", "Agent/" + agent, "-o", "json")
                .json()
                .objects("items")
                .stream()
                .map(record -> record.string("actor") + " " + record.string("action"))
                .toList();
    }
}
