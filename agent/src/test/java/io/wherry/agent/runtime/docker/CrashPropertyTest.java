package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.contract.StartFirst;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random releases, killed and cut from power at random places, applied again or given up: what is wanted runs in the end, once each.
 * {@code -Dcrash.rounds=N} plays N hundred; {@code e2e/reliability/kills.sh} does so.
 */
@Tag("long")
class CrashPropertyTest {
    private static final DockerSettings SETTINGS =
            DockerSettings.of(Models.OWNER, "0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path folder;

    @RepeatedTest(100)
    void convergesWhereverItWasKilled(RepetitionInfo repetition) {
        for (int round = 0; round < Integer.getInteger("crash.rounds", 1); round++) {
            play(repetition.getCurrentRepetition() + (long) round * repetition.getTotalRepetitions());
        }
    }

    private void play(long seed) {
        Random random = new Random(seed);
        SimulatedEngine engine = new SimulatedEngine();
        Optional<Deployment> good = Optional.empty();
        for (int generation = 1; generation <= 6; generation++) {
            Deployment next = staged(engine, deployment(random, generation));
            engine.retag("i:" + random.nextInt(2), "pushed-" + generation);
            killedNowAndThen(random, engine, next);
            noneTwice(engine, startFirst(next, good), seed);
            if (random.nextInt(3) == 0) {
                good = settled(engine, next, good, seed);
            } else {
                assertThat(runtime(engine).apply(next, ApplyMode.FULL))
                        .as("seed %d", seed)
                        .isInstanceOf(Application.Applied.class);
                assertThat(runtime(engine).commit(next)).isInstanceOf(Settled.Done.class);
                good = Optional.of(next);
            }
            good.ifPresent(deployment -> expect(engine, deployment, seed));
        }
    }

    private static Deployment staged(SimulatedEngine engine, Deployment deployment) {
        if (runtime(engine).stage(deployment) instanceof Staging.Staged(var images)) {
            return deployment.with(images);
        }
        throw new AssertionError("not staged");
    }

    private Optional<Deployment> settled(
            SimulatedEngine engine, Deployment failed, Optional<Deployment> good, long seed) {
        engine.dieAfter((int) (seed % 7) + 1);
        tryTo(() -> runtime(engine).rollback(failed, good));
        engine.revive();
        engine.powerCut();
        noneTwice(engine, startFirst(failed, good), seed);
        assertThat(runtime(engine).rollback(failed, good)).as("seed %d", seed).isInstanceOf(Settled.Done.class);
        if (good.isEmpty()) {
            assertThat(engine.boxes).as("seed %d", seed).isEmpty();
        }
        return good;
    }

    private void killedNowAndThen(Random random, SimulatedEngine engine, Deployment next) {
        for (int kills = random.nextInt(3); kills > 0; kills--) {
            engine.dieAfter(1 + random.nextInt(12));
            tryTo(() -> runtime(engine).apply(next, ApplyMode.FULL));
            engine.revive();
            if (random.nextBoolean()) {
                engine.powerCut();
            }
        }
    }

    private static void tryTo(Runnable task) {
        try {
            task.run();
        } catch (SimulatedEngine.Killed killed) {
            assertThat(killed).hasMessage("killed"); // what this test is about
        }
    }

    private static DockerRuntime runtime(SimulatedEngine engine) {
        return new DockerRuntime(SETTINGS, engine, InstantSource.fixed(Instant.EPOCH), Duration.ZERO);
    }

    private Deployment deployment(Random random, int generation) {
        List<String> services = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            if (random.nextInt(4) > 0) {
                services.add("'" + name + "': {'image': 'i:" + random.nextInt(2) + "', 'environment': {'V': '"
                        + random.nextInt(2) + "'}, 'restart': '" + (random.nextBoolean() ? "always" : "no")
                        + "', 'deploy': {'replicas': " + (1 + random.nextInt(2))
                        + (random.nextBoolean() ? ", 'update_config': {'order': 'start-first'}" : "") + "}"
                        + (random.nextInt(3) == 0 ? ", 'post_start': [{'command': ['ready']}]" : "")
                        + (random.nextInt(3) == 0 ? ", 'configs': [{'source': 'f', 'mode': '0555'}]" : "")
                        + (name.equals("b") && services.size() == 1
                                ? ", 'depends_on': {'a': {'condition': 'service_started', 'restart': true}}"
                                : "")
                        + (name.equals("c") ? ", 'networks': {'x': null, 'y': null}" : "") + "}");
            }
        }
        String model = "{'services': {" + String.join(",", services) + "}, 'networks': {'x': null, 'y': {'internal': "
                + random.nextBoolean() + "}}, 'configs': {'f': {'content': 'x'}}}";
        return Models.deployment(generation, model, folder, "service/a", "service/b", "service/c");
    }

    /** Services that may run twice while one takes the place of the other. */
    private static Set<String> startFirst(Deployment next, Optional<Deployment> good) {
        Set<String> names = new TreeSet<>();
        Stream.concat(Stream.of(next), good.stream())
                .map(deployment -> Wanted.of(deployment, Models.OWNER))
                .flatMap(wanted -> wanted.model().services().values().stream())
                .filter(service -> StartFirst.isAsked(service.raw()))
                .forEach(service -> names.add(service.name()));
        return names;
    }

    private static void noneTwice(SimulatedEngine engine, Set<String> startFirst, long seed) {
        Map<String, Integer> running = new TreeMap<>();
        engine.running().forEach(one -> running.merge(one, 1, Integer::sum));
        running.forEach((one, times) -> assertThat(times)
                .as("%s, seed %d", one, seed)
                .isLessThanOrEqualTo(startFirst.contains(one.split("-", 2)[0]) ? 2 : 1));
    }

    private static void expect(SimulatedEngine engine, Deployment deployment, long seed) {
        Wanted wanted = Wanted.of(deployment, Models.OWNER);
        TreeSet<String> names = new TreeSet<>();
        TreeSet<String> hashes = new TreeSet<>();
        wanted.containers().forEach(c -> {
            names.add(c.service() + "-" + c.number());
            hashes.add(c.name() + " " + c.hash() + " " + c.restart() + " "
                    + deployment.images().get(c.service()) + " "
                    + c.endpoints().keySet());
        });
        assertThat(engine.running()).as("running, seed %d", seed).containsExactlyElementsOf(names);
        assertThat(engine.boxes.values().stream()
                        .map(b -> b.name + " " + b.labels.get(Labels.CONFIG_HASH) + " " + b.restart + " "
                                + b.imageId + " "
                                + b.networks.keySet()))
                .as("containers, seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(hashes);
        wanted.containers()
                .forEach(c -> c.endpoints().keySet().forEach(network -> assertThat(engine.found(network, c.name()))
                        .as("found as %s on %s, seed %d", c.name(), network, seed)
                        .containsExactly(c.name())));
        Set<String> filled = new TreeSet<>();
        wanted.model().services().values().stream()
                .filter(service -> !PlacedFile.of(wanted.model(), service).isEmpty())
                .forEach(service -> filled.add(service.name()));
        assertThat(engine.boxes.values())
                .as("files in containers, seed %d", seed)
                .allSatisfy(box ->
                        assertThat(box.filled).isEqualTo(filled.contains(box.labels.getOrDefault(Labels.SERVICE, ""))));
        assertThat(runtime(engine).diff(deployment)).as("drift, seed %d", seed).isEmpty();
    }
}
