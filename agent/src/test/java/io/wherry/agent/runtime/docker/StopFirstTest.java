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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        List<List<String>> seen = Collections.synchronizedList(new ArrayList<>());
        engine.watch = () -> seen.add(boxes());

        assertThat(runtime().apply(web(2, "i:2"), ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

        assertThat(seen).hasSize(6); // made beside a policy and a name, a name beside an end, a start
        assertThat(seen.get(2))
                .as("made before anything ends")
                .containsExactly("p-web-1.wherry-old-2 running no", "p-web-1.wherry-new-2 created always");
        assertThat(seen.get(4))
                .as("in its place, and the old one ended, before it starts")
                .containsExactly("p-web-1.wherry-old-2 exited no", "p-web-1 created always");
        assertThat(seen.get(5)).containsExactly("p-web-1.wherry-old-2 exited no", "p-web-1 running always");
    }

    /** After a power cut the engine starts what ran and has a policy; by its name alone it is known as set aside. */
    @Test
    void theOldOneHasNoPolicyAnyMoreWhenItGivesItsNameUp() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        engine.watch = () -> seen.addAll(boxes());

        assertThat(runtime().apply(web(2, "i:2"), ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

        assertThat(seen).anyMatch(box -> box.startsWith("p-web-1.wherry-old-2"));
        assertThat(seen)
                .filteredOn(box -> box.startsWith("p-web-1.wherry-old-2"))
                .allMatch(box -> box.endsWith(" no"));
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

    /** Three changes: made, and policy and name of the old one, in whatever order. Then, or never, a power cut. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatWasMadeWhenTheAgentDiedWaitsForTheEndOfTheOldOne(boolean powerCut) {
        engine.dieAfter(3);
        Deployment next = web(2, "i:2");
        try {
            runtime().apply(next, ApplyMode.FULL);
        } catch (SimulatedEngine.Killed killed) {
            assertThat(killed).hasMessage("killed"); // what this test is about
        }
        engine.revive();
        assertThat(boxes()).containsExactly("p-web-1.wherry-old-2 running no", "p-web-1.wherry-new-2 created always");
        if (powerCut) {
            engine.powerCut();
        }
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

    @Test
    void oneThatCameIntoItsPlaceWhileTheOldOneStillRanIsMadeAnew() {
        Deployment next = web(2, "i:2");
        assertThat(runtime().apply(next, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
        engine.boxes.values().forEach(box -> box.state = box.name.contains("-old-") ? "running" : "created");
        List<Long> running = new ArrayList<>();
        engine.watch = () -> running.add(engine.boxes.values().stream()
                .filter(SimulatedEngine.Box::running)
                .count());

        assertThat(runtime().apply(next, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);

        assertThat(running).isNotEmpty().allMatch(count -> count <= 1);
        assertThat(boxes()).containsExactly("p-web-1.wherry-old-2 exited no", "p-web-1 running always");
    }
}
