package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeInfo;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Staging;
import io.wherry.e2e.ComposeOracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a site sees of one release after the other. */
class DockerRuntimeIT {
    private static final String PROJECT = Site.unique("wherryit");

    private static final String TWO_SERVICES = """
            {'services': {
              'web': {'image': 'wherry.test/busybox:%s', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',
                      'restart': 'unless-stopped', 'depends_on': {'db': {'condition': 'service_started'}}},
              'db': {'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',
                     'restart': 'unless-stopped',
                     'volumes': [{'type': 'volume', 'source': 'data', 'target': '/data', 'volume': {}}]}},
             'volumes': {'data': null}}
            """;

    /** Ends at once, so it never becomes healthy. */
    private static final String BROKEN =
            TWO_SERVICES.formatted("2").replaceFirst("'sleep', '1000'", "'sh', '-c', 'echo broken by design; exit 3'");

    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = new Site(PROJECT, folder);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void saysWhoTheEngineIs() {
        RuntimeInfo info = site.runtime.info();

        assertThat(info.kind()).isEqualTo("docker");
        assertThat(info.id()).isNotEmpty();
        assertThat(info.apiVersion()).matches("1\\.[0-9]+");
        assertThat(info.platform()).startsWith("linux/");
    }

    @Test
    void appliesAStackThatComposeThenShows() throws Exception {
        Deployment first = site.next(TWO_SERVICES.formatted("1"));

        assertThat(site.runtime.stage(first)).isInstanceOf(Staging.Staged.class);
        List<String> changes = site.apply(first);

        assertThat(changes)
                .containsExactly(
                        "CREATED network/default", "CREATED volume/data", "CREATED service/db", "CREATED service/web");
        assertThat(site.probe(first)).isInstanceOf(Health.Healthy.class);
        assertThat(site.commit(first).changes()).isEmpty();
        assertThat(site.runtime.diff(first)).isEmpty();
        String compose = ComposeOracle.find().program();
        assertThat(Shell.run(compose, "ls", "--format", "json"))
                .contains("\"Name\":\"" + PROJECT + "\"")
                .containsPattern(PROJECT + "\",\"Status\":\"running\\(2\\)");
        assertThat(Shell.run(compose, "-p", PROJECT, "ps", "--format", "{{.Service}} {{.State}}"))
                .contains("web running")
                .contains("db running");
        assertThat(Shell.exitCode(compose, "-p", PROJECT, "logs")).isZero();
    }

    @Test
    void touchesOnlyWhatChanged() throws Exception {
        site.release(site.next(TWO_SERVICES.formatted("1")));
        String db = site.id("db-1");
        String web = site.id("web-1");
        site.exec("db-1", "sh", "-c", "echo kept > /data/file");

        Deployment second = site.next(TWO_SERVICES.formatted("2"));
        List<String> changes = site.apply(second);

        assertThat(changes).containsExactly("RECREATED service/web");
        assertThat(site.containers()).containsEntry("web-1.wherry-old-2", "exited busybox:1");
        assertThat(site.probe(second)).isInstanceOf(Health.Healthy.class);
        site.commit(second);
        assertThat(site.id("db-1")).isEqualTo(db);
        assertThat(site.id("web-1")).isNotEqualTo(web);
        assertThat(site.containers()).isEqualTo(Map.of("db-1", "running busybox:1", "web-1", "running busybox:2"));
        assertThat(site.exec("db-1", "cat", "/data/file")).isEqualTo("kept");
    }

    @Test
    void doesNothingWhereNothingChanged() throws Exception {
        Deployment first = site.next(TWO_SERVICES.formatted("1"));
        site.release(first);

        assertThat(site.apply(site.next(TWO_SERVICES.formatted("1")))).isEmpty();
        assertThat(site.apply(first)).isEmpty();
    }

    @Test
    void goesBackFromABrokenReleaseTenTimesOutOfTen() throws Exception {
        Deployment good = site.next(TWO_SERVICES.formatted("1"));
        site.release(good);
        String before = site.id("web-1");
        Map<String, String> running = site.containers();

        for (int i = 0; i < 10; i++) {
            Deployment broken = site.next(BROKEN);
            site.apply(broken);
            assertThat(site.probe(broken)).isInstanceOfSatisfying(Health.Unhealthy.class, unhealthy -> {
                assertThat(unhealthy.detail()).contains("service/web").contains("broken by design");
                assertThat(unhealthy.reason()).isIn(HealthReason.EXITED, HealthReason.CRASH_LOOPING);
            });
            site.rollback(broken, Optional.of(good));

            assertThat(site.containers()).as("round %d", i).isEqualTo(running);
            assertThat(site.id("web-1")).isEqualTo(before);
            assertThat(site.inspect("web-1", "{{.HostConfig.RestartPolicy.Name}}"))
                    .isEqualTo("unless-stopped");
        }
        assertThat(site.runtime.diff(good)).isEmpty();
    }

    @Test
    void takesAFirstReleaseThatIsBrokenAwayAgain() throws Exception {
        Deployment broken = site.next(BROKEN);
        site.apply(broken);
        site.rollback(broken, Optional.empty());

        assertThat(site.containers()).isEmpty();
        assertThat(Shell.run("docker", "network", "ls", "--format", "{{.Name}}"))
                .doesNotContain(PROJECT + "_default");
        assertThat(Shell.run("docker", "volume", "ls", "--format", "{{.Name}}"))
                .as("data is never removed without permission")
                .contains(PROJECT + "_data");
        Shell.run("docker", "volume", "rm", PROJECT + "_data");
    }

