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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service with {@code order: start-first} is found by its name at every single call of a swap, and after each of them it can be gone on with or given up. */
class StartFirstTest {
    private static final DockerSettings SETTINGS =
            DockerSettings.of(Models.OWNER, "0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private static final String START_FIRST = "'deploy': {'update_config': {'order': 'start-first'}}";

    @TempDir
    Path folder;

    private final SimulatedEngine engine = new SimulatedEngine();

    private static DockerRuntime runtime(SimulatedEngine engine) {
        return new DockerRuntime(SETTINGS, engine, InstantSource.fixed(Instant.EPOCH), Duration.ZERO);
    }

    private Deployment web(int generation, String value, String more) {
        return web(generation, value, more, "");
    }

    private Deployment web(int generation, String value, String more, String top) {
        return Models.deployment(
                generation,
                "{'services': {'web': {'image': 'i:1', 'restart': 'always', 'environment': {'V': '" + value + "'}, "
                        + START_FIRST + more + "}}" + top + "}",
                folder);
    }

    private Deployment good() {
        Deployment good = web(1, "1", "");
        applied(good);
        assertThat(runtime(engine).commit(good)).isInstanceOf(Settled.Done.class);
        return good;
    }

    private List<Change> applied(Deployment deployment) {
        if (runtime(engine).apply(deployment, ApplyMode.FULL) instanceof Application.Applied(var changes)) {
            return changes;
        }
        throw new AssertionError("not applied");
    }

    private List<String> found() {
        return engine.found("p_default", "web");
    }

    @Test
    void isFoundAfterEveryCall() {
        good();
        List<List<String>> found = new ArrayList<>();
        engine.watch = () -> found.add(found());

        List<Change> changes = applied(web(2, "2", ""));

        assertThat(found).hasSizeGreaterThan(8).allMatch(names -> !names.isEmpty());
        assertThat(changes.getFirst().why())
                .isEqualTo("configuration; no gap: the old one left when the new one was healthy");
        assertThat(found()).containsExactly("p-web-1");
        assertThat(engine.boxes.values().stream().map(b -> b.name + " " + b.state + " " + b.networks.keySet()))
                .containsExactlyInAnyOrder("p-web-1 running [p_default]", "p-web-1.wherry-old-2 exited []");
    }

    @Test
    void theNextOneIsNotFoundBeforeItIsHealthy() {
        good();
        List<String> early = new ArrayList<>();
        engine.watch = () -> engine.boxes.values().stream()
                .filter(b -> Names.isBeside(b.name) && !b.running())
                .filter(b -> b.networks.values().stream().anyMatch(names -> !names.isEmpty()))
                .forEach(b -> early.add(b.name));

        applied(web(2, "2", ""));

        assertThat(early).isEmpty();
    }

    @Test
    void aSwapThatWasKilledAnywhereIsSimplyRepeated() {
        good();
        boolean died = true;
        int kills = 0;
        for (int calls = 1; died; calls++) {
            Deployment next = web(calls + 1, Integer.toString(calls + 1), "");
            List<String> gaps = new ArrayList<>();
            engine.watch = () -> {
                if (found().isEmpty()) {
                    gaps.add("generation " + next.identity().generation());
                }
            };
            died = dies(calls, () -> applied(next));
            applied(next);
            assertThat(gaps).as("killed after %d calls", calls).isEmpty();
            assertThat(runtime(engine).commit(next)).isInstanceOf(Settled.Done.class);
            alone(calls);
            kills += died ? 1 : 0;
        }
        assertThat(kills).isGreaterThan(8);
    }

    @Test
    void aSwapThatWasKilledAnywhereAndIsGivenUpGoesBackToTheVerySameContainer() {
        Deployment good = good();
        String id = engine.boxes.keySet().iterator().next();
        boolean died = true;
        for (int calls = 1; died; calls++) {
            Deployment next = web(calls + 1, "2", "");
            died = dies(calls, () -> applied(next));
            assertThat(runtime(engine).rollback(next, Optional.of(good))).isInstanceOf(Settled.Done.class);
            alone(calls);
            assertThat(engine.boxes.keySet()).as("after %d calls", calls).containsExactly(id);
        }
    }

    @Test
    void aRollbackThatWasKilledAnywhereIsSimplyRepeated() {
        Deployment good = good();
        boolean died = true;
        for (int calls = 1; died; calls++) {
            Deployment next = web(calls + 1, "2", "");
            applied(next);
            died = dies(calls, () -> runtime(engine).rollback(next, Optional.of(good)));
            engine.powerCut();
            assertThat(runtime(engine).rollback(next, Optional.of(good))).isInstanceOf(Settled.Done.class);
            alone(calls);
        }
    }

    private void alone(int calls) {
        assertThat(found()).as("after %d calls", calls).containsExactly("p-web-1");
        assertThat(engine.boxes.values())
                .as("after %d calls", calls)
                .singleElement()
                .satisfies(box -> assertThat(box.name + " " + box.state + " " + box.restart)
                        .isEqualTo("p-web-1 running always"));
    }

    private boolean dies(int calls, Runnable task) {
        engine.dieAfter(calls);
        try {
            task.run();
            return false;
        } catch (SimulatedEngine.Killed e) {
            return true;
        } finally {
            engine.revive();
        }
    }

    @Test
    void oneThatDoesNotBecomeHealthyIsTakenAwayAndTheOldOneIsNotTouched() {
        Deployment good = good();
        SimulatedEngine.Box old = engine.boxes.values().iterator().next();
        Map<String, List<String>> names = new TreeMap<>(old.networks);
        engine.broken.add("sha256:i-2-0");
        Deployment bad = Models.deployment(
                2, "{'services': {'web': {'image': 'i:2', 'restart': 'always', " + START_FIRST + "}}}", folder);

        assertThat(runtime(engine).apply(bad, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.REPLACEMENT_UNHEALTHY);
                    assertThat(refused.detail()).startsWith("service/web: the new container ended with exit code 1");
                });

        alone(0);
        assertThat(engine.boxes).containsOnlyKeys(old.id);
        assertThat(old.networks).isEqualTo(names);
        assertThat(runtime(engine).rollback(bad, Optional.of(good))).isInstanceOf(Settled.Done.class);
        assertThat(engine.boxes).containsOnlyKeys(old.id);
    }

