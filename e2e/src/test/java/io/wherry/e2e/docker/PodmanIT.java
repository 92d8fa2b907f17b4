package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Difference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent on Podman's service for the Docker API: what docs/reference/podman.md says that it does. */
class PodmanIT {
    private static final String SLEEP = "'image': 'wherry.test/busybox:1', 'command': ['sleep', 'infinity'],"
            + " 'stop_signal': 'SIGKILL', 'restart': 'unless-stopped'";

    private static OtherEngine podman;

    @TempDir
    Path temp;

    private Site site;

    @BeforeAll
    static void start() throws Exception {
        podman = OtherEngine.podman();
    }

    @AfterAll
    static void stop() throws Exception {
        podman.close();
    }

    @BeforeEach
    void open() throws Exception {
        site = new Site(Site.unique("pod"), temp, podman.engine());
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private List<String> drift(Deployment deployment) {
        return site.runtime.diff(deployment).stream().map(Difference::toString).toList();
    }

    @Test
    void saysWhatItIs() {
        assertThat(site.runtime.info().apiVersion()).isEqualTo("1.41");
        assertThat(site.runtime.info().id()).isNotEmpty();
    }

    @Test
    void runsServicesWithPortsVolumesAndNetworksThatSeeEachOther() throws Exception {
        Deployment first = site.next("""
            {'services': {
              'web': {'image': 'wherry.test/busybox:1', 'command': ['httpd', '-f', '-p', '80', '-h', '/data'],
                      'stop_signal': 'SIGKILL', 'restart': 'unless-stopped', 'environment': {'MODE': 'a'},
                      'ports': [{'target': 80, 'published': '18080', 'protocol': 'tcp', 'mode': 'ingress'}],
                      'volumes': [{'type': 'volume', 'source': 'data', 'target': '/data', 'volume': {}}],
                      'networks': {'front': {'aliases': ['www']}, 'back': null}},
              'db': {%s, 'networks': {'back': null}, 'mem_limit': '67108864', 'read_only': true,
                     'cap_drop': ['ALL'], 'tmpfs': ['/tmp'], 'labels': {'a': 'b'}}},
             'networks': {'front': {}, 'back': {'internal': true}}, 'volumes': {'data': {}}}
            """.formatted(SLEEP));
        site.release(first);

        assertThat(site.containers()).containsOnlyKeys("web-1", "db-1");
        assertThat(site.exec("web-1", "sh", "-c", "echo hello > /data/index.html"))
                .isEmpty();
        assertThat(site.exec("db-1", "wget", "-q", "-O", "-", "http://web/index.html"))
                .isEqualTo("hello");
        assertThat(drift(first)).isEmpty();
        assertThat(site.apply(first)).isEmpty();
    }

    @Test
    void replacesOnlyWhatChangesAndGoesBack() throws Exception {
        String model = "{'services': {'web': {%1$s, 'environment': {'MODE': '%2$s'}}, 'db': {%1$s}}}";
        Deployment first = site.next(model.formatted(SLEEP, "a"));
        site.release(first);
        String web = site.id("web-1");
        String db = site.id("db-1");

        Deployment second = site.next(model.formatted(SLEEP, "b"));
        assertThat(site.apply(second)).containsExactly("RECREATED service/web");
        assertThat(site.probe(second)).isInstanceOf(Health.Healthy.class);
        assertThat(site.id("db-1")).isEqualTo(db);
        site.rollback(second, Optional.of(first));

        assertThat(site.id("web-1")).isEqualTo(web);
        assertThat(site.inspect("web-1", "{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}"))
                .isEqualTo("true unless-stopped");
        assertThat(drift(first)).isEmpty();
    }

    /** Podman has systemd run its checks; here the test does. */
    @Test
    void waitsForHealth() throws Exception {
        String model =
                "{'services': {'web': {%s, 'healthcheck': {'test': ['CMD', '%s'], 'interval': '1s', 'retries': 1}}}}";
        Deployment well = site.next(model.formatted(SLEEP, "true"));
        site.apply(well);
        assertThat(site.runtime.probe(well)).isInstanceOf(Health.Starting.class);
        podman.checksHealth(site.project + "-web-1");
        assertThat(site.probe(well)).isInstanceOf(Health.Healthy.class);
        site.commit(well);

        Deployment sick = site.next(model.formatted(SLEEP, "false"));
        site.apply(sick);
        podman.checksHealth(site.project + "-web-1");

        assertThat(site.probe(sick)).isInstanceOf(Health.Unhealthy.class);
    }

    @Test
    void findsAndRepairsWhatSomebodyChanged() throws Exception {
        Deployment only = site.next("""
            {'services': {'web': {%s}}, 'networks': {'default': {}}}
            """.formatted(SLEEP));
        site.release(only);
        podman.engine().does("rm", "-f", site.project + "-web-1");
        assertThat(drift(only)).singleElement().asString().contains("service/web");

        assertThat(site.runtime.apply(only, ApplyMode.CORRECT).toString()).contains("service/web");

        assertThat(site.containers())
                .hasEntrySatisfying("web-1", state -> assertThat(state).startsWith("running"));
        podman.engine().does("stop", "-t", "0", site.project + "-web-1");
        assertThat(drift(only)).singleElement().asString().contains("service/web");
    }

    @Test
    void writesFilesAndSecretsAndTakesThemAway() throws Exception {
        Deployment first = site.next("""
            {'services': {'web': {%s, 'configs': [{'source': 'c', 'target': '/etc/c'},
                                               {'source': 'c', 'target': '/new/c', 'uid': '7', 'mode': '0750'}],
                                   'volumes': [{'type': 'bind', 'source': './conf', 'target': '/conf', 'read_only': true,
                                                'bind': {'create_host_path': true}}]}},
             'configs': {'c': {'content': 'hello'}}}
            """.formatted(SLEEP), Map.of("conf/a", "a"));
        site.release(first);

        assertThat(site.exec("web-1", "cat", "/etc/c", "/conf/a")).isEqualTo("helloa");
        assertThat(site.exec("web-1", "busybox", "stat", "-c", "%u %g %a", "/new/c"))
                .isEqualTo("7 0 750");
    }

    @Test
    void removesAllOfItAndKeepsTheData() throws Exception {
        Deployment only = site.next("""
            {'services': {'web': {%s, 'volumes': [{'type': 'volume', 'source': 'data', 'target': '/data', 'volume': {}}]}},
             'volumes': {'data': {}}, 'networks': {'default': {}}}
            """.formatted(SLEEP), false, "service/web", "network/default", "volume/data");
        site.release(only);

        Site.done(site.runtime.remove(only, false));

        assertThat(site.containers()).isEmpty();
        assertThat(podman.engine().does("volume", "ls", "-q")).contains(site.project + "_data");
        assertThat(podman.engine().does("network", "ls", "--format", "{{.Name}}"))
                .doesNotContain(site.project + "_default");
    }

    /** What the service would read over, and what a power cut would bring twice. */
    @Test
    void refusesByNameWhatItWouldReadOver() throws Exception {
        for (String attribute : List.of(
                "'links': ['db']",
                "'cpus': 0.5",
                "'restart': 'always'",
                "'network_mode': 'host'",
                "'deploy': {'update_config': {'order': 'start-first'}}",
                "'volumes': [{'type': 'tmpfs', 'target': '/t'}]")) {
            Deployment asking = site.next("""
                {'services': {'db': {'image': 'wherry.test/busybox:1'}, 'web': {'image': 'wherry.test/busybox:1', %s}}}
                """.formatted(attribute));

            assertThat(site.runtime.stage(asking).toString())
                    .as(attribute)
                    .contains("UNSUPPORTED_FIELD")
                    .contains("Podman");
        }
        assertThat(site.runtime
                        .apply(
                                site.next("{'services': {'web': {%s}}}".formatted(SLEEP))
                                        .adopting(true),
                                ApplyMode.FULL)
                        .toString())
                .contains("UNSUPPORTED_FIELD")
                .contains("compose.adopt");
        assertThat(site.runtime.export(site.project).toString()).contains("NOT_EXPORTABLE");
        assertThat(site.containers()).isEmpty();
    }
}
