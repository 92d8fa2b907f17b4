package io.wherry.e2e.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.FormerAgents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site whose agent lost its state and joined again: another agent by name, and what runs was made by the one before. */
class FormerAgentIT {
    private static final String FORMER = "test-domain/former";
    private static final String FILE = """
            services:
              web: {image: wherry.test/busybox:1, command: sleep infinity, stop_signal: SIGKILL, environment: {A: "1"}, volumes: ["data:/data"]}
            volumes: {data: }
            """;
    private static final String STARTED = "{{.Id}} {{.State.StartedAt}}";

    @TempDir
    Path temp;

    private ComposeProject project;

    @BeforeEach
    void runsAsTheFormerAgentMadeIt() throws Exception {
        TestImages.load();
        Path state = Files.createDirectories(temp.resolve("state/stack"));
        project = new ComposeProject(
                Site.unique("former"), Files.createDirectories(temp.resolve("person")), state.resolve("files"));
        project.clean();
        try (DockerRuntime former = runtime(FORMER, FormerAgents.NONE)) {
            Deployment made = deployment(1, FILE, false);
            assertThat(former.apply(made, ApplyMode.FULL)).isInstanceOf(Application.Applied.class);
            Site.done(former.commit(made));
        }
    }

    @AfterEach
    void clean() throws Exception {
        project.clean();
    }

    private static DockerRuntime runtime(String owner, FormerAgents former) {
        DockerSettings plain = Site.SETTINGS;
        return DockerRuntime.open(
                new DockerSettings(plain.host(), owner, plain.hashKey(), plain.pulling(), plain.net(), former),
                InstantSource.system());
    }

    private static DockerRuntime successor(FormerAgents former) {
        return runtime(Site.OWNER, former);
    }

    private Deployment deployment(long generation, String text, boolean adopting) throws IOException {
        project.write("compose.yaml", text);
        return project.deployment("compose.yaml", generation).adopting(adopting);
    }

    private void refused(boolean adopting) throws Exception {
        Map<String, String> running = project.containers(STARTED);
        try (DockerRuntime runtime = successor(FormerAgents.NONE)) {
            assertThat(runtime.apply(deployment(1, FILE, adopting), ApplyMode.FULL))
                    .isInstanceOfSatisfying(Application.Pending.class, pending -> {
                        assertThat(pending.reason()).isEqualTo(RuntimeReason.NAME_TAKEN);
                        assertThat(pending.detail()).contains("add " + FORMER + " to docker.formerAgents");
                    });
        }
        assertThat(project.containers(STARTED)).isEqualTo(running);
    }

    @Test
    void isToldHowToTakeItOverAndTouchesNothingUntilTheSiteSaysSo() throws Exception {
        refused(false);
        refused(true);
    }

    @Test
    void takesItOverWithoutARestartAndKeepsItWhenTheSiteForgetsWhoItWas() throws Exception {
        Map<String, String> running = project.containers(STARTED);
        Deployment first = deployment(1, FILE, true);
        try (DockerRuntime runtime = successor(new FormerAgents(Set.of(FORMER)))) {
            assertThat(runtime.apply(first, ApplyMode.FULL)).isEqualTo(new Application.Applied(java.util.List.of()));
            Site.done(runtime.commit(first));
        }
        try (DockerRuntime runtime = successor(FormerAgents.NONE)) {
            assertThat(runtime.diff(first)).isEmpty();
            assertThat(project.containers(STARTED)).isEqualTo(running);

            Deployment second = deployment(2, FILE.replace("A: \"1\"", "A: \"2\""), true);
            assertThat(runtime.apply(second, ApplyMode.FULL).toString()).contains("RECREATED", "service/web");
            Site.done(runtime.commit(second));
            assertThat(runtime.diff(second)).isEmpty();
        }
        assertThat(project.containers("{{.Id}}")).hasSize(1).isNotEqualTo(running);
    }
}
