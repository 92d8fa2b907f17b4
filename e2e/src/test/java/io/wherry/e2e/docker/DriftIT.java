package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.TimedRuntime;
import io.wherry.contract.Difference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do by hand at a site is found, named by object and field, and repaired; nothing else is touched. */
class DriftIT {
    private static final String PROJECT = Site.unique("wherrydrift");

    private static final String MODEL = """
        {'services': {
          'web': {'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',
                  'restart': 'unless-stopped', 'mem_limit': '67108864', 'environment': {'PASSWORD': '%s'},
                  'networks': {'front': null},
                  'volumes': [{'type': 'bind', 'source': './etc', 'target': '/files', 'read_only': true,
                               'bind': {'create_host_path': true}}]},
          'db': {'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',
                 'restart': 'unless-stopped', 'networks': {'front': null}}},
         'networks': {'front': null}}
        """;

    @TempDir
    Path folder;

    private Site site;
    private Deployment good;

    @BeforeEach
    void open() throws Exception {
        site = new Site(PROJECT, folder);
        good = site.next(MODEL.formatted("hush-hush"), Map.of("etc/a.conf", "one"));
        site.release(good);
        assertThat(site.runtime.diff(good)).isEmpty();
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    /** Not one call per container: a site of 50 is looked at as cheaply as one of 2. */
    @Test
    void aLookWhereNothingChangedAsksOnceForEachKindOfObject() {
        TimedRuntime timed = new TimedRuntime();
        try (DockerRuntime runtime = timed.open(Site.SETTINGS)) {
            assertThat(runtime.diff(good)).isEmpty(); // one that was just opened looks at each container once
            timed.clear();

            assertThat(runtime.diff(good)).isEmpty();

            Map<String, Long> calls = new TreeMap<>();
            timed.kinds().forEach((kind, sum) -> calls.put(kind, sum[0]));
            assertThat(calls)
                    .isEqualTo(Map.of("GET containers", 1L, "GET networks", 1L, "GET volumes", 1L, "GET events", 1L));
        }
    }

    @Test
    void aContainerThatWasRemoved() throws Exception {
        Shell.run("docker", "rm", "-f", PROJECT + "-web-1");

        expect(new Difference("service/web", "state", "running", "missing"));
        repaired("CREATED service/web");
    }

    @Test
    void aContainerThatWasStopped() throws Exception {
        String id = site.id("web-1");
        Shell.run("docker", "stop", PROJECT + "-web-1");

        expect(new Difference("service/web", "state", "running", "exited"));
        repaired("STARTED service/web");
        assertThat(site.id("web-1")).isEqualTo(id);
    }

    @Test
    void aContainerThatWasPaused() throws Exception {
        Shell.run("docker", "pause", PROJECT + "-web-1");

        expect(new Difference("service/web", "state", "running", "paused"));
        repaired("STARTED service/web");
    }

    @Test
    void aContainerThatWasRenamed() throws Exception {
        Shell.run("docker", "rename", PROJECT + "-web-1", PROJECT + "-other");

        expect(new Difference("service/web", "name", PROJECT + "-web-1", PROJECT + "-other"));
        repaired("ADJUSTED service/web");
    }

    @Test
    void aRestartPolicyThatWasChangedIsSetRightWithoutARestart() throws Exception {
        String id = site.id("web-1");
        Shell.run("docker", "update", "--restart", "no", PROJECT + "-web-1");

        expect(new Difference("service/web", "restart", "unless-stopped", "no"));
        repaired("ADJUSTED service/web");
        assertThat(site.id("web-1")).isEqualTo(id);
    }

    @Test
    void aLimitThatWasChanged() throws Exception {
        Shell.run("docker", "update", "--memory", "96m", "--memory-swap", "192m", PROJECT + "-web-1");

        expect(new Difference("service/web", "mem_limit", "67108864", "100663296"));
        repaired("RECREATED service/web");
        site.commit(good);
    }

    @Test
    void aContainerThatWasDisconnectedOrConnectedElsewhere() throws Exception {
        Shell.run("docker", "network", "disconnect", PROJECT + "_front", PROJECT + "-web-1");
        expect(new Difference("service/web", "networks", PROJECT + "_front", ""));
        repaired("ADJUSTED service/web");
        assertThat(site.exec("db-1", "nslookup", "web")).contains("Address");

        Shell.run("docker", "network", "connect", "bridge", PROJECT + "-web-1");
        expect(new Difference("service/web", "networks", PROJECT + "_front", "bridge, " + PROJECT + "_front"));
        repaired("ADJUSTED service/web");
    }

    @Test
    void aNetworkThatWasRemoved() throws Exception {
        Shell.run("docker", "rm", "-f", PROJECT + "-web-1", PROJECT + "-db-1");
        Shell.run("docker", "network", "rm", PROJECT + "_front");

        assertThat(site.runtime.diff(good)).contains(new Difference("network/front", "state", "present", "missing"));
        repaired("CREATED network/front", "CREATED service/db", "CREATED service/web");
    }

    @Test
    void aFileThatWasChangedOrRemoved() throws Exception {
        Path file = folder.resolve("files/etc/a.conf");
        Files.writeString(file, "edited by hand");
        assertThat(site.runtime.diff(good)).singleElement().satisfies(d -> assertThat(d.object() + " " + d.field())
                .isEqualTo("file/etc/a.conf digest"));
        repaired("WRITTEN file/etc/a.conf");
        assertThat(site.exec("web-1", "cat", "/files/a.conf")).isEqualTo("one");

        Files.delete(file);
        expect(new Difference("file/etc/a.conf", "state", "present", "missing"));
        repaired("WRITTEN file/etc/a.conf");
    }

    @Test
    void anotherValueOfAVariableIsShownAsAHashOnly() throws Exception {
        Deployment other = site.next(MODEL.formatted("other-secret"), Map.of("etc/a.conf", "one"));

        List<Difference> differences = site.runtime.diff(other);

        assertThat(differences).singleElement().satisfies(d -> {
            assertThat(d.field()).isEqualTo("environment.PASSWORD");
            assertThat(d.wanted()).startsWith("hmac:");
            assertThat(d.found()).startsWith("hmac:").isNotEqualTo(d.wanted());
        });
        assertThat(differences.toString()).doesNotContain("secret").doesNotContain("hush");
    }

    private void expect(Difference... differences) {
        assertThat(site.runtime.diff(good)).containsExactly(differences);
    }

    private void repaired(String... changes) {
        if (!(site.runtime.apply(good, ApplyMode.CORRECT) instanceof Application.Applied applied)) {
            throw new AssertionError("not applied");
        }
        assertThat(applied.changes().stream().map(c -> c.action() + " " + c.object()))
                .containsExactly(changes);
        assertThat(site.runtime.diff(good)).isEmpty();
    }
}
