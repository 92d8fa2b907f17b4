package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.link.FaultyLink;
import io.wherry.e2e.link.FaultyLink.Fault;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Hub and agents as processes under mixed faults, for {@code -Dsoak.minutes=N}; then heap and descriptors are compared with those at the beginning. Run by
 * {@code e2e/reliability/soak.sh}; too long, and too much of a measurement, for a verification.
 *
 * <p>A process that is killed holds nothing afterwards. So one agent is never killed and is measured over the whole time, the other one is killed all along; the hub is
 * killed in the first third, and measured over the rest.
 */
class Soak {
    private static final int MINUTES = 5;

    /** So much happens before the first measurement: classes, compiled code and pools are there by then. */
    private static final int WARM_UP = 12;

    /** Requirement R16. A leak of any kind grows with each fault, and there are some for every few seconds. */
    private static final double FLAT_PERCENT = 5;

    private static final Duration PAUSE = Duration.ofMillis(500);

    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    private final Random random = new Random(Long.getLong("soak.seed", 1));
    private final Map<String, Integer> faults = new LinkedHashMap<>();
    private int releases;

    @Test
    void holdsNoMoreAtTheEndThanAtTheBeginning() throws Exception {
        long span =
                Duration.ofMinutes(Integer.getInteger("soak.minutes", MINUTES)).toNanos();
        try (FaultyLink link = FaultyLink.asProxy(fleet.hub().agentsPort(), () -> Fault.NONE)) {
            RunningAgent stays = joined("stays", link);
            RunningAgent dies = joined("dies", link);
            App one = fleet.appAt("stays", "one");
            App other = fleet.appAt("dies", "other");
            for (App app : new App[] {one, other}) {
                String commit = app.commit(App.web("colour-0"));
                app.declare().healthyAt(commit);
            }
            for (int i = 0; i < WARM_UP; i++) {
                fault(i % 5, link, dies, one, other); // the hub stays
            }
            settle(one, other);
            Gauge agentBefore = Gauge.of(fleet.programs(), stays.pid());
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < span / 3) {
                fault(random.nextInt(6), link, dies, one, other);
            }
            for (int i = 0; i < WARM_UP; i++) {
                fault(i % 5, link, dies, one, other);
            }
            settle(one, other);
            Gauge hubBefore = Gauge.of(fleet.programs(), fleet.hub().pid());
            while (System.nanoTime() - begin < span) {
                fault(random.nextInt(5), link, dies, one, other);
            }
            settle(one, other);
            Gauge agentAfter = Gauge.of(fleet.programs(), stays.pid());
            Gauge hubAfter = Gauge.of(fleet.programs(), fleet.hub().pid());
            System.out.println(
                    "figures: | " + Duration.ofNanos(System.nanoTime() - begin).toMinutes() + " min | " + faults + " | "
                            + agentAfter.since(agentBefore) + " | " + hubAfter.since(hubBefore) + " |");
            assertThat(agentAfter.growth(agentBefore)).as("the agent").isLessThanOrEqualTo(FLAT_PERCENT);
            assertThat(hubAfter.growth(hubBefore)).as("the hub").isLessThanOrEqualTo(FLAT_PERCENT);
            assertThat(hubAfter.packs()).as("packs of two mirrors").isLessThanOrEqualTo(2 * Gauge.MAX_PACKS);
        }
    }

    private static RunningAgent joined(String name, FaultyLink link) throws Exception {
        fleet.agent(name, fleet.programs().with("HTTPS_PROXY", "http://127.0.0.1:" + link.port()));
        return fleet.join(name);
    }

    private void fault(int which, FaultyLink link, RunningAgent dies, App one, App other) throws Exception {
        App app = random.nextBoolean() ? one : other;
        switch (which) {
            case 0 -> {
                count("good releases");
                app.commit(App.web("colour-" + ++releases));
            }
            case 1 -> {
                count("broken releases");
                app.commit(App.broken("colour-" + ++releases));
            }
            case 2 -> {
                count("containers removed");
                fleet.programs().run("docker", "rm", "-f", app.container("web"));
            }
            case 3 -> {
                count("links cut");
                link.cutAll();
            }
            case 4 -> {
                count("agents killed");
                dies.kill();
                dies.start();
            }
            default -> {
                count("hubs killed");
                fleet.hub().kill();
                fleet.hub().start();
                fleet.untilHubAnswers();
            }
        }
        Thread.sleep(PAUSE.plusMillis(random.nextInt(4000)));
    }

    private void count(String what) {
        faults.merge(what, 1, Integer::sum);
    }

    /** Nothing goes wrong any more: all comes right. */
    private void settle(App... apps) throws Exception {
        fleet.untilHubAnswers();
        for (App app : apps) {
            app.healthyAt(app.push(App.web("colour-" + ++releases)));
        }
    }
}