    @Test
    void aMissingImageTakesNothingDown() throws Exception {
        Deployment good = site.next(TWO_SERVICES.formatted("1"));
        site.release(good);
        Map<String, String> running = site.containers();
        Deployment missing =
                site.next(TWO_SERVICES.formatted("1").replaceFirst("wherry.test/busybox:1", TestImages.MISSING));

        assertThat(site.runtime.stage(missing)).isInstanceOfSatisfying(Staging.Pending.class, pending -> {
            assertThat(pending.reason()).isEqualTo(RuntimeReason.IMAGE_UNAVAILABLE);
            assertThat(pending.detail()).contains("service/web").contains(TestImages.MISSING);
        });
        assertThat(site.runtime.apply(missing, ApplyMode.FULL)).isInstanceOf(Application.Pending.class);
        assertThat(site.containers()).isEqualTo(running);
    }

    @Test
    void aConfigThatAServiceWantsAsItsOwnIsPutIntoTheContainer() throws Exception {
        String model = """
                {'services': {'web': {'image': 'wherry.test/busybox:1', 'command': ['/opt/app/run.sh'], 'stop_signal': 'SIGKILL',
                   'deploy': {'replicas': 2}, 'user': '1000',
                   'configs': [{'source': 'script', 'target': '/opt/app/run.sh', 'mode': '0755'},
                               {'source': 'key', 'uid': '1000', 'gid': '1001', 'mode': '0400'}]}},
                 'configs': {'script': {'content': '#!/bin/sh\\n echo %s; exec sleep 1000\\n'}, 'key': {'content': 'hush'}}}
                """;
        Deployment first = site.next(model.formatted("one"));
        site.release(first);

        for (String container : List.of("web-1", "web-2")) {
            assertThat(site.exec(container, "busybox", "stat", "-c", "%u %g %a", "/opt/app/run.sh", "/key"))
                    .isEqualTo("0 0 755\n1000 1001 400");
            assertThat(site.exec(container, "cat", "/key")).isEqualTo("hush");
        }
        assertThat(folder.resolve("files/.wherry")).doesNotExist();
        assertThat(site.runtime.diff(first)).isEmpty();

        Deployment second = site.next(model.formatted("two"));
        site.apply(second);
        assertThat(site.exec("web-2", "cat", "/opt/app/run.sh")).contains("echo two");
        site.rollback(second, Optional.of(first));

        assertThat(site.exec("web-2", "cat", "/opt/app/run.sh")).contains("echo one");
    }

    @Test
    void whatUsesAnotherFileNowIsMadeAnewAndStartsAgain() throws Exception {
        String model = """
                {'services': {'web': {'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',
                   'secrets': [{'source': 'key'}]}},
                 'secrets': {'key': {'file': './%s'}}}
                """;
        site.release(site.next(model.formatted("old.txt"), Map.of("old.txt", "old")));
        String before = site.id("web-1");

        Deployment second = site.next(model.formatted("new.txt"), Map.of("new.txt", "new"));
        site.release(second);

        assertThat(folder.resolve("files/old.txt")).doesNotExist();
        assertThat(site.id("web-1")).isNotEqualTo(before);
        Shell.run("docker", "restart", site.project + "-web-1");
        assertThat(site.exec("web-1", "cat", "/run/secrets/key")).isEqualTo("new");
        assertThat(site.apply(second)).isEmpty();
    }

    @Test
    void writesFilesAndPutsThemBack() throws Exception {
        String model = """
                {'services': {'web': {'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',
                   'environment': {'V': '%s'},
                   'configs': [{'source': 'app'}], 'secrets': [{'source': 'key'}],
                   'volumes': [{'type': 'bind', 'source': './etc', 'target': '/files', 'bind': {'create_host_path': true}}]}},
                 'configs': {'app': {'content': 'from the model'}}, 'secrets': {'key': {'file': './key.txt'}}}
                """;
        Deployment first = site.next(
                model.formatted(1), Map.of("etc/a.conf", "one", "etc/run.sh", "#!/bin/sh\n", "key.txt", "hush"));
        site.release(first);
        assertThat(site.exec("web-1", "cat", "/files/a.conf")).isEqualTo("one");
        assertThat(site.exec("web-1", "cat", "/app")).isEqualTo("from the model");
        assertThat(site.exec("web-1", "cat", "/run/secrets/key")).isEqualTo("hush");
        assertThat(Files.isExecutable(folder.resolve("files/etc/run.sh"))).isTrue();
        site.exec("web-1", "sh", "-c", "echo mine > /files/own.txt");

        Deployment second = site.next(model.formatted(2), Map.of("etc/b.conf", "two", "key.txt", "hush"));
        site.apply(second);
        assertThat(site.exec("web-1", "ls", "/files")).isEqualTo("b.conf\nown.txt");
        site.rollback(second, Optional.of(first));

        assertThat(site.exec("web-1", "ls", "/files")).isEqualTo("a.conf\nown.txt\nrun.sh");
        assertThat(site.exec("web-1", "cat", "/files/a.conf")).isEqualTo("one");
        assertThat(site.runtime.diff(first)).isEmpty();

        Deployment tombstone = site.next("{'services': {}}", false, "service/web", "network/default");
        Site.done(site.runtime.remove(tombstone, false));

        try (Stream<Path> left = Files.walk(folder.resolve("files"))) {
            assertThat(left.filter(Files::isRegularFile))
                    .as("only what the workload wrote")
                    .containsExactly(folder.resolve("files/etc/own.txt"));
        }
        assertThat(folder.resolve("files.written.json")).doesNotExist();
    }
}
