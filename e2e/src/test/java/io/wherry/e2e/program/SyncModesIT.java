package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.e2e.docker.TestImages;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a stack moves, and on whose word: manual mode, plan, pin, rollback, retry, and what becomes of drift. */
class SyncModesIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    private static final String MANUAL = "sync: {mode: manual, siteInterval: 10s}";

    @Test
    void aRevisionOfAManualStackWaitsUntilSomebodySyncsIt() throws Exception {
        App shop = fleet.app("manual");
        String red = shop.commit(App.web("red"));
        shop.declare(MANUAL);
        shop.says("OutOfSync: 1 of 1 target would change: site");
        assertThat(fleet.engine().containers(shop.name())).isEmpty();
        assertThat(fleet.operator().does("status").out())
                .contains("OutOfSync", "next: wherry stack plan " + shop.name());

        sync(shop).ok();
        shop.healthyAt(red);
        String blue = shop.push(App.web("blue"));

        shop.says("OutOfSync");
        assertThat(shop.colour()).isEqualTo("red");
        assertThat(shop.status().string("revision")).isEqualTo(red);

        sync(shop, "--reason", "the shop wants blue", "--change", "SHOP-7").ok();
        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
        assertThat(fleet.operator()
                        .does("audit", "list", "--change", "SHOP-7", "-o", "json")
                        .out())
                .contains("stack.sync", "the shop wants blue");
    }

    @Test
    void aVolumeThatIsDeclaredNoMoreStaysIsNamedAndKeepsNobodyWaiting() throws Exception {
        App shop = fleet.app("leftover");
        shop.commit(App.withVolume("red"));
        shop.declare().healthy();

        String blue = shop.push(App.web("blue"));

        shop.healthyAt(blue);
        fleet.until("what stays is told", () -> fleet.operator()
                .does("describe", "stack", shop.name())
                .out()
                .contains("volume/data"));
        shop.healthyAt(blue); // also when it is known
        assertThat(fleet.operator().does("status").out()).containsPattern(shop.name() + ".*✔ Healthy, Leftover");
        assertThat(fleet.engine().hasVolume(shop.name() + "_data")).isTrue();
    }

    @Test
    void aPlanShowsWhatIsCreatedChangedFieldByFieldAndRemoved() throws Exception {
        App shop = fleet.app("plan");
        shop.commit(App.web("red") + """
                  old:
                    image: %s
                    command: [sleep, infinity]
                    stop_signal: SIGKILL
                """.formatted(TestImages.BUSYBOX_1));
        shop.declare(MANUAL);
        shop.says("OutOfSync");
        sync(shop).ok();
        shop.healthy();

        String next = shop.push(App.web("blue").replace(TestImages.BUSYBOX_1, TestImages.BUSYBOX_2)
                + """
                  new:
                    image: %s
                """.formatted(TestImages.BUSYBOX_1));
        shop.says("OutOfSync");

        Said plan = fleet.operator().does("stack", "plan", shop.name());
        assertThat(plan.lines().getFirst()).isEqualTo("stack/" + shop.name() + " at " + next);
        assertThat(plan.out())
                .containsPattern("agent/site: 1 to create, 1 to change, 1 to remove \\(as of .*\\)")
                .contains("  + service/new\n", "  - service/old\n", "  ~ service/web\n")
                .contains("      environment.COLOUR: \"red\" -> \"blue\"\n")
                .contains("      image: \"wherry.test/busybox:1\" -> \"wherry.test/busybox:2\"\n");

        Json.Obj json = fleet.operator()
                .does("stack", "plan", shop.name(), "-o", "json")
                .json();
        assertThat(json.bool("changesNothing")).isFalse();
        List<Json.Obj> changes = json.objects("targets").getFirst().objects("changes");
        assertThat(changes)
                .extracting(change -> change.string("action") + " " + change.string("object"))
                .containsExactlyInAnyOrder("create service/new", "change service/web", "remove service/old");
        assertThat(changes.stream()
                        .filter(change -> change.string("object").equals("service/web"))
                        .flatMap(change -> change.objects("fields").stream()))
                .extracting(field -> field.string("field"))
                .containsExactlyInAnyOrder("environment.COLOUR", "image");
        assertThat(shop.colour()).as("a plan changes nothing").isEqualTo("red");
    }

    @Test
    void driftIsRepairedByItselfInAutoMode() throws Exception {
        App shop = fleet.app("corrected");
        shop.commit(App.web("red"));
        shop.declare().healthy();

        fleet.engine().does("rm", "-f", shop.container("web"));

        fleet.until("the container is back", () -> fleet.engine().runs(shop.container("web")));
        fleet.until("the hub knows", () -> fleet.operator()
                .does("events", "--object", "stack/" + shop.name())
                .out()
                .contains("DriftCorrected"));
    }

    @Test
    void driftOfAManualStackWaitsAndCorrectRepairsItWithoutMovingTheRevision() throws Exception {
        App shop = fleet.app("drifted");
        String red = shop.commit(App.web("red"));
        shop.declare(MANUAL);
        shop.says("OutOfSync");
        sync(shop).ok();
        shop.healthyAt(red);
        shop.push(App.web("blue"));
        shop.says("OutOfSync");

        fleet.engine().does("rm", "-f", shop.container("web"));
        fleet.until(
                "the drift is known",
                () -> describe(shop).contains("differs from what was assigned: service/web"),
                () -> describe(shop));
        assertThat(describe(shop)).containsPattern("DIFFERS AT +OBJECT +FIELD +WANTED +FOUND\nsite +service/web ");
        assertThat(fleet.engine().containers(shop.name())).isEmpty();

        fleet.operator().does("stack", "sync", shop.name(), "--correct");

        fleet.until("the container is back", () -> fleet.engine().runs(shop.container("web")));
        assertThat(shop.colour()).isEqualTo("red");
        fleet.until("it is healthy again", () -> shop.status().integer("healthy") == 1);
        assertThat(shop.status().string("revision")).isEqualTo(red);
    }

    @Test
    void alwaysApplyPutsTheWholeStateBackAtEverySiteCycleWithoutMovingTheRevision() throws Exception {
        App shop = fleet.app("always");
        String red = shop.commit(App.web("red"));
        shop.declare("sync: {mode: manual, alwaysApply: true, siteInterval: 10s}");
        shop.says("OutOfSync");
        assertThat(fleet.operator().does("stack", "plan", shop.name()).out())
                .contains("alwaysApply: the whole state is applied at 1 target every 10s");
        sync(shop).ok();
        shop.healthyAt(red);
        shop.push(App.web("blue"));
        shop.says("OutOfSync");

        fleet.engine().does("rm", "-f", shop.container("web"));

        fleet.until("the container is back", () -> fleet.engine().runs(shop.container("web")));
        assertThat(shop.colour()).isEqualTo("red");
    }

    @Test
    void aRollbackStaysUntilThePinIsCleared() throws Exception {
        App shop = fleet.app("pinned");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        String blue = shop.push(App.web("blue"));
        shop.healthyAt(blue);

        fleet.operator().does("stack", "rollback", shop.name(), "--reason", "blue is too bright");
        shop.healthyAt(red);
        assertThat(shop.colour()).isEqualTo("red");
        assertThat(fleet.operator().does("get", "stack", shop.name()).out()).contains("Pinned");

        String green = shop.push(App.web("green"));
        fleet.until("the hub has seen green", () -> fleet.operator()
                .does("get", "source", shop.name(), "-o", "json")
                .out()
                .contains(green));
        assertThat(fleet.operator().does("stack", "plan", shop.name()).out()).contains("pinned to revision 1");
        assertThat(shop.colour()).isEqualTo("red");

        fleet.operator().does("stack", "pin", shop.name(), "--clear");
        shop.healthyAt(green);
        assertThat(shop.colour()).isEqualTo("green");

        fleet.operator().does("stack", "pin", shop.name(), "--revision", "2");
        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
        fleet.operator()
                .says("stack", "pin", shop.name(), "--revision", "99")
                .failed(ExitCode.NOT_FOUND, shop.name(), "99");
        assertThat(fleet.operator().does("stack", "history", shop.name()).out())
                .contains(red.substring(0, 10), blue.substring(0, 10), green.substring(0, 10), "rollback", "pin");
    }

    @Test
    void aBadReleaseGoesBackAndIsTriedAgainOnlyWhenSomebodyAsks() throws Exception {
        App shop = fleet.app("retried");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        // Fails as long as the network it asks for a name is not there: what is wrong is not in the release.
        String lacking = fleet.named("lacking");
        shop.push(App.web("blue").replace("[sleep, infinity]", "[sh, -c, 'test -f /seen/ok && exec sleep 1000']")
                + "    volumes: [\"seen:/seen\"]\nvolumes: {seen: {external: true, name: " + lacking + "}}\n");
        fleet.engine().does("volume", "create", "--label", "com.docker.compose.project=" + lacking, lacking);

        shop.says("RolledBack");
        assertThat(shop.colour()).isEqualTo("red");
        assertThat(shop.status().string("hint")).contains("wherry stack sync " + shop.name() + " --retry");
        fleet.operator()
                .says("wait", "stack", shop.name(), "--timeout", "5s")
                .failed(ExitCode.UNHEALTHY, shop.name(), "RolledBack", "fix: ");

        fleet.engine()
                .does(
                        "run",
                        "--rm",
                        "--network",
                        "none",
                        "-v",
                        lacking + ":/seen",
                        TestImages.BUSYBOX_1,
                        "touch",
                        "/seen/ok");
        fleet.operator().does("stack", "sync", shop.name(), "--retry", "--wait", "--timeout", "4m");
        assertThat(shop.colour()).isEqualTo("blue");
    }

    private static Said sync(App app, String... flags) throws Exception {
        List<String> arguments = new java.util.ArrayList<>(List.of("stack", "sync", app.name()));
        arguments.addAll(List.of(flags));
        return fleet.operator().says(arguments.toArray(String[]::new));
    }

    private static String describe(App app) throws Exception {
        return fleet.operator().does("describe", "stack", app.name()).out();
    }
}
