package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** New content goes to two sites with an engine each, in waves: a bad commit ends at the first, or is taken back from both, and of one street one site is away at a time. */
class RolloutIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("north");

    private static final String BOTH = "agentSelector: 'site in (north,south)'";
    private static OwnEngine south;

    @BeforeAll
    static void aSecondSite() throws Exception {
        south = OwnEngine.start(Files.createDirectory(fleet.folder().resolve("own")), fleet.programs());
        fleet.agent("south", south.socket());
        fleet.join("south");
    }

    @AfterAll
    static void itsEngineStops() throws Exception {
        south.close();
    }

    @Test
    void aBadCommitStopsAtTheCanaryAndAFixGoesToAll() throws Exception {
        App shop = declared("waves", "careful", "waves: [{name: canary, agentSelector: site=north}], maxFailures: 1");

        shop.push(App.broken("blue"));
        shop.says("RolloutPaused");

        assertThat(shop.colour()).isEqualTo("red"); // it went back by itself
        Json.Obj paused = newest(shop);
        assertThat(progress(paused)).containsExactly("north failed", "south queued");
        assertThat(paused.string("hint")).isEqualTo("wherry rollout resume " + shop.name());
        assertThat(fleet.operator().does("rollout", "status", shop.name()).out())
                .contains("1 of 2 targets failed: north", "> canary", "next: wherry rollout resume");

        String green = shop.push(App.web("green"));
        shop.healthyAt(green);

        assertThat(shop.colour()).isEqualTo("green");
        assertThat(progress(newest(shop))).containsExactly("north succeeded", "south succeeded");
        assertThat(fleet.operator().does("rollout", "history", shop.name()).lines())
                .hasSize(4)
                .anyMatch(line -> line.contains("superseded"));
    }

    @Test
    void whatFailsAtTheSecondSiteIsTakenBackFromTheFirst() throws Exception {
        App shop = declared(
                "back",
                "reverting",
                "waves: [{name: canary, agentSelector: site=north}], maxFailures: 1, onFailure: revertAll",
                "siteVariables: [{name: SITE, from: agent.name}]");

        shop.push(App.web("blue").replace("[sleep, infinity]", "[sh, -c, 'test ${SITE} = north && sleep infinity']"));
        shop.says("RolloutReverted");

        assertThat(shop.colour()).isEqualTo("red");
        Json.Obj reverted = newest(shop);
        assertThat(reverted.string("state")).isEqualTo("reverted");
        assertThat(reverted.string("message")).contains("1 of 2 targets failed: south", "goes back to revision 1");
        assertThat(fleet.operator().does("stack", "history", shop.name()).out()).contains("revert");
        assertThat(fleet.operator().does("events").out()).contains("RolloutReverting");

        String green = shop.push(App.web("green"));
        shop.healthyAt(green); // nobody cleared anything

        assertThat(shop.colour()).isEqualTo("green");
        assertThat(progress(newest(shop))).containsExactly("north succeeded", "south succeeded");
    }

    @Test
    void ofOneStreetOneSiteIsAwayAtATime() throws Exception {
        fleet.operator().applies(agent("north") + agent("south")).ok();
        App shop = declared("street", "polite", "waves: [], groupBy: street", "observe: 5s");

        String green = shop.push(App.web("green"));
        fleet.until(
                "south waits for north",
                () -> newest(shop).objects("targets").stream()
                        .anyMatch(target -> target.string("message").startsWith("waits for its group street=main")),
                () -> newest(shop).toString());
        assertThat(progress(newest(shop))).containsExactly("north working", "south queued");

        shop.healthyAt(green);
        assertThat(progress(newest(shop))).containsExactly("north succeeded", "south succeeded");
    }

    private static String agent(String name) {
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Agent
                metadata: {name: %s, labels: {site: %s, street: main}}
                ---
                """.formatted(name, name);
    }

    /** A stack of both sites that has its first commit, red, by a policy. */
    private static App declared(String name, String policy, String rules, String... spec) throws Exception {
        App shop = fleet.app(name);
        String red = shop.commit(App.web("red"));
        List<String> more = new ArrayList<>(List.of(spec));
        more.add("rolloutPolicyRef: " + policy);
        fleet.operator()
                .applies("""
                        apiVersion: wherry.io/v1alpha1
                        kind: RolloutPolicy
                        metadata: {name: %s}
                        spec: {soak: 0s, %s}
                        ---
                        """.formatted(policy, rules)
                        + shop.source() + "---\n"
                        + shop.stack(more.toArray(String[]::new)).replace("agentSelector: site=north", BOTH))
                .ok();
        shop.healthyAt(red);
        assertThat(newest(shop).string("state")).isEqualTo("succeeded");
        return shop;
    }

    private static Json.Obj newest(App app) throws Exception {
        return fleet.operator()
                .does("rollout", "status", app.name(), "-o", "json")
                .json();
    }

    private static List<String> progress(Json.Obj rollout) {
        return rollout.objects("targets").stream()
                .map(target -> target.string("agent") + " " + target.string("progress"))
                .sorted()
                .toList();
    }
}
