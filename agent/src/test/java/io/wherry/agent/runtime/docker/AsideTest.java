package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of that which was set aside runs when it comes back. */
class AsideTest {
    private final SimulatedEngine engine = new SimulatedEngine();
    private final DockerRuntime runtime = new DockerRuntime(
            DockerSettings.of(Models.OWNER, "0123456789abcdef".getBytes(StandardCharsets.UTF_8)),
            engine,
            InstantSource.fixed(Instant.EPOCH));

    @TempDir
    Path folder;

    private Deployment web(int generation) {
        return Models.deployment(
                generation,
                "{'services': {'web': {'image': 'i:1', 'restart': 'no', 'environment': {'V': '" + generation + "'}}}}",
                folder);
    }

    private Deployment good() {
        Deployment good = web(1);
        assertThat(runtime.apply(good, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
        assertThat(runtime.commit(good)).isInstanceOf(Settled.Done.class);
        return good;
    }

    private void fail(Deployment good) {
        assertThat(runtime.apply(web(2), ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
        assertThat(runtime.rollback(web(2), Optional.of(good))).isInstanceOf(Settled.Done.class);
    }

    @Test
    void whatAPowerCutEndedRunsAgain() {
        Deployment good = good();
        engine.powerCut();
        assertThat(engine.running()).isEmpty(); // its restart policy is "no"
        fail(good);
        assertThat(engine.running()).containsExactly("web-1");
    }

    @Test
    void aOneOffContainerThatEndedWellIsNotRunASecondTime() {
        Deployment good = good();
        engine.call(new Engine.Call("POST", "/containers/p-web-1/stop", null, java.time.Duration.ofSeconds(1), false));
        fail(good);
        assertThat(engine.running()).isEmpty();
    }
}
