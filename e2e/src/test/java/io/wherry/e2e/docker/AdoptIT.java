package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.MortalRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person brought up with the real {@code docker compose} comes under the agent, without harm, and only where the stack says so. */
class AdoptIT {
    private static final String SERVICE =
            "image: wherry.test/busybox:1, command: sleep infinity, stop_signal: SIGKILL, restart: unless-stopped";
    private static final String FILE = """
            services:
              web: {%1$s, environment: {A: "1"}, depends_on: {db: {condition: service_healthy}}, networks: [default, back]}
              db: {%1$s, volumes: ["data:/data"], networks: [back], healthcheck: {test: ["CMD", "true"], interval: 200ms, start_period: 5s}}
            networks: {back: {internal: true}}
            volumes: {data: }
            """.formatted(SERVICE);
    private static final String STARTED = "{{.Id}} {{.State.StartedAt}} {{.HostConfig.RestartPolicy.Name}}";

    @TempDir
    Path temp;

    private ComposeProject project;
    private DockerRuntime runtime;

    @BeforeEach
    void open() throws Exception {
        TestImages.load();
        runtime = DockerRuntime.open(Site.SETTINGS, InstantSource.system());
        Path state = Files.createDirectories(temp.resolve("state/stack"));
        project = new ComposeProject(
                Site.unique("adopt"), Files.createDirectories(temp.resolve("person")), state.resolve("files"));
        project.clean();
    }

    @AfterEach
    void close() throws Exception {
        project.clean();
        runtime.close();
    }

    private Deployment deployment(long generation, String text) throws IOException {
        project.write("compose.yaml", text);
        return project.deployment("compose.yaml", generation).adopting(true);
    }

    private void person(String text) throws IOException {
        project.write("compose.yaml", text);
        project.up("compose.yaml");
    }

    private List<String> apply(Deployment deployment) {
        Application application = runtime.apply(deployment, ApplyMode.FULL);
        if (application instanceof Application.Applied(var changes)) {
            return changes.stream().map(AdoptIT::text).toList();
        }
        throw new AssertionError(application.toString());
    }

    private static String text(Change change) {
        return change.action() + " " + change.object();
    }

    private Health probe(Deployment deployment) throws InterruptedException {
        Health health = runtime.probe(deployment);
        while (health instanceof Health.Starting) {
            Thread.sleep(50);
            health = runtime.probe(deployment);
        }
        return health;
    }

    private Path kept() {
        return project.site().resolveSibling("files.adopted.json");
    }

    private static Deployment permitting(Deployment deployment, boolean removeData, String... names) {
        return new Deployment(
                deployment.identity(),
                deployment.model(),
                deployment.files(),
                new Deployment.Deletions(new TreeSet<>(Arrays.asList(names)), removeData, true),
                deployment.timing());
    }

    @Test
    void takesOverWhatIsAsWantedWithoutTouchingIt() throws Exception {
        person(FILE);
        Map<String, String> before = project.containers(STARTED);
        Deployment first = deployment(1, FILE);

        assertThat(apply(first)).isEmpty();
        assertThat(probe(first)).isInstanceOf(Health.Healthy.class);
        assertThat(Site.done(runtime.commit(first)).leftovers()).isEmpty();

        assertThat(project.containers(STARTED)).isEqualTo(before);
        assertThat(runtime.diff(first)).isEmpty();
        try (DockerRuntime restarted = DockerRuntime.open(Site.SETTINGS, InstantSource.system())) {
            assertThat(restarted.diff(first)).isEmpty();
            assertThat(restarted.apply(first, ApplyMode.CORRECT)).isEqualTo(new Application.Applied(List.of()));
        }
        assertThat(project.containers(STARTED)).isEqualTo(before);
    }

    @Test
    void replacesLaterOnlyWhatChangesAndForgetsWhatWasReplaced() throws Exception {
        person(FILE);
        Map<String, String> before = project.containers("{{.Id}}");
        Deployment first = deployment(1, FILE);
        apply(first);
        Site.done(runtime.commit(first));
        Deployment second = deployment(2, FILE.replace("A: \"1\"", "A: \"2\""));

        assertThat(apply(second)).containsExactly("RECREATED service/web");
        assertThat(probe(second)).isInstanceOf(Health.Healthy.class);
        Site.done(runtime.commit(second));

        Map<String, String> after = project.containers("{{.Id}}");
        assertThat(after).hasSize(2).containsEntry("db-1", before.get("db-1"));
        assertThat(after.get("web-1")).isNotEqualTo(before.get("web-1"));
        assertThat(Files.readString(kept())).contains(before.get("db-1")).doesNotContain(before.get("web-1"));
        Site.done(runtime.rollback(second, Optional.of(first)));
        assertThat(project.containers("{{.Id}}")).hasSize(2).containsEntry("db-1", before.get("db-1"));
        assertThat(runtime.diff(first)).isEmpty();
    }

