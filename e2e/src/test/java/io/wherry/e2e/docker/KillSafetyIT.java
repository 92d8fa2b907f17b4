package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.MortalRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent is killed after every single changing call to the engine, one run for each: never both old and new, never none in the end. */
class KillSafetyIT {
    /** Three services in two levels, all of which change: about 20 changing calls. */
    private static final String MODEL = """
            {'services': {
              'db': {'image': 'wherry.test/volume:%1$s', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL', 'restart': 'always'},
              'cache': {'image': 'wherry.test/busybox:%1$s', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL'},
              'web': {'image': 'wherry.test/busybox:%1$s', 'command': [%2$s], 'stop_signal': 'SIGKILL',
                      'restart': 'unless-stopped', 'depends_on': {'db': {'condition': 'service_started'}},
                      'networks': {'front': null, 'back': null}}},
             'networks': {'front': null, 'back': null}}
            """;

    /** One service that is never to be away: about 14 changing calls. */
    private static final String START_FIRST = """
            {'services': {
              'web': {'image': 'wherry.test/busybox:%s', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL', 'restart': 'unless-stopped',
                      'deploy': {'update_config': {'order': 'start-first'}}, 'networks': {'front': null, 'back': null}}},
             'networks': {'front': null, 'back': null}}
            """;

    private static final String RUNS = "'sleep', '1000'";
    private static final String ENDS = "'false'";

    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = new Site(Site.unique("wherrykill"), folder, MortalRuntime.immortal(Site.SETTINGS));
        site.observes(Duration.ofMillis(50)); // a hundred times
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void anApplyThatWasKilledAnywhereIsSimplyRepeated() throws Exception {
        int image = 1;
        site.release(site.next(MODEL.formatted(image, RUNS)));
        boolean died = true;
        int kills = 0;
        for (int calls = 1; died; calls++) {
            image = 3 - image;
            Deployment next = site.next(MODEL.formatted(image, RUNS));
            died = dies(calls, runtime -> runtime.apply(next, ApplyMode.FULL));
            neverBoth(calls);

            site.release(next);

            expectAll(image, calls);
            kills += died ? 1 : 0;
        }
        assertThat(kills).as("changing calls of one apply").isGreaterThan(12);
    }

    @Test
    void aKilledApplyThatIsThenGivenUpGoesBack() throws Exception {
        Deployment good = site.next(MODEL.formatted(1, RUNS));
        site.release(good);
        Map<String, String> ids = ids();
        boolean died = true;
        for (int calls = 1; died; calls++) {
            Deployment next = site.next(MODEL.formatted(2, RUNS));
            died = dies(calls, runtime -> runtime.apply(next, ApplyMode.FULL));

            site.rollback(next, Optional.of(good));

            expectAll(1, calls);
            assertThat(ids())
                    .as("the very containers that ran before, after %d calls", calls)
                    .isEqualTo(ids);
        }
    }

