package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.docker.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole way of a stack for a swarm: from the repository to the services, on, back, and away again. */
class SwarmStackIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("single");

    private static final String FIRST = "canary-first-password";
    private static final String SECOND = "canary-second-password";

    /** @param secret name of its credential at the hub */
    private static String compose(String colour, String command, String secret) {
        return """
            services:
              web:
                image: %s
                command: %s
                stop_signal: SIGKILL
                environment: {COLOUR: %s}
                configs: [page]
                secrets: [db]
                deploy:
                  replicas: 2
                  restart_policy: {delay: 100ms}
                  update_config: {parallelism: 2, monitor: 1s}
            configs: {page: {file: ./page.html}}
            secrets: {db: {external: true, name: %s}}
            """.formatted(TestImages.BUSYBOX_1, command, colour, secret);
    }

    private static String compose(String colour, String secret) {
        return compose(colour, "[sleep, infinity]", secret);
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
            String secret = shop.name() + "-db";
            credential("create", secret, FIRST, "--type", "secret", "--stack", shop.name());
            shop.repository().commit("page.html", "hello");
            shop.commit(compose("red", secret));
            shop.declare("compose: {mode: swarm}").healthy();
            String service = shop.name() + "_web";
            assertThat(own.engine().does("stack", "ls", "--format", "{{.Name}}"))
                    .isEqualTo(shop.name());
            assertThat(spec(own, service)).contains("COLOUR=red").doesNotContain(FIRST);
            assertThat(inTask(own, service, "cat", "/run/secrets/db").out()).isEqualTo(FIRST);

            credential("rotate", secret, SECOND);
            fleet.until(
                    "the tasks have the new password",
                    () -> inTask(own, service, "cat", "/run/secrets/db").out().equals(SECOND));
            shop.healthy();
            fleet.until(
                    "the old one goes",
                    () -> own.engine().does("secret", "ls", "-q").lines().count() == 1);

            shop.healthyAt(shop.push(compose("blue", secret)));
            assertThat(spec(own, service)).contains("COLOUR=blue");

            shop.push(compose("black", "[sh, -c, \"echo the password is $$(cat /run/secrets/db); exit 3\"]", secret));
            fleet.until("it goes back", () -> shop.phase().contains("RolledBack"), shop::phase);
            fleet.until("blue runs again", () -> spec(own, service).contains("COLOUR=blue"), shop::phase);
            assertThat(fleet.operator().does("describe", "stack", shop.name()).out())
                    .contains("exit code 3", "the password is")
                    .doesNotContain(SECOND);

            // Where the swarm itself writes into the service at that moment, a person types it again.
            fleet.until(
                    "it is scaled",
                    () -> own.inside()
                                    .run("docker", "service", "scale", "--detach", service + "=1")
                                    .exit()
                            == 0);
            fleet.until("the drift is repaired", () -> own.engine()
                    .does("service", "inspect", "--format", "{{.Spec.Mode.Replicated.Replicas}}", service)
                    .equals("2"));

            fleet.operator().does("delete", "stack", shop.name(), "--yes");
            for (String kind : List.of("service", "config", "secret")) {
                fleet.until(
                        kind + "s go", () -> own.engine().does(kind, "ls", "-q").isEmpty(), agent::logEnd);
            }
            agent.kill();
            own.engine().does("swarm", "leave", "--force");
        }
    }

    private static void credential(String verb, String name, String value, String... flags) throws Exception {
        Path file = Files.createTempFile("value", "");
        Files.writeString(file, value);
        List<String> command = new ArrayList<>(List.of("credential", verb, name, "--value-file", file.toString()));
        command.addAll(List.of(flags));
        fleet.operator().does(command.toArray(String[]::new));
        Files.delete(file);
    }

    /** In its newest container, which may go while it is asked. */
    private static Said inTask(OwnEngine own, String service, String... command) throws Exception {
        String container = own.engine()
                .does("ps", "-q", "--filter", "label=com.docker.swarm.service.name=" + service)
                .lines()
                .findFirst()
                .orElse("none");
        List<String> all = new ArrayList<>(List.of("docker", "exec", container));
        all.addAll(List.of(command));
        return own.inside().run(all);
    }

    @Test
    void anEngineThatManagesNoSwarmIsRefusedInThePlanBeforeAnythingHappens() throws Exception {
        App shop = fleet.appAt("single", "nomanager");
        shop.repository().commit("page.html", "hello");
        shop.commit(compose("red", "none").replace("external: true, name: none", "file: ./page.html"));
        shop.declare("compose: {mode: swarm}");

        shop.says("is no manager of a swarm");
        assertThat(fleet.operator().says("stack", "plan", shop.name()).out()).contains("SwarmManagerMissing");
        assertThat(fleet.engine().containers(shop.name())).isEmpty();
    }

    private static String spec(OwnEngine own, String service) throws Exception {
        return own.engine().does("service", "inspect", "--format", "{{json .Spec}}", service);
    }
}
