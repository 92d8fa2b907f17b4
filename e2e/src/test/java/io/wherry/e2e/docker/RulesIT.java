package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import io.wherry.e2e.FreePorts;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose things may be touched, in which order, and what is left alone. */
class RulesIT {
    private static final String PROJECT = Site.unique("wherryrules");
    private static final String FOREIGN = Site.unique("wherryforeign");
    private static final String SLEEP =
            "'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL', 'restart': 'unless-stopped'";

    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = new Site(PROJECT, folder);
    }

    @AfterEach
    void close() throws Exception {
        Shell.exitCode("docker", "rm", "-f", PROJECT + "-web-1", FOREIGN);
        site.close();
    }

    private static String services(String inside) {
        return "{'services': {" + inside + "}, 'volumes': {'data': null}}";
    }

    private static String service(String name, String more) {
        return "'" + name + "': {" + SLEEP + more + "}";
    }

    @Test
    void removesWhatTheReleaseNamesAndLeavesTheRestNamed() throws Exception {
        site.release(site.next(services(service("web", "") + "," + service("old", "") + "," + service("kept", ""))));

        Deployment next = site.next("{'services': {" + service("web", "") + "}}", false, "service/old");
        site.apply(next);
        assertThat(site.containers()).containsKey("old-1.wherry-old-2").containsKey("kept-1");
        Settled.Done done = site.commit(next);

        assertThat(done.leftovers()).containsExactly("service/kept", "volume/data");
        assertThat(site.containers().keySet()).containsExactlyInAnyOrder("web-1", "kept-1");

        Deployment last = site.next("{'services': {" + service("web", "") + "}}", true, "service/kept", "volume/data");
        site.apply(last);
        assertThat(site.commit(last).leftovers()).isEmpty();
        assertThat(site.containers().keySet()).containsExactly("web-1");
        assertThat(Shell.exitCode("docker", "volume", "inspect", PROJECT + "_data"))
                .isNotZero();
    }

    @Test
    void aRemovedServiceComesBackWithItsRelease() throws Exception {
        Deployment good = site.next(services(service("web", "") + "," + service("old", "")));
        site.release(good);
        Deployment next = site.next(services(service("web", "")), false, "service/old");
        site.apply(next);

        site.rollback(next, Optional.of(good));

        assertThat(site.containers()).containsEntry("old-1", "running busybox:1");
    }

    @Test
    void keepsVolumesUnlessTheReleasePermitsRemovalOfData() throws Exception {
        Deployment first = site.next(services(service("web", "")));
        site.release(first);
        Deployment tombstone = site.next("{'services': {}}", false, "service/web", "network/default", "volume/data");

        Settled.Done done = Site.done(site.runtime.remove(tombstone, false));

        assertThat(site.containers()).isEmpty();
        assertThat(done.leftovers()).containsExactly("volume/data");
        Deployment withData = site.next("{'services': {}}", true, "volume/data");
        assertThat(Site.done(site.runtime.remove(withData, false)).leftovers()).isEmpty();
        assertThat(Shell.exitCode("docker", "volume", "inspect", PROJECT + "_data"))
                .isNotZero();
    }

    @Test
    void aForeignContainerWithOurNameIsNeverTouched() throws Exception {
        Shell.run("docker", "run", "-d", "--name", PROJECT + "-web-1", "wherry.test/busybox:1", "sleep", "1000");
        String id = site.id("web-1");

        Application application = site.runtime.apply(site.next(services(service("web", ""))), ApplyMode.FULL);

        assertThat(application).isInstanceOfSatisfying(Application.Pending.class, pending -> {
            assertThat(pending.reason()).isEqualTo(RuntimeReason.NAME_TAKEN);
            assertThat(pending.detail()).contains(PROJECT + "-web-1").contains("by hand");
        });
        assertThat(site.id("web-1")).isEqualTo(id);
        assertThat(Shell.run("docker", "network", "ls", "--format", "{{.Name}}"))
                .doesNotContain(PROJECT);
        Shell.run("docker", "rm", "-f", PROJECT + "-web-1");
    }

    @Test
    void whatAnAgentLeftBehindHasAWayOutThatKeepsItsData() throws Exception {
        String owner = "io.wherry.owner=domain/agent-that-left";
        Shell.run("docker", "network", "create", "--label", owner, PROJECT + "_default");
        Shell.run("docker", "volume", "create", "--label", owner, PROJECT + "_data");
        try {
            refusedByName("network name", "another Wherry agent", "add domain/agent-that-left to docker.formerAgents");
            Shell.run("docker", "network", "rm", PROJECT + "_default");
            refusedByName("volume name", "another Wherry agent", "add domain/agent-that-left to docker.formerAgents");
        } finally {
            Shell.run("docker", "volume", "rm", PROJECT + "_data");
        }
    }

    private void refusedByName(String... words) throws Exception {
        assertThat(site.runtime.apply(site.next(services(service("web", ""))), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Pending.class, pending -> {
                    assertThat(pending.reason()).isEqualTo(RuntimeReason.NAME_TAKEN);
                    assertThat(pending.detail()).contains(words);
                });
    }

    @Test
    void aPortThatIsTakenStopsNothing() throws Exception {
        String ports = ", 'ports': [{'mode': 'ingress', 'target': 80, 'published': '%d', 'protocol': 'tcp'}]";
        int foreign = FreePorts.take();
        Deployment good = site.next(services(service("web", ports.formatted(FreePorts.take()))));
        site.release(good);
        String id = site.id("web-1");
        Shell.run(
                "docker",
                "run",
                "-d",
                "--name",
                FOREIGN,
                "-p",
                foreign + ":80",
                "wherry.test/busybox:1",
                "sleep",
                "1000");

        Deployment clash = site.next(services(service("web", ports.formatted(foreign))));
        assertThat(site.runtime.apply(clash, ApplyMode.FULL)).isInstanceOfSatisfying(Application.Pending.class, p -> {
            assertThat(p.reason()).isEqualTo(RuntimeReason.PORT_TAKEN);
            assertThat(p.detail()).contains(foreign + "/tcp").contains(FOREIGN);
        });
        try (ServerSocket process = new ServerSocket(0)) {
            Deployment host = site.next(services(service("web", ports.formatted(process.getLocalPort()))));
            assertThat(site.runtime.apply(host, ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Pending.class, p -> assertThat(p.detail())
                            .contains("process of the host"));
        }
        assertThat(site.id("web-1")).isEqualTo(id);
        assertThat(site.containers()).containsEntry("web-1", "running busybox:1");
    }

    @Test
    void aPortMovesFromOneServiceToAnother() throws Exception {
        int number = FreePorts.take();
        String port = ", 'ports': [{'mode': 'ingress', 'target': 80, 'published': '%d', 'protocol': 'tcp'}]"
                .formatted(number);
        site.release(site.next(services(service("a", "") + "," + service("b", port))));

        site.release(site.next(services(service("a", port) + "," + service("b", ""))));

        assertThat(site.inspect("a-1", "{{json .NetworkSettings.Ports}}")).contains(Integer.toString(number));
    }

    @Test
    void replicasGoUpAndDown() throws Exception {
        site.release(site.next(services(service("web", ", 'deploy': {'replicas': 1}"))));
        String first = site.id("web-1");

        site.release(site.next(services(service("web", ", 'deploy': {'replicas': 3}"))));
        assertThat(site.containers().keySet()).containsExactlyInAnyOrder("web-1", "web-2", "web-3");

        Deployment down = site.next(services(service("web", ", 'deploy': {'replicas': 1}")));
        site.release(down);
        assertThat(site.containers().keySet()).containsExactly("web-1");
        assertThat(site.id("web-1")).isEqualTo(first);
        assertThat(site.runtime.diff(down)).isEmpty();
    }

    @Test
    void startsInTheOrderOfDependencyAndWaitsForConditions() throws Exception {
        String job =
                "'job': {'image': 'wherry.test/busybox:1', 'command': ['sh', '-c', 'sleep 0.5; touch /shared/done'], "
                        + "'volumes': [{'type': 'volume', 'source': 'data', 'target': '/shared'}]}";
        String db = service(
                "db",
                ", 'healthcheck': {'test': ['CMD', 'test', '-f', '/shared/done'], 'interval': '200ms', 'timeout': '2s', 'retries': 50},"
                        + " 'volumes': [{'type': 'volume', 'source': 'data', 'target': '/shared'}]");
        String web = "'web': {'image': 'wherry.test/busybox:1', 'stop_signal': 'SIGKILL', "
                + "'command': ['sh', '-c', 'test -f /shared/done && sleep 1000'], "
                + "'volumes': [{'type': 'volume', 'source': 'data', 'target': '/shared'}], "
                + "'depends_on': {'job': {'condition': 'service_completed_successfully'}, 'db': {'condition': 'service_healthy'}}}";
        Deployment deployment = site.next(services(web + "," + db + "," + job));

        site.apply(deployment);

        assertThat(site.probe(deployment)).isInstanceOfSatisfying(Health.Healthy.class, healthy -> assertThat(
                        healthy.objects().stream().map(o -> o.object() + " " + o.state()))
                .containsExactly(
                        "service/db " + ObjectHealth.State.HEALTHY,
                        "service/job " + ObjectHealth.State.COMPLETED,
                        "service/web " + ObjectHealth.State.HEALTHY));
        assertThat(site.runtime.diff(deployment))
                .as("a completed job is no drift")
                .isEmpty();
        assertThat(site.inspect("web-1", "{{index .Config.Labels \"com.docker.compose.depends_on\"}}"))
                .isEqualTo("db:service_healthy:false,job:service_completed_successfully:false");
    }

    @Test
    void aFailedJobIsAVerdictAndWhatRanBeforeRunsAgain() throws Exception {
        Deployment good = site.next(services(service("web", "")));
        site.release(good);
        String id = site.id("web-1");
        Deployment bad = site.next(
                services(
                        "'job': {'image': 'wherry.test/busybox:1', 'command': ['false']},"
                                + service(
                                        "web",
                                        ", 'environment': {'A': '1'}, 'depends_on': {'job': {'condition': 'service_completed_successfully'}}")));

        assertThat(site.runtime.apply(bad, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.DEPENDENCY_FAILED);
                    assertThat(refused.detail()).contains("service/job").contains("exit code 1");
                });
        site.rollback(bad, Optional.of(good));

        assertThat(site.containers()).isEqualTo(Map.of("web-1", "running busybox:1"));
        assertThat(site.id("web-1")).isEqualTo(id);
    }

    @Test
    void aCommandThatDoesNotExistIsAVerdictAndWhatRanBeforeRunsAgain() throws Exception {
        Deployment good = site.next(services(service("web", "")));
        site.release(good);
        String id = site.id("web-1");
        Deployment bad = site.next(services(service("web", ", 'entrypoint': ['/no/such/program']")));

        assertThat(site.runtime.apply(bad, ApplyMode.FULL))
                .isInstanceOfSatisfying(
                        Application.Refused.class, r -> assertThat(r.detail()).contains("/no/such/program"));

        assertThat(site.containers()).as("already before any rollback").isEqualTo(Map.of("web-1", "running busybox:1"));
        assertThat(site.id("web-1")).isEqualTo(id);
    }

    @Test
    void anonymousVolumesMoveAlong() throws Exception {
        String model = services(
                "'db': {'image': 'wherry.test/volume:%s', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL'}");
        site.release(site.next(model.formatted(1)));
        site.exec("db-1", "sh", "-c", "echo precious > /data/file");

        site.release(site.next(model.formatted(2)));

        assertThat(site.exec("db-1", "cat", "/data/file")).isEqualTo("precious");
    }

    @Test
    void aNetworkThatChangesIsMadeAnewAndGoesBackToo() throws Exception {
        String model = "{'services': {" + service("web", "") + "," + service("db", "")
                + "}, 'networks': {'default': {'ipam': {'config': [{'subnet': '%s'}]}}}}";
        Deployment good = site.next(model.formatted("10." + Site.octet() + ".1.0/24"));
        site.release(good);

        Deployment next = site.next(model.formatted("10." + Site.octet() + ".2.0/24"));
        site.apply(next);
        assertThat(address("web-1")).startsWith("10." + Site.octet() + ".2.");
        site.rollback(next, Optional.of(good));

        assertThat(address("web-1")).startsWith("10." + Site.octet() + ".1.");
        assertThat(site.exec("db-1", "nslookup", "web")).contains("10." + Site.octet() + ".1.");
        assertThat(site.runtime.diff(good)).isEmpty();
        assertThat(site.containers().keySet()).containsExactlyInAnyOrder("web-1", "db-1");
    }

    private String address(String container) throws Exception {
        return site.inspect(container, "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    }

    @Test
    void aVolumeThatWouldLoseItsDataIsRefused() throws Exception {
        String model = "{'services': {" + service("web", "") + "}, 'volumes': {'data': {'labels': {'tier': '%s'}}}}";
        site.release(site.next(model.formatted("gold")));

        assertThat(site.runtime.apply(site.next(model.formatted("tin")), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.DATA_AT_RISK);
                    assertThat(refused.detail()).contains("docker volume rm " + PROJECT + "_data");
                });
    }

    @Test
    void everyAttributeThatIsNotCarriedOutIsRefused() throws Exception {
        assertThat(site.runtime.apply(
                        site.next(services(service("web", ", 'provider': {'type': 'model'}"))), ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.UNSUPPORTED_FIELD);
                    assertThat(refused.detail()).startsWith("services.web.provider");
                });
        assertThat(site.containers()).isEmpty();
    }

    @Test
    void aServiceSharesTheNetworkOfAnother() throws Exception {
        String side = "'side': {" + SLEEP + ", 'network_mode': 'service:web'}";
        site.release(site.next(services(service("web", "") + "," + side)));
        Deployment next = site.next(services(service("web", ", 'environment': {'A': '1'}") + "," + side));
        List<String> changes = site.apply(next);

        assertThat(changes).containsExactly("RECREATED service/web", "RECREATED service/side");
        assertThat(site.inspect("side-1", "{{.HostConfig.NetworkMode}}")).isEqualTo("container:" + site.id("web-1"));
        assertThat(site.probe(next)).isInstanceOf(Health.Healthy.class);
        site.commit(next);
        assertThat(site.runtime.diff(next)).isEmpty();
    }
}
