package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.docker.TestImages;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The engine is killed at any request of a release and started again: staging, apply, probing or commit. The release comes about all the same, by itself.
 * {@code -Dengine.kills=N} kills so often, {@code -Dengine.seed=N} at other places. All of it: {@code e2e/reliability/engine.sh}.
 */
class EngineRestartIT {
    /** Of every verification. */
    private static final int KILLS = 3;

    /** A release of three services takes some fifty requests up to its commit. */
    private static final int REQUESTS = 50;

    private static final List<String> SERVICES = List.of("cache", "db", "web");

    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    private final AtomicInteger requestsLeft = new AtomicInteger();
    private volatile boolean killed;

    @Test
    void aReleaseComesAboutThoughItsEngineIsKilledInTheMiddleOfIt() throws Exception {
        int kills = Integer.getInteger("engine.kills", KILLS);
        Random random = new Random(Long.getLong("engine.seed", 1));
        try (OwnEngine own =
                        OwnEngine.start(Files.createDirectory(fleet.folder().resolve("own")), fleet.programs());
                EngineGate gate = EngineGate.open(fleet.folder().resolve("gate.sock"), own.socket(), () -> {
                    if (requestsLeft.decrementAndGet() == 0) {
                        own.kill();
                        killed = true;
                    }
                })) {
            RunningAgent agent = fleet.agent("restarts", gate.file());
            fleet.join("restarts");
            App shop = fleet.appAt("restarts", "restarts");
            shop.commit(compose("colour-0"));
            shop.declare().healthy();
            for (int kill = 1; kill <= kills; kill++) {
                String colour = "colour-" + kill;
                int at = 1 + random.nextInt(REQUESTS);
                killed = false;
                requestsLeft.set(at);

                String commit = shop.push(compose(colour));
                fleet.until("the engine was killed at request " + at, () -> killed);
                own.start();

                shop.healthyAt(commit);
                String where = "killed at request " + at + ", kill " + kill;
                // It may have been told as healthy before the engine died: then that one's containers come up again.
                fleet.until(
                        "the three of them run and nothing is set aside; " + where,
                        () -> isWhole(own.engine().containers(shop.name())),
                        () -> own.engine().containers(shop.name()).toString());
                for (String service : SERVICES) {
                    assertThat(own.engine().inspect(shop.container(service), "{{.Config.Env}}"))
                            .as(where)
                            .contains("COLOUR=" + colour);
                }
                System.out.println("figures: kill " + kill + ", at request " + at + ": came about");
            }
            agent.kill();
        }
    }

    /** The hub holds the agent's poll for longer than anybody waits here: the agent has to give it up. */
    @Test
    void anEngineThatIsGoneIsSeenAtTheHubAndSoIsItsReturn() throws Exception {
        try (OwnEngine own =
                OwnEngine.start(Files.createDirectory(fleet.folder().resolve("engine")), fleet.programs())) {
            Programs programs = fleet.programs().with("WHERRY_AGENT_HUB_HOLD_MAX", "10m");
            RunningAgent agent =
                    fleet.agent("gone", programs.with("WHERRY_AGENT_DOCKER_HOST", "unix://" + own.socket()));
            fleet.join("gone");
            App shop = fleet.appAt("gone", "gone");
            shop.commit(compose("colour-0"));
            shop.declare().healthy();
            assertThat(describe()).contains("RuntimeReady      True");

            own.kill();
            fleet.until(
                    "the hub says so", () -> describe().contains("RuntimeReady      False"), EngineRestartIT::describe);
            assertThat(describe()).contains("RuntimeUnreachable", own.socket().toString());

            own.start();
            fleet.until(
                    "the hub says that it is back",
                    () -> describe().contains("RuntimeReady      True"),
                    EngineRestartIT::describe);
            agent.kill();
        }
    }

    private static String describe() throws Exception {
        return fleet.operator().does("describe", "agent", "gone").out();
    }

    private static boolean isWhole(Map<String, String> containers) {
        return containers.size() == SERVICES.size()
                && containers.values().stream().allMatch(state -> state.endsWith(" running"));
    }

    private static String compose(String colour) {
        StringBuilder text = new StringBuilder("services:\n");
        for (String service : SERVICES) {
            text.append("""
                      %s:
                        image: %s
                        command: [sleep, infinity]
                        stop_signal: SIGKILL
                        restart: unless-stopped
                        environment: {COLOUR: %s}
                    """.formatted(service, TestImages.BUSYBOX_1, colour));
        }
        return text.append("    depends_on: [db]\n").toString();
    }
}
