package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands after the start and before the stop: when they run, and what comes of those that fail. */
class HooksTest {
    private final SimulatedEngine engine = new SimulatedEngine();
    private final DockerRuntime runtime = new DockerRuntime(
            DockerSettings.of(Models.OWNER, "0123456789abcdef".getBytes(StandardCharsets.UTF_8)),
            engine,
            InstantSource.fixed(Instant.EPOCH),
            Duration.ZERO);

    @TempDir
    Path folder;

    private Deployment web(int generation) {
        return Models.deployment(
                generation,
                "{'services': {'web': {'image': 'i:1', 'restart': 'always', 'environment': {'V': '" + generation
                        + "'}, "
                        + "'post_start': [{'command': ['warm', '" + generation + "'], 'user': '0', 'privileged': true,"
                        + " 'working_dir': '/srv', 'environment': {'A': 1, 'B': null}}, {'command': ['tell']}], "
                        + "'pre_stop': [{'command': ['drain', '" + generation + "']}]}}}",
                folder,
                "service/web");
    }

    private List<Change> applied(Deployment deployment) {
        if (runtime.apply(deployment, ApplyMode.FULL) instanceof Application.Applied(var changes)) {
            return changes;
        }
        throw new AssertionError("not applied");
    }

    private Deployment good() {
        Deployment good = web(1);
        applied(good);
        assertThat(runtime.commit(good)).isInstanceOf(Settled.Done.class);
        return good;
    }

    private List<String> names() {
        return engine.boxes.values().stream().map(box -> box.name).sorted().toList();
    }

    @Test
    void areWhatTheEngineTakes() {
        Hooks hooks = Hooks.of(Models.wanted(
                        1,
                        "{'services': {'web': {'image': 'i:1', 'post_start': [{'command': ['warm'], 'user': 'root',"
                                + " 'privileged': true, 'working_dir': '/srv', 'environment': {'B': null, 'A': 1}}]}}}")
                .model()
                .service("web"));

        assertThat(hooks.label())
                .contains(
                        "{\"post_start\":[{\"Cmd\":[\"warm\"],\"Env\":[\"A=1\",\"B\"],\"Privileged\":true,\"User\":\"root\","
                                + "\"WorkingDir\":\"/srv\"}],\"pre_stop\":[]}");
    }

    @Test
    void runAfterTheStartAndBeforeTheStopOfTheContainerThatHasThem() {
        good();
        assertThat(engine.ran).containsExactly("p-web-1.wherry-new-1: warm 1", "p-web-1.wherry-new-1: tell");
        engine.ran.clear();

        applied(web(2));

        assertThat(engine.ran)
                .containsExactly(
                        "p-web-1.wherry-old-2: drain 1", "p-web-1.wherry-new-2: warm 2", "p-web-1.wherry-new-2: tell");
        assertThat(names()).containsExactly("p-web-1", "p-web-1.wherry-old-2");
    }

    @Test
    void runAgainForAContainerThatComesBack() {
        Deployment good = good();
        applied(web(2));
        engine.ran.clear();

        assertThat(runtime.rollback(web(2), Optional.of(good))).isInstanceOf(Settled.Done.class);

        assertThat(engine.ran)
                .containsExactly("p-web-1: drain 2", "p-web-1.wherry-old-2: warm 1", "p-web-1.wherry-old-2: tell");
    }

    @Test
    void oneThatFailsAfterTheStartIsAVerdictAndWhatRanBeforeRunsAgain() {
        Deployment good = good();
        TreeSet<String> ids = new TreeSet<>(engine.boxes.keySet());
        engine.exitCodes.put("tell", 7);

        assertThat(runtime.apply(web(2), ApplyMode.FULL)).isInstanceOfSatisfying(Application.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(RuntimeReason.HOOK_FAILED);
            assertThat(refused.detail()).isEqualTo("service/web: hook 2 of 2 of its post_start ended with exit code 7");
        });

        assertThat(engine.running())
                .as("although its own hook fails too by now")
                .containsExactly("web-1");
        assertThat(engine.boxes.keySet()).isEqualTo(ids);
        assertThat(runtime.rollback(web(2), Optional.of(good))).isInstanceOf(Settled.Done.class);
        assertThat(names()).containsExactly("p-web-1");
    }

    @Test
    void oneThatFailsBeforeTheStopIsToldAndKeepsNothingRunning() {
        good();
        engine.exitCodes.put("drain", 1);

        List<Change> changes = applied(web(2));

        assertThat(changes.getFirst().why())
                .isEqualTo("configuration; nothing ran for 0 ms; hook 1 of 1 of its pre_stop ended with exit code 1");
        assertThat(engine.running()).containsExactly("web-1");
    }

    @Test
    void runOnceMoreWhereTheAgentDiedBeforeTheyHadRun() {
        good();
        boolean died = true;
        for (int calls = 1; died; calls++) {
            Deployment next = web(calls + 1);
            engine.dieAfter(calls);
            died = false;
            try {
                runtime.apply(next, ApplyMode.FULL);
            } catch (SimulatedEngine.Killed e) {
                died = true;
            }
            engine.revive();
            applied(next);
            assertThat(engine.ran)
                    .as("after %d calls", calls)
                    .contains("p-web-1.wherry-new-" + (calls + 1) + ": warm " + (calls + 1))
                    .contains("p-web-1.wherry-new-" + (calls + 1) + ": tell");
            engine.ran.clear();
            assertThat(runtime.commit(next)).isInstanceOf(Settled.Done.class);
            assertThat(names()).as("after %d calls", calls).containsExactly("p-web-1");
        }
    }

    @Test
    void runBeforeARemoval() {
        Deployment good = good();
        engine.ran.clear();

        assertThat(runtime.remove(good, false)).isInstanceOf(Settled.Done.class);

        assertThat(engine.ran).containsExactly("p-web-1: drain 1");
        assertThat(engine.boxes).isEmpty();
    }
}
