package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that is replaced, one after the other: nothing stands between the end of the old one and the start of the new one. */
class StopFirstTest {
    @TempDir
    Path folder;

    private final SimulatedEngine engine = new SimulatedEngine();
    private Deployment good;

    @BeforeEach
    void runs() {
        good = web(1, "i:1");
        assertThat(runtime().apply(good, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
        assertThat(runtime().commit(good)).isInstanceOf(Settled.Done.class);
    }

    private DockerRuntime runtime() {
        return new DockerRuntime(
                DockerSettings.of(Models.OWNER, "0123456789abcdef".getBytes(StandardCharsets.UTF_8)),
                engine,
                InstantSource.system());
    }

    private Deployment web(int generation, String image) {
        return Models.deployment(
                generation, "{'services': {'web': {'image': '" + image + "', 'restart': 'always'}}}", folder);
    }

    private List<String> boxes() {
        return engine.boxes.values().stream()
                .map(box -> box.name + " " + box.state + " " + box.restart)
                .toList();
    }

    @Test
    void theNewOneIsMadeBeforeTheOldOneEnds() {
        List<List<String>> seen = new ArrayList<>();
        engine.watch = () -> seen.add(boxes());

        assertThat(runtime().apply(web(2, "i:2"), ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

        assertThat(seen)
                .containsExactly(
                        List.of("p-web-1 running no"),
                        List.of("p-web-1.wherry-old-2 running no"),
                        List.of("p-web-1.wherry-old-2 running no", "p-web-1 created always"),
                        List.of("p-web-1.wherry-old-2 exited no", "p-web-1 created always"),
                        List.of("p-web-1.wherry-old-2 exited no", "p-web-1 running always"));
    }

    @Test
    void whatCannotBeMadeEndsNothing() {
        String id = engine.boxes.keySet().iterator().next();
        engine.unmakeable.add("sha256:i-2-0");
        List<String> stopped = new ArrayList<>();
        engine.watch = () ->
                engine.boxes.values().stream().filter(box -> !box.running()).forEach(box -> stopped.add(box.name));

        assertThat(runtime().apply(web(2, "i:2"), ApplyMode.FULL)).isNotInstanceOf(Application.Applied.class);

        assertThat(stopped).isEmpty();
        assertThat(engine.boxes).containsOnlyKeys(id);
        assertThat(boxes()).containsExactly("p-web-1 running always");
    }

    @Test
    void oneThatWasMadeWhenThePlugWasPulledWaitsForTheEndOfTheOldOne() {
        engine.dieAfter(3); // policy, name, create
        Deployment next = web(2, "i:2");
        try {
            runtime().apply(next, ApplyMode.FULL);
        } catch (SimulatedEngine.Killed killed) {
            assertThat(killed).hasMessage("killed"); // what this test is about
        }
        engine.revive();
        assertThat(boxes()).containsExactly("p-web-1.wherry-old-2 running no", "p-web-1 created always");
        List<Long> running = new ArrayList<>();
        engine.watch = () -> running.add(engine.boxes.values().stream()
                .filter(SimulatedEngine.Box::running)
                .count());

        assertThat(runtime().apply(next, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

        assertThat(running).isNotEmpty().allMatch(count -> count <= 1);
        assertThat(boxes()).containsExactly("p-web-1.wherry-old-2 exited no", "p-web-1 running always");
        assertThat(runtime().rollback(next, Optional.of(good))).isInstanceOf(Settled.Done.class);
        assertThat(boxes()).containsExactly("p-web-1 running always");
    }
}