    @Test
    void replacesOnlyWhatDiffersAndABrokenReleaseRestoresTheOriginal() throws Exception {
        person(FILE);
        Map<String, String> before =
                project.containers("{{.Id}} {{.HostConfig.RestartPolicy.Name}} {{.State.Running}}");
        String db = project.containers(STARTED).get("db-1");
        Deployment broken = deployment(
                1,
                FILE.replace(
                        "web: {image: wherry.test/busybox:1, command: sleep infinity,",
                        "web: {image: wherry.test/busybox:1, command: \"false\","));

        assertThat(apply(broken)).containsExactly("RECREATED service/web");
        assertThat(project.containers("{{.Id}}")).hasSize(3);
        assertThat(probe(broken)).isInstanceOf(Health.Unhealthy.class);
        Site.done(runtime.rollback(broken, Optional.empty()));

        assertThat(project.containers("{{.Id}} {{.HostConfig.RestartPolicy.Name}} {{.State.Running}}"))
                .isEqualTo(before);
        assertThat(project.containers(STARTED)).containsEntry("db-1", db);
        assertThat(kept()).doesNotExist();
        Site.done(runtime.rollback(broken, Optional.empty())); // a crash repeats it
        assertThat(project.containers(STARTED)).containsEntry("db-1", db);
    }

    @Test
    void aGenerationThatFailsAfterAnAdoptedOneBringsThePersonsContainerBack() throws Exception {
        person(FILE);
        Map<String, String> before = project.containers("{{.Id}}");
        Deployment first = deployment(1, FILE);
        apply(first);
        Site.done(runtime.commit(first));
        Deployment broken = deployment(
                2,
                FILE.replace(
                        "web: {image: wherry.test/busybox:1, command: sleep infinity,",
                        "web: {image: wherry.test/busybox:1, command: \"false\","));
        apply(broken);
        assertThat(probe(broken)).isInstanceOf(Health.Unhealthy.class);

        try (DockerRuntime restarted = DockerRuntime.open(Site.SETTINGS, InstantSource.system())) {
            Site.done(restarted.rollback(broken, Optional.of(first)));
            assertThat(restarted.diff(first)).isEmpty();
        }

        assertThat(project.containers("{{.Id}}")).isEqualTo(before);
        assertThat(probe(first)).isInstanceOf(Health.Healthy.class);
    }

    @Test
    void refusesWhatRunsThereUnlessTheStackAdopts() throws Exception {
        person(FILE);
        Map<String, String> before = project.containers(STARTED);

        Application refused = runtime.apply(deployment(1, FILE).adopting(false), ApplyMode.FULL);

        assertThat(refused).isInstanceOfSatisfying(Application.Pending.class, pending -> {
            assertThat(pending.reason()).isEqualTo(RuntimeReason.NAME_TAKEN);
            assertThat(pending.detail()).contains(project.name()).contains("adopt: true");
        });
        assertThat(project.containers(STARTED)).isEqualTo(before);
        assertThat(kept()).doesNotExist();
    }

    @Test
    void namesServicesThatTheFileDoesNotHaveAndRemovesThemOnlyWherePermitted() throws Exception {
        person(FILE.replace("services:\n", "services:\n  old: {" + SERVICE + "}\n"));
        Deployment first = deployment(1, FILE);

        assertThat(apply(first)).isEmpty();
        assertThat(Site.done(runtime.commit(first)).leftovers()).contains("service/old");
        assertThat(project.containers("{{.Id}}")).containsKey("old-1");

        Deployment second =
                permitting(deployment(2, FILE), false, "service/old").adopting(true);
        apply(second);
        assertThat(Site.done(runtime.commit(second)).leftovers()).doesNotContain("service/old");
        assertThat(project.containers("{{.Id}}")).containsOnlyKeys("web-1", "db-1");
    }

    @Test
    void refusesANetworkThatWouldHaveToBeMadeAnewWithTheCommandsForIt() throws Exception {
        person(FILE);
        Map<String, String> before = project.containers(STARTED);

        Application refused =
                runtime.apply(deployment(1, FILE.replace("internal: true", "internal: false")), ApplyMode.FULL);

        assertThat(refused).isInstanceOfSatisfying(Application.Pending.class, pending -> {
            assertThat(pending.reason()).isEqualTo(RuntimeReason.ADOPTION_BLOCKED);
            assertThat(pending.detail())
                    .contains("network/back")
                    .contains("internal")
                    .contains("docker network rm " + project.name() + "_back");
        });
        assertThat(project.containers(STARTED)).isEqualTo(before);
        assertThat(kept()).doesNotExist();
    }

    @Test
    void neverMakesAVolumeAnew() throws Exception {
        person(FILE);
        String other =
                FILE.replace("volumes: {data: }", "volumes: {data: {driver_opts: {type: tmpfs, device: tmpfs}}}");

        Application refused = runtime.apply(deployment(1, other), ApplyMode.FULL);

        assertThat(refused).isInstanceOfSatisfying(Application.Refused.class, no -> {
            assertThat(no.reason()).isEqualTo(RuntimeReason.DATA_AT_RISK);
            assertThat(no.detail()).contains("volume/data").contains("driver_opts");
        });
    }

