package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands after the start and before the stop, in real containers: each leaves a line in a folder of the host. */
class HooksIT {
    private static final String MODEL = """
            {'services': {'web': {'image': 'wherry.test/busybox:1', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL',
               'restart': 'unless-stopped', 'user': '65534', 'environment': {'V': '%1$s'},
               'volumes': [{'type': 'bind', 'source': '%2$s', 'target': '/log', 'bind': {}}],
               'post_start': [{'command': ['sh', '-c', 'echo started $W $$(id -u) in $$PWD >> /log/lines; exit %3$s'],
                               'user': '0', 'working_dir': '/tmp', 'environment': {'W': '%1$s'}}],
               'pre_stop': [{'command': ['sh', '-c', 'echo stops $V >> /log/lines; exit %4$s'], 'user': 'root'}]}}}
            """;

    @TempDir
    Path folder;

    @TempDir
    Path log;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = new Site(Site.unique("wherryhooks"), folder);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private Deployment release(String version, int startExit, int stopExit) throws Exception {
        return site.next(MODEL.formatted(version, log, startExit, stopExit).replace("$$", "$"));
    }

    @Test
    void runWithTheirOwnUserFolderAndEnvironment() throws Exception {
        site.release(release("one", 0, 0));
        assertThat(log.resolve("lines")).content().isEqualTo("started one 0 in /tmp\n");

        site.release(release("two", 0, 0));

        assertThat(log.resolve("lines"))
                .content()
                .isEqualTo("started one 0 in /tmp\nstops one\nstarted two 0 in /tmp\n");
        assertThat(site.containers()).isEqualTo(Map.of("web-1", "running busybox:1"));
    }

    @Test
    void oneThatFailsAfterTheStartSendsTheReleaseBack() throws Exception {
        Deployment good = release("one", 0, 0);
        site.release(good);
        String id = site.id("web-1");
        Deployment bad = release("two", 3, 0);

        assertThat(site.runtime.apply(bad, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.HOOK_FAILED);
                    assertThat(refused.detail())
                            .isEqualTo("service/web: hook 1 of 1 of its post_start ended with exit code 3");
                });
        site.rollback(bad, Optional.of(good));

        assertThat(site.containers()).isEqualTo(Map.of("web-1", "running busybox:1"));
        assertThat(site.id("web-1")).isEqualTo(id);
        assertThat(log.resolve("lines"))
                .content()
                .endsWith("started two 0 in /tmp\nstops two\nstarted one 0 in /tmp\n");
    }

    @Test
    void aProgramThatDoesNotExistIsAVerdictToo() throws Exception {
        Deployment bad = site.next(
                MODEL.formatted("one", log, 0, 0).replace("$$", "$").replaceFirst("'sh', '-c'", "'/no/such/program'"));

        assertThat(site.runtime.apply(bad, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RuntimeReason.HOOK_FAILED));
        site.rollback(bad, Optional.empty());

        assertThat(site.containers()).isEmpty();
    }

    @Test
    void oneThatFailsBeforeTheStopKeepsNothingRunning() throws Exception {
        site.release(release("one", 0, 5));
        String id = site.id("web-1");

        site.release(release("two", 0, 0));

        assertThat(site.id("web-1")).isNotEqualTo(id);
        assertThat(site.containers()).isEqualTo(Map.of("web-1", "running busybox:1"));
    }
}