    @Test
    void aRollbackThatWasKilledAnywhereIsSimplyRepeated() throws Exception {
        Deployment good = site.next(MODEL.formatted(1, RUNS));
        site.release(good);
        boolean died = true;
        for (int calls = 1; died; calls++) {
            Deployment broken = site.next(MODEL.formatted(2, ENDS));
            assertThat(site.runtime.apply(broken, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            died = dies(calls, runtime -> runtime.rollback(broken, Optional.of(good)));
            neverBoth(calls);

            site.rollback(broken, Optional.of(good));

            expectAll(1, calls);
            assertThat(site.runtime.diff(good)).as("after %d calls", calls).isEmpty();
        }
    }

    @Test
    void aCommitThatWasKilledAnywhereIsSimplyRepeated() throws Exception {
        site.release(site.next(MODEL.formatted(1, RUNS)));
        int image = 1;
        boolean died = true;
        for (int calls = 1; died; calls++) {
            image = 3 - image;
            Deployment next = site.next(MODEL.formatted(image, RUNS));
            site.apply(next);
            assertThat(site.probe(next)).isInstanceOf(Health.Healthy.class);
            died = dies(calls, runtime -> runtime.commit(next));
            site.commit(next);
            expectAll(image, calls);
        }
    }

    @Test
    void aServiceThatStartsFirstIsThereWhereverTheAgentWasKilled() throws Exception {
        int image = 1;
        site.release(site.next(START_FIRST.formatted(image)));
        boolean died = true;
        int kills = 0;
        for (int calls = 1; died; calls++) {
            image = 3 - image;
            Deployment next = site.next(START_FIRST.formatted(image));
            died = dies(calls, runtime -> runtime.apply(next, ApplyMode.FULL));
            assertThat(site.containers().values())
                    .as("after %d calls", calls)
                    .anyMatch(state -> state.startsWith("running"));
            assertThat(found("front")).as("found as web after %d calls", calls).isNotEmpty();

            site.release(next);

            alone(image, calls);
            kills += died ? 1 : 0;
        }
        assertThat(kills).as("changing calls of one swap").isGreaterThan(10);
    }

    @Test
    void aServiceThatStartsFirstGoesBackToTheVerySameContainer() throws Exception {
        Deployment good = site.next(START_FIRST.formatted(1));
        site.release(good);
        String id = site.id("web-1");
        boolean died = true;
        for (int calls = 1; died; calls++) {
            Deployment next = site.next(START_FIRST.formatted(2));
            died = dies(calls, runtime -> runtime.apply(next, ApplyMode.FULL));

            site.rollback(next, Optional.of(good));

            alone(1, calls);
            assertThat(site.id("web-1")).as("after %d calls", calls).isEqualTo(id);
            assertThat(site.runtime.diff(good)).as("after %d calls", calls).isEmpty();
        }
    }

    private void alone(int image, int calls) throws Exception {
        assertThat(site.containers())
                .as("after %d calls", calls)
                .isEqualTo(Map.of("web-1", "running busybox:" + image));
        assertThat(site.inspect("web-1", "{{.HostConfig.RestartPolicy.Name}}")).isEqualTo("unless-stopped");
        for (String network : List.of("front", "back")) {
            assertThat(found(network)).as("after %d calls", calls).containsExactly("web-1");
        }
    }

    /** Running containers that have the name web on a network. */
    private List<String> found(String network) throws Exception {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, String> container : site.containers().entrySet()) {
            String names = site.inspect(
                    container.getKey(),
                    "{{with index .NetworkSettings.Networks \"" + site.project + "_" + network
                            + "\"}}{{json .Aliases}}{{end}}");
            if (container.getValue().startsWith("running") && names.contains("\"web\"")) {
                found.add(container.getKey());
            }
        }
        return found;
    }

    private static boolean dies(int calls, Consumer<DockerRuntime> task) {
        try (DockerRuntime mortal = MortalRuntime.open(Site.SETTINGS, calls)) {
            task.accept(mortal);
            return false;
        } catch (MortalRuntime.Killed e) {
            return true;
        }
    }

    private void neverBoth(int calls) throws Exception {
        Map<String, Long> running = new TreeMap<>();
        for (Map.Entry<String, String> container : site.containers().entrySet()) {
            String service = container.getKey().replaceFirst("-1.*", "");
            if (container.getValue().startsWith("running")) {
                running.merge(service, 1L, Long::sum);
            }
        }
        assertThat(running.values())
                .as("running after %d calls: %s", calls, running)
                .allMatch(n -> n == 1);
    }

    private void expectAll(int image, int calls) throws Exception {
        assertThat(site.containers())
                .as("after %d calls", calls)
                .isEqualTo(Map.of(
                        "db-1", "running volume:" + image,
                        "cache-1", "running busybox:" + image,
                        "web-1", "running busybox:" + image));
        assertThat(site.inspect("web-1", "{{.HostConfig.RestartPolicy.Name}}")).isEqualTo("unless-stopped");
        assertThat(site.inspect("db-1", "{{.HostConfig.RestartPolicy.Name}}")).isEqualTo("always");
        assertThat(site.inspect("web-1", "{{len .NetworkSettings.Networks}}")).isEqualTo("2");
    }

    private Map<String, String> ids() throws Exception {
        return Map.of("db", site.id("db-1"), "cache", site.id("cache-1"), "web", site.id("web-1"));
    }
}