    @Test
    void leavesNoDataBehindInARelativeFolder() throws Exception {
        String file = "services:\n  db: {" + SERVICE + ", volumes: [\"./data:/data\"]}\n";
        person(file);
        Map<String, String> before = project.containers(STARTED);

        Application refused = runtime.apply(deployment(1, file), ApplyMode.FULL);

        assertThat(refused).isInstanceOfSatisfying(Application.Refused.class, no -> {
            assertThat(no.reason()).isEqualTo(RuntimeReason.DATA_AT_RISK);
            assertThat(no.detail())
                    .contains("service/db")
                    .contains(project.folder().resolve("data").toString());
        });
        assertThat(project.containers(STARTED)).isEqualTo(before);
        String absolute =
                file.replace("./data", project.folder().resolve("data").toString());
        assertThat(apply(deployment(2, absolute))).isEmpty();
        assertThat(project.containers(STARTED)).isEqualTo(before);
    }

    @Test
    void neverTakesFromAnotherAgent() throws Exception {
        DockerSettings other = DockerSettings.of("test-domain/other-agent", Site.HASH_KEY);
        Deployment theirs = deployment(1, FILE).adopting(false);
        try (DockerRuntime elsewhere = DockerRuntime.open(other, InstantSource.system())) {
            assertThat(elsewhere.apply(theirs, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
        }
        project.compose(
                "-f", project.folder().resolve("compose.yaml").toString(), "up", "-d", "--force-recreate", "web");
        Map<String, String> before = project.containers(STARTED);

        Application refused = runtime.apply(deployment(1, FILE), ApplyMode.FULL);

        assertThat(refused).isInstanceOfSatisfying(Application.Pending.class, pending -> {
            assertThat(pending.reason()).isEqualTo(RuntimeReason.ADOPTION_BLOCKED);
            assertThat(pending.detail()).contains("test-domain/other-agent");
        });
        assertThat(project.containers(STARTED)).isEqualTo(before);
    }

    @Test
    void aRemovalTakesWhatWasTakenOverAsFarAsItIsPermitted() throws Exception {
        person(FILE);
        Deployment first = deployment(1, FILE);
        apply(first);
        Site.done(runtime.commit(first));

        Deployment gone = permitting(
                deployment(2, FILE),
                false,
                "service/web",
                "service/db",
                "network/default",
                "network/back",
                "volume/data");
        assertThat(Site.done(runtime.remove(gone, false)).leftovers()).containsExactly("volume/data");

        assertThat(project.containers("{{.Id}}")).isEmpty();
        assertThat(Shell.exitCode("docker", "network", "inspect", project.name() + "_back"))
                .isNotZero();
        assertThat(Shell.exitCode("docker", "volume", "inspect", project.name() + "_data"))
                .isZero();
        assertThat(kept()).doesNotExist();
    }

    @Test
    void givesBackWhatItOnlyStarted() throws Exception {
        person(FILE);
        project.compose("stop", "web");
        String id = project.containers("{{.Id}}").get("web-1");
        Deployment first = deployment(1, FILE);

        assertThat(apply(first)).containsExactly("STARTED service/web");
        Site.done(runtime.rollback(first, Optional.empty()));

        assertThat(project.containers("{{.Id}} {{.State.Running}}")).containsEntry("web-1", id + " false");
    }

    /** Killed after every single changing call, of the apply and of the rollback: in the end everything is as the person left it. */
    @Test
    void whatWasKilledAnywhereIsGivenBackWhole() throws Exception {
        person(FILE);
        String format = "{{.Id}} {{.HostConfig.RestartPolicy.Name}} {{.State.Running}}";
        Map<String, String> before = project.containers(format);
        Deployment changed = deployment(1, FILE.replace("A: \"1\"", "A: \"2\""));
        int kills = 0;
        boolean died = true;
        for (int calls = 1; died; calls++) {
            died = dies(calls, mortal -> mortal.apply(changed, ApplyMode.FULL));
            kills += died ? 1 : 0;
            Site.done(runtime.rollback(changed, Optional.empty()));
            assertThat(project.containers(format)).as("apply, %d calls", calls).isEqualTo(before);
            assertThat(kept()).doesNotExist();
        }
        assertThat(kills).as("changing calls of one apply").isGreaterThan(8);
        died = true;
        for (int calls = 1; died; calls++) {
            assertThat(apply(changed)).containsExactly("RECREATED service/web");
            died = dies(calls, mortal -> mortal.rollback(changed, Optional.empty()));
            Site.done(runtime.rollback(changed, Optional.empty()));
            assertThat(project.containers(format))
                    .as("rollback, %d calls", calls)
                    .isEqualTo(before);
            assertThat(kept()).doesNotExist();
        }
        assertThat(Shell.run("docker", "ps", "-aq", "--filter", "name=" + project.name())
                        .lines()
                        .toList())
                .as("nothing is left of comparisons")
                .hasSize(before.size());
    }

    private static boolean dies(int calls, Consumer<DockerRuntime> task) {
        try (DockerRuntime mortal = MortalRuntime.open(Site.SETTINGS, calls)) {
            task.accept(mortal);
            return false;
        } catch (MortalRuntime.Killed e) {
            return true;
        }
    }
}
