package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.docker.TestImages;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole way of a stack for a swarm: from the repository to the services, on, back, and away again. */
class SwarmStackIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("single");

    private static String compose(String colour, String command) {
        return """
            services:
              web:
                image: %s
                command: %s
                stop_signal: SIGKILL
                environment: {COLOUR: %s}
                configs: [page]
                deploy:
                  replicas: 2
                  restart_policy: {delay: 100ms}
                  update_config: {parallelism: 2, monitor: 1s}
            configs: {page: {file: ./page.html}}
            """.formatted(TestImages.BUSYBOX_1, command, colour);
    }

    private static String compose(String colour) {
        return compose(colour, "[sleep, infinity]");
    }

    @Test
    void aStackComesToASwarmGoesOnGoesBackAndGoes() throws Exception {
        try (OwnEngine own =
                OwnEngine.start(Files.createDirectory(fleet.folder().resolve("own")), fleet.programs())) {
            own.engine().does("swarm", "init", "--advertise-addr", "127.0.0.1");
            RunningAgent agent = fleet.agent("manager", own.socket());
            fleet.join("manager");
            assertThat(fleet.operator().does("get", "agents").out()).contains("swarm manager");

            App shop = fleet.appAt("manager", "swarm");
            shop.repository().commit("page.html", "hello");
            shop.commit(compose("red"));
            shop.declare("compose: {mode: swarm}").healthy();
            String service = shop.name() + "_web";
            assertThat(own.engine().does("stack", "ls", "--format", "{{.Name}}"))
                    .isEqualTo(shop.name());
            assertThat(colour(own, service)).contains("COLOUR=red");

            String blue = shop.push(compose("blue"));
            shop.healthyAt(blue);
            assertThat(colour(own, service)).contains("COLOUR=blue");

            shop.push(compose("black", "[sh, -c, \"echo no key; exit 3\"]"));
            fleet.until("it goes back", () -> shop.phase().contains("RolledBack"), shop::phase);
            fleet.until(
                    "blue runs again", () -> colour(own, service).contains("COLOUR=blue"), () -> colour(own, service));
            assertThat(fleet.operator().does("describe", "stack", shop.name()).out())
                    .contains("exit code 3", "no key");

            own.engine().does("service", "scale", "--detach", service + "=1");
            fleet.until("the drift is repaired", () -> own.engine()
                    .does("service", "inspect", "--format", "{{.Spec.Mode.Replicated.Replicas}}", service)
                    .equals("2"));

            fleet.operator().does("delete", "stack", shop.name(), "--yes");
            fleet.until(
                    "it goes", () -> own.engine().does("service", "ls", "-q").isEmpty(), shop::phase);
            fleet.until(
                    "its configs go",
                    () -> own.engine().does("config", "ls", "-q").isEmpty(),
                    agent::logEnd);
            agent.kill();
            own.engine().does("swarm", "leave", "--force");
        }
    }

    @Test
    void anEngineThatManagesNoSwarmIsRefusedInThePlanBeforeAnythingHappens() throws Exception {
        App shop = fleet.appAt("single", "nomanager");
        shop.repository().commit("page.html", "hello");
        shop.commit(compose("red"));
        shop.declare("compose: {mode: swarm}");

        shop.says("SwarmManagerMissing");
        assertThat(fleet.operator().says("stack", "plan", shop.name()).out()).contains("is no manager of a swarm");
        assertThat(fleet.engine().containers(shop.name())).isEmpty();
    }

    private static String colour(OwnEngine own, String service) throws Exception {
        return own.engine().does("service", "inspect", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Env}}", service);
    }
}