    @Test
    void whatFailsLaterGivesTheNamesBack() {
        String model =
                "{'services': {'web': {'image': 'i:1', 'restart': 'always', 'environment': {'V': '%s'}, " + START_FIRST
                        + "}, 'z': {'image': '%s', 'restart': 'always', 'depends_on': {'web': {'condition': 'service_started'}}, "
                        + "'post_start': [{'command': ['ready']}]}}}";
        Deployment good = Models.deployment(1, model.formatted("1", "i:1"), folder);
        applied(good);
        assertThat(runtime(engine).commit(good)).isInstanceOf(Settled.Done.class);
        engine.exitCodes.put("ready", 3);
        Deployment bad = Models.deployment(2, model.formatted("2", "i:2"), folder);

        assertThat(runtime(engine).apply(bad, ApplyMode.FULL)).isInstanceOf(Application.Refused.class);

        assertThat(found()).as("before any rollback").containsExactly("p-web-1");
        assertThat(engine.found("p_default", "z")).containsExactly("p-z-1");
        assertThat(runtime(engine).rollback(bad, Optional.of(good))).isInstanceOf(Settled.Done.class);
        assertThat(runtime(engine).diff(good)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'ports': [{'target': 80, 'published': '8080', 'protocol': 'tcp'}] | publishes port 8080",
                "'container_name': 'p-web-1' | has a container_name",
                "'volumes': [{'type': 'bind', 'source': '/srv/x', 'target': '/x', 'bind': {}}] | may write to what is mounted at /x",
                "'networks': {'default': {'ipv4_address': '10.0.0.9'}} | has a fixed ipv4_address on network default",
                "'mac_address': '02:42:ac:11:00:02' | has a mac_address",
                "'pid': 'host' | has pid host",
                "'privileged': true | is privileged",
                "'devices': [{'source': '/dev/null', 'target': '/dev/null', 'permissions': 'rwm'}] | uses devices of the host",
            })
    void isStoppedFirstWhereTwoCannotShareAndSaysWhy(String attribute, String why) {
        String network = ", 'networks': {'default': {'ipam': {'config': [{'subnet': '10.0.0.0/24'}]}}}";
        applied(web(1, "1", ", " + attribute, network));

        List<Change> changes = applied(web(2, "2", ", " + attribute, network));

        assertThat(changes.getFirst().why())
                .isEqualTo("configuration; stopped first, because it " + why + "; nothing ran for 0 ms");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'ports': [{'target': 80, 'protocol': 'tcp'}]",
                "'volumes': [{'type': 'bind', 'source': '/srv/x', 'target': '/x', 'read_only': true, 'bind': {}}]",
                "'volumes': [{'type': 'tmpfs', 'target': '/x'}]",
                "'networks': {'default': {'aliases': ['shop']}}",
            })
    void startsFirstWithWhatEachHasForItself(String attribute) {
        applied(web(1, "1", ", " + attribute));

        assertThat(applied(web(2, "2", ", " + attribute)).getFirst().why()).contains("no gap");
    }

    @Test
    void isStoppedFirstWhereAnotherServiceIsInItsNetwork() {
        String model = "{'services': {'web': {'image': 'i:1', 'environment': {'V': '%s'}, " + START_FIRST
                + "}, 'side': {'image': 'i:1', 'network_mode': 'service:web'}}}";
        applied(Models.deployment(1, model.formatted("1"), folder));

        assertThat(applied(Models.deployment(2, model.formatted("2"), folder)))
                .filteredOn(change -> change.object().equals("service/web"))
                .singleElement()
                .satisfies(change -> assertThat(change.why()).contains("shares what it has with service side"));
    }
}
