package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Staging;
import io.wherry.agent.runtime.swarm.DockerModes;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stacks in a real swarm: made, changed, gone back, corrected and taken away, as {@code docker} itself sees it. */
class SwarmIT {
    /** Of {@link #two}. */
    private static final Map<String, String> RUNNING = Map.of("api", "1/1", "web", "2/2");

    private static Path folder;
    private static OwnSwarm swarm;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory("wherry-sw-");
        swarm = OwnSwarm.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        swarm.close();
    }

    /** @param web command of the one that changes */
    private static String two(String colour, String web) {
        return """
            services:
              web:
                image: wherry.test/busybox:1
                command: %s
                stop_signal: SIGKILL
                environment: {COLOUR: %s}
                deploy:
                  replicas: 2
                  restart_policy: {delay: 100ms}
                  update_config: {parallelism: 2, monitor: 1s}
              api:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                stop_signal: SIGKILL
            """.formatted(web, colour);
    }

    private static String two(String colour) {
        return two(colour, "[sleep, \"1000\"]");
    }

    private static String colour(String service) throws Exception {
        return swarm.spec(service)
                .object("TaskTemplate")
                .object("ContainerSpec")
                .strings("Env")
                .toString();
    }

    @Test
    void aStackIsMadeChangedBroughtBackAndTakenAway() throws Exception {
        Deployment first = swarm.next("shop", two("red"));
        assertThat(swarm.runtime().info().swarmManager()).isTrue();
        assertThat(swarm.runtime().stage(first)).isInstanceOf(Staging.Staged.class);
        assertThat(swarm.apply(first))
                .containsExactly("CREATED network/default", "CREATED service/api", "CREATED service/web");
        swarm.healthy(first);
        OwnSwarm.done(swarm.runtime().commit(first));
        assertThat(swarm.services("shop", RUNNING)).isEqualTo(RUNNING);
        assertThat(swarm.docker("stack", "ls", "--format", "{{.Name}} {{.Services}}"))
                .contains("shop 2");
        assertThat(swarm.runtime().diff(first)).isEmpty();
        assertThat(swarm.apply(first)).as("nothing differs").isEmpty();
        List<String> untouched = swarm.tasks("shop_api");

        Deployment second = swarm.next("shop", two("blue"));
        assertThat(swarm.apply(second)).containsExactly("ADJUSTED service/web");
        swarm.healthy(second);
        OwnSwarm.done(swarm.runtime().commit(second));
        assertThat(colour("shop_web")).contains("COLOUR=blue");
        assertThat(swarm.tasks("shop_api")).isEqualTo(untouched);

        Deployment broken = swarm.next("shop", two("black", "[sh, -c, \"echo the key is missing; exit 3\"]"));
        swarm.apply(broken);
        assertThat(swarm.probe(broken))
                .isInstanceOfSatisfying(Health.Unhealthy.class, health -> assertThat(health.detail())
                        .contains("service/web", "exit code 3", "the key is missing"));
        assertThat(OwnSwarm.words(OwnSwarm.done(swarm.runtime().rollback(broken, Optional.of(second)))
                        .changes()))
                .containsExactly("RESTORED service/web");
        swarm.healthy(second);
        assertThat(colour("shop_web")).contains("COLOUR=blue");
        assertThat(swarm.runtime().diff(second)).isEmpty();
        assertThat(swarm.tasks("shop_api")).isEqualTo(untouched);
        assertThat(swarm.runtime().logs(second, 5)).hasSize(3);
        assertThat(swarm.runtime().tree(second))
                .allMatch(service -> service.state() == ObjectHealth.State.HEALTHY)
                .flatExtracting(Part::parts)
                .hasSize(3)
                .allMatch(task -> task.detail().equals("is running"));

        Deployment tombstone = swarm.tombstone("shop", "service/web", "service/api", "network/default");
        assertThat(OwnSwarm.done(swarm.runtime().remove(tombstone, false)).leftovers())
                .isEmpty();
        assertThat(swarm.services("shop")).isEmpty();
        assertThat(swarm.names("network", "shop")).isEmpty();
    }

    @Test
    void aFirstReleaseThatFailsLeavesNothing() throws Exception {
        Deployment broken = swarm.next(
                "first",
                two("red", "[\"false\"]")
                        + "    configs: [app]\nconfigs: {app: {content: hello}}\nnetworks: {more: {}}\n");
        swarm.apply(broken);
        assertThat(swarm.probe(broken)).isInstanceOf(Health.Unhealthy.class);

        OwnSwarm.done(swarm.runtime().rollback(broken, Optional.empty()));

        assertThat(swarm.services("first")).isEmpty();
        assertThat(swarm.names("network", "first")).isEmpty();
        assertThat(swarm.names("config", "first")).isEmpty();
    }

    @Test
    void whatTheSwarmRefusesIsAVerdictAndLeavesNothing() throws Exception {
        Deployment wanted = swarm.next("refused", """
            services:
              api: {image: "wherry.test/busybox:1", command: [sleep, "1000"], stop_signal: SIGKILL, configs: [app]}
              web:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                deploy: {resources: {limits: {memory: "1024"}}}
            configs: {app: {content: hello}}
            """);

        assertThat(swarm.runtime().apply(wanted, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> assertThat(refused.detail())
                        .contains("service/web", "memory"));
        OwnSwarm.done(swarm.runtime().rollback(wanted, Optional.empty()));

        assertThat(swarm.services("refused")).isEmpty();
        assertThat(swarm.names("network", "refused")).isEmpty();
        assertThat(swarm.names("config", "refused")).isEmpty();
    }

    @Test
    void whatPeopleChangeIsSeenAndPutBack() throws Exception {
        Deployment good = swarm.next("drift", two("red"));
        swarm.release(good);
        swarm.docker("service", "update", "--detach", "--env-add", "COLOUR=pink", "--limit-memory", "50M", "drift_web");
        swarm.docker("service", "scale", "--detach", "drift_api=3");
        // What a busy engine has just begun it once left running although it was to go.
        Map<String, String> changed = Map.of("api", "3/3", "web", "2/2");
        assertThat(swarm.services("drift", changed)).isEqualTo(changed);

        assertThat(swarm.runtime().diff(good))
                .extracting(drift -> drift.object() + " " + drift.field())
                .containsExactly(
                        "service/api deploy.replicas",
                        "service/web deploy.resources",
                        "service/web environment.COLOUR");
        assertThat(swarm.runtime().diff(good).toString()).doesNotContain("pink");
        assertThat(swarm.apply(good, ApplyMode.CORRECT))
                .containsExactly("ADJUSTED service/api", "ADJUSTED service/web");
        swarm.healthy(good);
        assertThat(swarm.runtime().diff(good)).isEmpty();
        assertThat(swarm.services("drift", RUNNING)).isEqualTo(RUNNING);

        swarm.docker("service", "rm", "drift_api");
        assertThat(swarm.runtime().diff(good))
                .extracting(drift -> drift.object() + " " + drift.found())
                .containsExactly("service/api missing");
        assertThat(swarm.apply(good, ApplyMode.CORRECT)).containsExactly("CREATED service/api");
        List<String> before = swarm.tasks("drift_api");
        swarm.healthy(good);
        swarm.apply(good, ApplyMode.ALWAYS);
        swarm.healthy(good);
        assertThat(swarm.tasks("drift_api")).isNotEqualTo(before);
        Deployment fewer = swarm.next("drift", two("red").replace("replicas: 2", "replicas: 1"));
        swarm.apply(fewer);
        swarm.healthy(fewer);
        swarm.runtime().remove(swarm.tombstone("drift", "service/web", "service/api", "network/default"), false);
    }

    @Test
    void anotherContentIsAnotherConfigAndTheOldOneGoes() throws Exception {
        String compose = """
            services:
              web:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                stop_signal: SIGKILL
                configs: [{source: app, target: /etc/app.conf, mode: 0440}]
                secrets: [key]
                deploy: {update_config: {monitor: 1s}}
            configs: {app: {file: ./app.conf}}
            secrets: {key: {file: ./key.txt}}
            """;
        Deployment first = swarm.next("files", compose, Map.of("app.conf", "one", "key.txt", "hush"));
        swarm.release(first);
        List<String> configs = swarm.names("config", "files");
        assertThat(configs).hasSize(1);
        assertThat(swarm.names("secret", "files")).hasSize(1);
        assertThat(swarm.inTask("files_web", "cat", "/etc/app.conf")).isEqualTo("one");
        assertThat(swarm.inTask("files_web", "cat", "/run/secrets/key")).isEqualTo("hush");

        Deployment second = swarm.next("files", compose, Map.of("app.conf", "two", "key.txt", "hush"));
        assertThat(swarm.apply(second)).containsExactly("CREATED config/app", "ADJUSTED service/web");
        assertThat(swarm.names("config", "files")).as("a rollback needs it").hasSize(2);
        swarm.healthy(second);
        assertThat(OwnSwarm.words(OwnSwarm.done(swarm.runtime().commit(second)).changes()))
                .containsExactly("REMOVED config/app");
        assertThat(swarm.names("config", "files")).hasSize(1).doesNotContainAnyElementsOf(configs);
        assertThat(swarm.inTask("files_web", "cat", "/etc/app.conf")).isEqualTo("two");

        Deployment third = swarm.next("files", compose, Map.of("app.conf", "three", "key.txt", "louder"));
        swarm.apply(third);
        OwnSwarm.done(swarm.runtime().rollback(third, Optional.of(second)));
        swarm.healthy(second);
        assertThat(swarm.names("config", "files")).hasSize(1);
        assertThat(swarm.inTask("files_web", "cat", "/run/secrets/key")).isEqualTo("hush");
        swarm.runtime().remove(swarm.tombstone("files", "service/web", "network/default"), false);
        assertThat(swarm.names("config", "files")).isEmpty();
        assertThat(swarm.names("secret", "files")).isEmpty();
    }

    @Test
    void whatIsSomebodyElsesIsNotTouchedAndNothingIsBegun() throws Exception {
        swarm.docker(
                "service",
                "create",
                "--detach",
                "--no-resolve-image",
                "--name",
                "other_api",
                "wherry.test/busybox:1",
                "sleep",
                "1000");
        Deployment wanted = swarm.next("other", two("red"));

        assertThat(swarm.runtime().apply(wanted, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(RuntimeReason.NAME_TAKEN);
                    assertThat(refused.detail()).contains("service/api", "other_api");
                });
        OwnSwarm.done(swarm.runtime().rollback(wanted, Optional.empty()));

        assertThat(swarm.services("other").keySet()).containsExactly("api");
        assertThat(swarm.names("network", "other")).isEmpty();
        swarm.docker("service", "rm", "other_api");
    }

    @Test
    void whatIsNotNamedStaysAndIsTold() throws Exception {
        swarm.release(swarm.next("prune", two("red")));
        String web = two("red").substring(0, two("red").indexOf("  api:"));

        Deployment without = swarm.next("prune", web);
        swarm.apply(without);
        swarm.healthy(without);
        assertThat(OwnSwarm.done(swarm.runtime().commit(without)).leftovers()).containsExactly("service/api");
        assertThat(swarm.services("prune")).containsKey("api");

        Deployment named = swarm.next("prune", web, Map.of(), "service/api");
        swarm.release(named);
        assertThat(swarm.services("prune").keySet()).containsExactly("web");
        swarm.runtime().remove(swarm.tombstone("prune", "service/web", "network/default"), false);
    }

    @Test
    void whatTheSwarmUndoesItselfIsAVerdict() throws Exception {
        String undoing = two("red").replace("monitor: 1s", "monitor: 1s, failure_action: rollback");
        Deployment good = swarm.next("undo", undoing);
        swarm.release(good);
        Deployment broken = swarm.next(
                "undo", two("black", "[\"false\"]").replace("monitor: 1s", "monitor: 5s, failure_action: rollback"));
        swarm.apply(broken);

        assertThat(swarm.probe(broken)).isInstanceOfSatisfying(Health.Unhealthy.class, health -> {
            assertThat(health.reason()).isIn(HealthReason.UPDATE_FAILED, HealthReason.CRASH_LOOPING);
            assertThat(health.detail()).contains("service/web");
        });
        OwnSwarm.done(swarm.runtime().rollback(broken, Optional.of(good)));
        swarm.healthy(good);
        assertThat(swarm.runtime().diff(good)).isEmpty();
        swarm.runtime().remove(swarm.tombstone("undo", "service/web", "service/api", "network/default"), false);
    }

    @Test
    void jobsEndAndGlobalServicesRunOnEachNode() throws Exception {
        Deployment wanted = swarm.next("kinds", """
            services:
              once:
                image: wherry.test/busybox:1
                command: [echo, done]
                deploy: {mode: replicated-job, replicas: 2}
              each:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                stop_signal: SIGKILL
                deploy: {mode: global, labels: {a: b}}
              last:
                image: wherry.test/busybox:1
                command: ["true"]
                deploy: {restart_policy: {condition: on-failure}}
              checked:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                stop_signal: SIGKILL
                healthcheck: {test: [CMD, "true"], interval: 500ms}
            """);
        swarm.apply(wanted);

        assertThat(swarm.probe(wanted))
                .isInstanceOfSatisfying(Health.Healthy.class, health -> assertThat(health.objects())
                        .extracting(object -> object.object() + " " + object.state())
                        .containsExactly(
                                "service/checked HEALTHY",
                                "service/each HEALTHY",
                                "service/last COMPLETED",
                                "service/once COMPLETED",
                                "service/once/2 COMPLETED"));
        assertThat(swarm.runtime().diff(wanted)).isEmpty();
        swarm.runtime()
                .remove(
                        swarm.tombstone(
                                "kinds",
                                "service/once",
                                "service/each",
                                "service/last",
                                "service/checked",
                                "network/default"),
                        false);
    }

    @Test
    void aRollbackBringsTheImageThatRanAlthoughItsTagMoved() throws Exception {
        String image = "wherry.test/moving:1";
        String compose = "services: {web: {image: '" + image + "', command: [%s], stop_signal: SIGKILL,"
                + " deploy: {restart_policy: {delay: 100ms}, update_config: {monitor: 1s}}}}";
        swarm.docker("tag", "wherry.test/busybox:1", image);
        Deployment good = staged(swarm.next("moves", compose.formatted("sleep, '1000'")));
        swarm.release(good);
        swarm.docker("tag", "wherry.test/busybox:2", image);
        Deployment broken = staged(swarm.next("moves", compose.formatted("'false'")));
        swarm.apply(broken);
        assertThat(swarm.probe(broken)).isInstanceOf(Health.Unhealthy.class);

        OwnSwarm.done(swarm.runtime().rollback(broken, Optional.of(good)));
        swarm.healthy(good);

        String container = swarm.container("moves_web");
        assertThat(swarm.docker("inspect", "-f", "{{.Image}}", container))
                .isEqualTo(swarm.docker("image", "inspect", "-f", "{{.Id}}", "wherry.test/busybox:1"));
        assertThat(swarm.runtime().diff(good)).isEmpty();
        swarm.runtime().remove(swarm.tombstone("moves", "service/web", "network/default"), false);
    }

    private static Deployment staged(Deployment deployment) {
        if (swarm.runtime().stage(deployment) instanceof Staging.Staged(var images)) {
            return deployment.with(images);
        }
        throw new AssertionError(swarm.runtime().stage(deployment).toString());
    }

    @Test
    void theModeOfAStackThatRunsDoesNotChange() throws Exception {
        Deployment asServices = swarm.next("mode", two("red"));
        swarm.release(asServices);
        Deployment asContainers = new Deployment(
                asServices.identity(),
                JsonReader.object("{\"services\":{\"web\":{\"image\":\"wherry.test/busybox:1\"}}}".getBytes(UTF_8)),
                List.of(),
                asServices.deletions(),
                asServices.timing());

        assertThat(swarm.runtime().apply(asContainers, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> assertThat(refused.detail())
                        .contains("stack mode runs here in the swarm"));
        assertThat(swarm.docker("ps", "-aq", "--filter", "label=com.docker.compose.project=mode"))
                .isEmpty();
        swarm.runtime().remove(swarm.tombstone("mode", "service/web", "service/api", "network/default"), false);
    }

    @Test
    void whereNothingManagesASwarmTheStackWaitsAndNothingIsBegun() throws Exception {
        Deployment good = swarm.next("waits", two("red"));
        swarm.docker("swarm", "leave", "--force");
        try {
            assertThat(swarm.runtime().info().swarmManager()).isFalse();
            assertThat(swarm.runtime().stage(good)).isInstanceOfSatisfying(Staging.Pending.class, pending -> {
                assertThat(pending.reason()).isEqualTo(RuntimeReason.SWARM_MANAGER_MISSING);
                assertThat(pending.detail()).contains("docker swarm init");
            });
            assertThat(swarm.runtime().apply(good, ApplyMode.FULL)).isInstanceOf(Application.Pending.class);
        } finally {
            swarm.docker("swarm", "init", "--advertise-addr", "127.0.0.1");
        }
    }

    @Test
    void whatStandsInTheWayIsFoundBeforeTheFirstWrite() throws Exception {
        String port = two("red") + "    ports: [{target: 80, published: 8123}]\n";
        swarm.release(swarm.next("first-port", port));
        Map<String, String> blocked = Map.of(
                port,
                "port 8123/tcp is published by service first-port_api",
                two("red") + "    networks: [far]\nnetworks: {far: {external: true}}\n",
                "the external network far does not exist",
                two("red") + "    networks: [docker_gwbridge]\nnetworks: {docker_gwbridge: {external: true}}\n",
                "is of this engine only");
        for (Map.Entry<String, String> one : blocked.entrySet()) {
            Deployment wanted = swarm.next("way", one.getKey());
            assertThat(swarm.runtime().apply(wanted, ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Refused.class, refused -> assertThat(refused.detail())
                            .contains(one.getValue()));
            assertThat(swarm.services("way")).isEmpty();
            assertThat(swarm.names("network", "way")).isEmpty();
        }
        swarm.release(swarm.next("way", two("red")));
        Deployment other = swarm.next("way", two("red") + "networks: {default: {internal: true}}\n");
        assertThat(swarm.runtime().apply(other, ApplyMode.FULL))
                .isInstanceOfSatisfying(Application.Refused.class, refused -> assertThat(refused.detail())
                        .contains("network/default", "with other options"));
        for (String project : List.of("first-port", "way")) {
            swarm.runtime().remove(swarm.tombstone(project, "service/web", "service/api", "network/default"), false);
        }
    }

    @Test
    void anAgentThatDiesAnywhereGoesOn() throws Exception {
        String compose = two("%s") + "    configs: [app]\nconfigs: {app: {content: \"%s\"}}\n";
        Deployment good = swarm.next("dies", compose.formatted("red", "one"));
        swarm.release(good);
        for (int calls = 1; calls <= 3; calls++) {
            Deployment next = swarm.next("dies", compose.formatted("blue" + calls, "two" + calls));
            dies(calls, runtime -> runtime.apply(next, ApplyMode.FULL));
            dies(calls, runtime -> runtime.rollback(next, Optional.of(good)));
            OwnSwarm.done(swarm.runtime().rollback(next, Optional.of(good)));
            assertThat(swarm.runtime().diff(good))
                    .as("died after %d calls", calls)
                    .isEmpty();
            assertThat(swarm.names("config", "dies")).hasSize(1);

            Deployment again = swarm.next("dies", compose.formatted("green" + calls, "three" + calls));
            dies(calls, runtime -> runtime.apply(again, ApplyMode.FULL));
            swarm.apply(again);
            assertThat(swarm.runtime().diff(again))
                    .as("died after %d calls", calls)
                    .isEmpty();
            dies(calls, runtime -> runtime.commit(again));
            OwnSwarm.done(swarm.runtime().commit(again));
            assertThat(swarm.names("config", "dies")).hasSize(1);
            swarm.apply(good);
            OwnSwarm.done(swarm.runtime().commit(good));
        }
        Json.Obj spec = swarm.spec("dies_web");
        assertThat(spec.string("Name")).isEqualTo("dies_web");
        swarm.runtime().remove(swarm.tombstone("dies", "service/web", "service/api", "network/default"), false);
    }

    private interface Work {
        void on(DockerModes runtime);
    }

    /** It may come to its end before it dies: then there was less to do. */
    private static void dies(int calls, Work work) {
        try (DockerModes mortal = swarm.mortal(calls)) {
            work.on(mortal);
        } catch (OwnSwarm.Killed killed) {
            assertThat(killed).hasMessage("killed");
        }
    }
}
