package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tag that moved since: what ran comes back as the image it was, and where that image is gone, nobody pretends. */
class KeptImageIT {
    private static final String PROJECT = Site.unique("wherrykept");

    /** Images of this test alone, so that it may remove them. */
    private static final String FIRST = "wherry.test/" + PROJECT + ":first";

    private static final String SECOND = "wherry.test/" + PROJECT + ":second";

    /** The tag that moves. */
    private static final String TAG = "wherry.test/" + PROJECT + ":stable";

    @TempDir
    Path folder;

    private Site site;
    private String first = "";
    private String second = "";

    @BeforeEach
    void open() throws Exception {
        site = new Site(PROJECT, folder);
        first = load(FIRST);
        second = load(SECOND);
        Shell.run("docker", "tag", FIRST, TAG);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        Shell.exitCode("docker", "rmi", "-f", TAG, FIRST, SECOND);
    }

    private static String load(String name) throws Exception {
        Shell.feed(TestImages.archive(name, Json.object().build()), "docker", "load");
        return Shell.run("docker", "inspect", "-f", "{{.Id}}", name);
    }

    private static String web(String command) {
        return "{'services': {'web': {'image': '" + TAG + "', 'command': " + command
                + ", 'stop_signal': 'SIGKILL', 'restart': 'unless-stopped'}}}";
    }

    private Deployment staged(String command) throws Exception {
        Deployment deployment = site.next(web(command));
        if (site.runtime.stage(deployment) instanceof Staging.Staged(var images)) {
            return deployment.with(images);
        }
        throw new AssertionError("not staged");
    }

    private Deployment good() throws Exception {
        Deployment good = staged("['sleep', '1000']");
        assertThat(good.images()).containsEntry("web", first);
        site.release(good);
        return good;
    }

    private Deployment failed() throws Exception {
        Shell.run("docker", "tag", SECOND, TAG);
        Deployment failed = staged("['false']");
        site.apply(failed);
        assertThat(site.probe(failed)).isInstanceOf(Health.Unhealthy.class);
        assertThat(site.inspect("web-1", "{{.Image}}")).isEqualTo(second);
        return failed;
    }

    @Test
    void aRollbackMakesWhatWasLostOfTheImageThatRan() throws Exception {
        Deployment good = good();
        Deployment failed = failed();
        Shell.run("docker", "rm", "-f", PROJECT + "-web-1.wherry-old-2"); // what was set aside is lost

        site.rollback(failed, Optional.of(good));

        assertThat(site.inspect("web-1", "{{.Image}} {{.State.Running}}")).isEqualTo(first + " true");
        assertThat(site.probe(good)).isInstanceOf(Health.Healthy.class);
        assertThat(site.runtime.diff(good)).isEmpty();
    }

    @Test
    void aReleaseThatDiffersInNothingButWhatItsTagMeansGoesBackToo() throws Exception {
        Deployment good = good();
        Shell.run("docker", "tag", SECOND, TAG);
        Deployment next = staged("['sleep', '1000']");
        assertThat(site.apply(next)).containsExactly("RECREATED service/web");
        Shell.run("docker", "rm", "-f", PROJECT + "-web-1.wherry-old-2");

        site.rollback(next, Optional.of(good));

        assertThat(site.inspect("web-1", "{{.Image}}")).isEqualTo(first);
    }

    @Test
    void aRepairUsesTheImageThatRanAndAnotherOneIsADifference() throws Exception {
        Deployment good = good();
        Shell.run("docker", "tag", SECOND, TAG);
        Shell.run("docker", "rm", "-f", PROJECT + "-web-1");

        assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);

        assertThat(site.inspect("web-1", "{{.Image}}")).isEqualTo(first);
        site.commit(good);
        Deployment other = staged("['sleep', '1000']"); // the same, of the other image
        assertThat(site.runtime.diff(other)).containsExactly(new Difference("service/web", "image", second, first));
    }

    @Test
    void aRedoRunsWhatWasStagedAlthoughTheTagMovedMeanwhile() throws Exception {
        Deployment staged = staged("['sleep', '1000']");
        Shell.run("docker", "tag", SECOND, TAG);

        site.release(staged);

        assertThat(site.inspect("web-1", "{{.Image}}")).isEqualTo(first);
    }

    @Test
    void whereTheImageIsGoneTheFailedOneStaysAndItIsSaid() throws Exception {
        Deployment good = good();
        assertThat(site.runtime.lostImages(good)).isEmpty();
        Deployment failed = failed();
        Shell.run("docker", "rm", "-f", PROJECT + "-web-1.wherry-old-2");
        Shell.run("docker", "rmi", FIRST);

        assertThat(site.runtime.lostImages(good)).containsExactly("web");
        Settled settled = site.runtime.rollback(failed, Optional.of(good));
        assertThat(settled).isInstanceOfSatisfying(Settled.Pending.class, pending -> {
            assertThat(pending.reason()).isEqualTo(RuntimeReason.IMAGE_UNAVAILABLE);
            assertThat(pending.detail()).contains("service/web", TAG);
        });
        assertThat(site.containers()).containsOnlyKeys("web-1");

        load(FIRST); // somebody brings it back: by its id it is the same, whatever its name
        site.rollback(failed, Optional.of(good));
        assertThat(site.inspect("web-1", "{{.Image}}")).isEqualTo(first);
    }

    @Test
    void theRuntimeIsKnownByItsFirstNetwork() throws Exception {
        String none = Shell.run("docker", "network", "inspect", "-f", "{{.Id}}", "none");
        assertThat(site.runtime.info().id()).isEqualTo(none);
        assertThat(List.of(none.split(""))).hasSize(64);
    }
}
