package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients on the same network feel of a release: they ask a service by its name, all the time, while its container is replaced. */
class StartFirstIT {
    private static final String PROJECT = Site.unique("wherryload");

    /** Begins to serve half a second after its start, and says which version it is. */
    private static final String MODEL = """
            {'services': {
              'web': {'image': 'wherry.test/busybox:1', 'stop_signal': 'SIGKILL', 'restart': 'unless-stopped',
                      'command': ['sh', '-c', 'mkdir /tmp/web; sleep 0.5; echo %1$s > /tmp/web/index.html; exec httpd -f -p 8080 -h /tmp/web'],
                      'healthcheck': {'test': ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/'],
                                      'interval': '200ms', 'timeout': '2s', 'retries': 50},
                      'deploy': {'update_config': {'order': '%2$s'}}}}}
            """;

    private static final int CLIENTS = 2;

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /**
     * Each on one line: what was answered, or that nothing was within five seconds. The name is looked up anew each time, one of several addresses at random,
     * as the engine tells them.
     */
    private static final String ASK = "while true; do"
            + " set -- $(nslookup web 127.0.0.11 2>/dev/null | grep '^Address: ' | tail -n 1);"
            + " a=$(printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 ${2:-127.0.0.9} 8080 2>/dev/null | tail -n 1);"
            + " echo ${a:-FAILED}; done";

    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = new Site(PROJECT, folder);
    }

    @AfterEach
    void close() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            Shell.exitCode("docker", "rm", "-f", client(i));
        }
        site.close();
    }

    private static String client(int number) {
        return PROJECT + "-client-" + number;
    }

    @Test
    void noRequestFailsWhereTheNextOneStartsFirst() throws Exception {
        Deployment good = site.next(MODEL.formatted("one", "start-first"));
        site.release(good);
        clients();

        List<Change> changes = changes(site.next(MODEL.formatted("two", "start-first")));

        assertThat(changes).singleElement().satisfies(change -> assertThat(change.why())
                .contains("no gap"));
        List<String> answers = answers();
        assertThat(answers).contains("one", "two");
        assertThat(answers.stream().filter(answer -> !answer.equals("one") && !answer.equals("two")))
                .as("of %d requests", answers.size())
                .isEmpty();
        assertThat(site.containers())
                .isEqualTo(Map.of("web-1", "running busybox:1", "web-1.wherry-old-2", "exited busybox:1"));
        System.out.printf("figures: %d requests during a swap, none failed%n", answers.size());
    }

    @Test
    void requestsFailWhereTheOldOneStopsFirstAndTheGapIsTold() throws Exception {
        site.release(site.next(MODEL.formatted("one", "stop-first")));
        clients();

        Deployment next = site.next(MODEL.formatted("two", "stop-first"));
        List<Change> changes = changes(next);
        assertThat(site.probe(next)).isInstanceOf(Health.Healthy.class);

        assertThat(changes).singleElement().satisfies(change -> assertThat(change.why())
                .containsPattern("nothing ran for [1-9][0-9]* ms"));
        assertThat(answers()).contains("one", "two", "FAILED");
    }

    @Test
    void noRequestFailsWhereTheNextOneDoesNotBecomeHealthy() throws Exception {
        Deployment good = site.next(MODEL.formatted("one", "start-first"));
        site.release(good);
        String id = site.id("web-1");
        clients();
        Deployment bad = site.next(
                MODEL.formatted("two", "start-first").replace("exec httpd", "echo no such thing; exit 3; httpd"));

        assertThat(site.runtime.apply(bad, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.REPLACEMENT_UNHEALTHY);
                    assertThat(refused.detail()).contains("service/web").contains("no such thing");
                });
        site.rollback(bad, Optional.of(good));

        assertThat(answers()).containsOnly("one");
        assertThat(site.containers()).isEqualTo(Map.of("web-1", "running busybox:1"));
        assertThat(site.id("web-1")).isEqualTo(id);
        assertThat(site.runtime.diff(good)).isEmpty();
    }

    private List<Change> changes(Deployment deployment) {
        if (site.runtime.apply(deployment, ApplyMode.FULL) instanceof Application.Applied(var changes)) {
            return changes;
        }
        throw new AssertionError("not applied");
    }

    private void clients() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            Shell.run(
                    "docker",
                    "run",
                    "-d",
                    "--name",
                    client(i),
                    "--network",
                    PROJECT + "_default",
                    TestImages.BUSYBOX_2,
                    "sh",
                    "-c",
                    ASK);
        }
        asked(20);
    }

    private static void asked(int times) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (lines().size() < times) {
            assertThat(System.nanoTime()).as("%d requests", times).isLessThan(end);
            Thread.sleep(50);
        }
    }

    /** What the clients got, until some time after what was released answers too. */
    private List<String> answers() throws Exception {
        asked(Math.max(lines().size() + 20, 100));
        return lines();
    }

    private static List<String> lines() throws Exception {
        List<String> lines = new java.util.ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            lines.addAll(Shell.run("docker", "logs", client(i)).lines().toList());
        }
        return lines;
    }
}
