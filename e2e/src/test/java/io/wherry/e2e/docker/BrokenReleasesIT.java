package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broken releases in a row, each in one of the ways in which releases are broken: what ran before runs after, the very same containers, with the files as
 * they were. {@code -Dbroken.rounds=N} plays N; {@code e2e/reliability/broken.sh} does so.
 */
class BrokenReleasesIT {
    /** What differs in each: the command of web, and what else it has. */
    private record Broken(String name, String web, String more) {}

    /** It says what its file held as it started. */
    private static final String RUNS = "'command': ['sh', '-c', 'cat /etc/app/app.conf; exec sleep 1000']";

    private static final List<Broken> WAYS = List.of(
            new Broken("ends", "'command': ['sh', '-c', 'exit 3']", ""),
            new Broken("no such program", "'command': ['/no/such/program']", ""),
            new Broken(
                    "fails its health check",
                    RUNS
                            + ", 'healthcheck': {'test': ['CMD', 'false'], 'interval': '100ms', 'timeout': '1s', 'retries': 2}",
                    ""),
            new Broken(
                    "needs a job that fails",
                    RUNS
                            + ", 'environment': {'V': '2'}, 'depends_on': {'job': {'condition': 'service_completed_successfully'}}",
                    ", 'job': {'image': 'wherry.test/busybox:1', 'command': ['false']}"),
            new Broken("fails after its start", RUNS + ", 'post_start': [{'command': ['false']}]", ""),
            new Broken(
                    "ends while another has its processes",
                    "'command': ['sh', '-c', 'exit 3']",
                    ", 'side': {'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL', 'pid': 'service:web',"
                            + " 'depends_on': {'web': {'condition': 'service_started'}}}"),
            new Broken(
                    "starts first and ends",
                    "'command': ['sh', '-c', 'exit 3'], 'deploy': {'update_config': {'order': 'start-first'}}",
                    ""));

    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = new Site(Site.unique("wherrybroken"), folder);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    /** A service that changes, one that does not, data, a file of the project directory, two networks. */
    private static String model(String web, String more) {
        return "{'services': {'web': {'image': 'wherry.test/busybox:1', 'stop_signal': 'SIGKILL', 'restart': 'unless-stopped', "
                + web + ", 'networks': {'front': null, 'back': null},"
                + " 'volumes': [{'type': 'bind', 'source': './etc', 'target': '/etc/app', 'read_only': true, 'bind': {}}]},"
                + " 'db': {'image': 'wherry.test/volume:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',"
                + " 'restart': 'always', 'networks': {'back': null}}" + more
                + "}, 'networks': {'front': null, 'back': null, 'default': null}}";
    }

    @Test
    void whatRanBeforeRunsAfterEachOfThem() throws Exception {
        int rounds = Integer.getInteger("broken.rounds", WAYS.size());
        Deployment good = site.next(model(RUNS, ""), Map.of("etc/app.conf", "good\n"));
        site.release(good);
        site.exec("db-1", "sh", "-c", "echo precious > /data/file");
        Map<String, String> containers = site.containers();
        Map<String, String> before = state();
        int refused = 0;
        for (int round = 0; round < rounds; round++) {
            Broken way = WAYS.get(round % WAYS.size());
            Deployment broken =
                    site.next(model(way.web(), way.more()), Map.of("etc/app.conf", "bad\n", "etc/more.conf", "x"));

            refused += fails(broken, good, way) ? 1 : 0;
            site.rollback(broken, Optional.of(good));

            String what = "round " + round + ", one that " + way.name();
            assertThat(site.containers()).as(what).isEqualTo(containers);
            assertThat(state()).as(what).isEqualTo(before);
            assertThat(site.runtime.diff(good)).as(what).isEmpty();
            assertThat(site.exec("web-1", "cat", "/etc/app/app.conf")).as(what).isEqualTo("good");
            assertThat(Shell.run("docker", "logs", site.project + "-web-1").lines())
                    .as(what + ": each of its starts")
                    .containsOnly("good");
            assertThat(folder.resolve("files/etc/more.conf")).as(what).doesNotExist();
        }
        assertThat(site.exec("db-1", "cat", "/data/file")).isEqualTo("precious");
        System.out.printf(
                "figures: %d broken releases in a row, %d of them refused while they were applied; the same containers and files after each%n",
                rounds, refused);
    }

    /** @return whether the apply itself found it; else looking did */
    private boolean fails(Deployment broken, Deployment good, Broken way) throws Exception {
        return switch (site.runtime.apply(broken, ApplyMode.FULL, () -> Optional.of(good))) {
            case Application.Refused _ -> true;
            case Application.Applied _ -> {
                assertThat(site.probe(broken)).as(way.name()).isInstanceOf(Health.Unhealthy.class);
                yield false;
            }
            case Application.Pending pending -> throw new AssertionError(way.name() + ": " + pending);
        };
    }

    /** Ids, starting policies, names on networks and the file's bytes: all that a release may have moved. */
    private Map<String, String> state() throws Exception {
        Map<String, String> state = new TreeMap<>();
        for (String container : List.of("web-1", "db-1")) {
            state.put(container + " id", site.id(container));
            state.put(container + " policy", site.inspect(container, "{{.HostConfig.RestartPolicy.Name}}"));
            state.put(
                    container + " names",
                    site.inspect(
                            container,
                            "{{range $n, $e := .NetworkSettings.Networks}}{{$n}} {{json $e.Aliases}} {{end}}"));
        }
        state.put("file", Files.readString(folder.resolve("files/etc/app.conf")));
        return state;
    }
}
