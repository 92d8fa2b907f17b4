package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.docker.TestImages;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dependsOn} between stacks, from the YAML to the order of containers on the engine. */
class StackDependenciesIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    /** Becomes healthy when somebody touches a file in it. */
    private static final String GATED = """
            services:
              web:
                image: %s
                command: [sleep, infinity]
                stop_signal: SIGKILL
                healthcheck:
                  test: [CMD, test, -f, /tmp/ready]
                  interval: 1s
                  retries: 100
            """.formatted(TestImages.BUSYBOX_1);

    @Test
    void aDependentBeginsOnlyWhenTheOtherIsHealthy() throws Exception {
        App base = fleet.app("base");
        App shop = fleet.app("shop");
        base.commit(GATED);
        shop.commit(App.web("red"));

        base.declare("healthTimeout: 2m");
        shop.declare("dependsOn: [" + base.name() + "]");
        fleet.until("the base runs", () -> fleet.engine().runs(base.container("web")));
        shop.says("waits until stack " + base.name() + " is healthy");
        assertThat(fleet.engine().containers(shop.name())).isEmpty();

        fleet.engine().does("exec", base.container("web"), "touch", "/tmp/ready");

        base.healthy();
        shop.healthy();
        assertThat(started(base)).isBefore(started(shop));
    }

    @Test
    void removalGoesInReverse() throws Exception {
        App base = fleet.app("below");
        App shop = fleet.app("above");
        base.commit(App.web("red"));
        shop.commit(App.slowToStop("red"));
        base.declare().healthy();
        shop.declare().healthy();
        shop.declare(
                "dependsOn: [" + base.name() + "]"); // said only now: no new generation, and it counts all the same
        List<String> both = List.of(shop.container("web"), base.container("web"));

        try (Destroyed destroyed = fleet.destroyed("removal")) {
            fleet.operator().does("delete", "stack", base.name(), shop.name(), "--yes");
            fleet.operator().does("wait", "stack", base.name(), "--for", "deleted", "--timeout", "4m");
            fleet.operator().does("wait", "stack", shop.name(), "--for", "deleted", "--timeout", "4m");

            fleet.until("the engine tells of both", () -> destroyed.among(both).size() == both.size());
            assertThat(destroyed.among(both)).containsExactlyElementsOf(both);
        }
    }

    @Test
    void aCycleIsRefusedAndNamesTheWayRound() throws Exception {
        App one = fleet.app("one");
        App two = fleet.app("two");
        String both =
                one.stack("dependsOn: [" + two.name() + "]") + "---\n" + two.stack("dependsOn: [" + one.name() + "]");
        String way = two.name() + " -> " + one.name() + " -> " + two.name();

        fleet.operator().applies(both).failed(ExitCode.FAILED, "Stack/" + two.name(), way, "DependencyCycle", "fix: ");
        fleet.operator()
                .says("apply", "--dry-run", "-f", fleet.operator().file(both))
                .failed(ExitCode.FAILED, way);
        fleet.operator().says("diff", "-f", fleet.operator().file(both)).failed(ExitCode.USAGE, way);

        fleet.operator().says("get", "stack", one.name()).failed(ExitCode.NOT_FOUND, one.name());
    }

    @Test
    void whatAnotherStackStillNeedsIsNotTakenAway() throws Exception {
        App base = fleet.app("needed");
        App shop = fleet.app("needs");
        base.commit(App.web("red"));
        base.declare().healthy();
        shop.declare("dependsOn: [" + base.name() + "]");

        fleet.operator()
                .says("delete", "stack", base.name(), "--yes")
                .failed(ExitCode.BLOCKED, base.name(), shop.name() + " depends on", "fix: delete it first or with it");
        fleet.operator()
                .says(
                        "apply",
                        "--prune",
                        "--yes",
                        "--set",
                        "other",
                        "-f",
                        fleet.operator().file(base.source()))
                .ok();
        fleet.operator().does("apply", "--set", "other", "-f", fleet.operator().file(base.stack()));
        fleet.operator()
                .says(
                        "apply",
                        "--prune",
                        "--yes",
                        "--set",
                        "other",
                        "-f",
                        fleet.operator().file(base.source()))
                .failed(ExitCode.BLOCKED, "Stack/" + base.name() + " cannot be pruned", shop.name(), "fix: ");

        assertThat(fleet.engine().runs(base.container("web"))).isTrue();
        base.healthy();
    }

    @Test
    void aStackThatIsMissingIsNamedInThePlan() throws Exception {
        App lonely = fleet.app("lonely");
        lonely.commit(App.web("red"));
        lonely.declare("dependsOn: [nobody]");

        lonely.says("dependsOn: stack nobody does not exist");
        assertThat(fleet.operator().does("stack", "plan", lonely.name()).out())
                .contains("agent/site", "DependencyMissing: dependsOn: stack nobody does not exist");
        assertThat(fleet.engine().containers(lonely.name())).isEmpty();
    }

    private static Instant started(App app) throws Exception {
        return Instant.parse(fleet.engine().inspect(app.container("web"), "{{.State.StartedAt}}"));
    }
}
