package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.docker.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images on their way from real registries to a site: by digest, from a mirror, and behind a password. */
class ImagesIT {
    private static final String FIRST = "canary-first-registry-password";
    private static final String SECOND = "canary-second-registry-password";

    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    private static Registry open;
    private static Registry closed;
    private static Registry guarded;
    private static Registry mirror;

    @BeforeAll
    static void startRegistries() throws Exception {
        open = Registry.in(fleet, "open", "");
        closed = Registry.closed(fleet, "closed", "robot", FIRST);
        guarded = Registry.closed(fleet, "guarded", "robot", FIRST);
        mirror = Registry.in(fleet, "mirror", "");
        for (Registry registry : List.of(open, closed, guarded, mirror)) {
            registry.start();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (Registry registry : List.of(open, closed, guarded, mirror)) {
            registry.end();
        }
    }

    @Test
    void aTagBecomesTheDigestOfItsDayUntilAPersonAsksAnew() throws Exception {
        String image = open.take(TestImages.BUSYBOX_1, "shop:stable");
        String first = open.digest(image);
        App shop = fleet.app("digests");
        String commit = shop.commit(App.web("red").replace(TestImages.BUSYBOX_1, image));
        shop.declare("images: {resolveDigests: true}").healthyAt(commit);
        assertThat(rendered(shop)).contains(image + "@" + first);
        String footprint = shop.footprint("web");

        open.take(TestImages.BUSYBOX_2, "shop:stable"); // the tag moves
        String second = open.digest(image);
        assertThat(second).isNotEqualTo(first);
        shop.repository().commit("README", "nothing that the stack reads");
        shop.nudge();
        shop.healthy();
        assertThat(rendered(shop)).contains(first).doesNotContain(second);
        assertThat(shop.footprint("web")).isEqualTo(footprint);

        assertThat(fleet.operator().does("stack", "sync", shop.name()).out()).contains(first, second);
        shop.healthy();
        assertThat(shop.footprint("web")).isNotEqualTo(footprint);
        assertThat(rendered(shop)).contains(second);
        assertThat(fleet.engine().does("image", "inspect", "-f", "{{json .RepoDigests}}", runningImage(shop)))
                .contains(second);

        open.stop();
        String blue = shop.push(App.web("blue").replace(TestImages.BUSYBOX_1, image));
        shop.says("cannot be reached");
        assertThat(shop.phase()).contains(image);
        assertThat(shop.status().string("reason")).isEqualTo("ImageUnresolved");
        assertThat(shop.colour()).isEqualTo("red");
        open.start();
        fleet.operator().does("stack", "sync", shop.name());
        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
    }

    @Test
    void aPasswordIsShownToItsRegistryForThePullAndIsNowhereElse() throws Exception {
        fleet.engine().does("login", "--username", "robot", "--password", FIRST, closed.host());
        String image = closed.take(TestImages.BUSYBOX_1, "private:1");
        String other = closed.take(TestImages.BUSYBOX_2, "private:2");
        fleet.engine().does("logout", closed.host());
        App shop = fleet.app("logins");
        String credential = shop.name() + "-registry";
        String red = shop.commit(App.web("red").replace(TestImages.BUSYBOX_1, image));
        shop.declare("images: {credentials: [" + credential + "]}");
        shop.says("images.credentials: " + credential + " does not exist");

        credential("create", credential, FIRST, "--type", "registry", "--host", closed.host(), "--stack", shop.name());
        shop.healthyAt(red);
        assertThat(fleet.engine().inspect(shop.container("web"), "{{.Config.Image}}"))
                .isEqualTo(image);
        String footprint = shop.footprint("web");

        closed.allow("robot", SECOND);
        closed.stop(); // what it has in memory of the old one goes
        closed.start();
        credential("rotate", credential, SECOND);
        shop.healthy();
        assertThat(shop.footprint("web")).as("a rotation touches no container").isEqualTo(footprint);
        String blue = shop.push(App.web("blue").replace(TestImages.BUSYBOX_1, other));
        shop.healthyAt(blue); // pulled with the new one

        assertThat(fleet.engine().does("inspect", shop.container("web"))).doesNotContain(FIRST, SECOND);
        List<String> holding = holding(fleet.folder(), FIRST, SECOND);
        assertThat(holding).as("files of hub, agent and command line").isEmpty();
    }

    @Test
    void aSwarmPullsByDigestWithItsLogin() throws Exception {
        try (OwnEngine own =
                OwnEngine.start(Files.createDirectory(fleet.folder().resolve("own")), fleet.programs())) {
            own.engine().does("swarm", "init", "--advertise-addr", "127.0.0.1");
            RunningAgent agent = fleet.agent("manager", own.socket());
            fleet.join("manager");
            fleet.engine().does("login", "--username", "robot", "--password", FIRST, guarded.host());
            String image = guarded.take(TestImages.BUSYBOX_1, "tasks:stable");
            fleet.engine().does("logout", guarded.host());
            String digest = open.digest(open.take(TestImages.BUSYBOX_1, "same:1"));
            guarded.start(own.inside()); // that engine has a network of its own
            App shop = fleet.appAt("manager", "swarmlogin");
            String credential = shop.name() + "-registry";
            credential(
                    "create",
                    credential,
                    FIRST,
                    "--type",
                    "registry",
                    "--host",
                    guarded.host(),
                    "--stack",
                    shop.name());
            String red =
                    shop.commit("services: {web: {image: \"%s\", command: [sleep, infinity], stop_signal: SIGKILL}}\n"
                            .formatted(image));
            shop.declare("compose: {mode: swarm}", "images: {credentials: [" + credential + "], resolveDigests: true}")
                    .healthyAt(red);

            String service = own.engine().does("service", "inspect", "--format", "{{json .}}", shop.name() + "_web");
            assertThat(service).contains(image + "@" + digest).doesNotContain(FIRST);
            agent.kill();
            own.engine().does("swarm", "leave", "--force");
        }
    }

    @Test
    void aMirrorTakesTheRegistrysPlaceAndNamesStay() throws Exception {
        String declared = "registry.invalid/team/web";
        mirror.take(TestImages.BUSYBOX_1, "team/web:1");
        String digest = mirror.digest(mirror.name("team/web:1"));
        RunningAgent away = fleet.agent(
                "away", fleet.programs().with("WHERRY_AGENT_REGISTRY_MIRROR", "registry.invalid=" + mirror.host()));
        away.join(fleet.operator().token("--labels", "site=away")).ok();
        away.start();
        App tagged = fleet.appAt("away", "mirrored");
        String red = tagged.commit(App.web("red").replace(TestImages.BUSYBOX_1, declared + ":1"));
        tagged.declare().healthyAt(red);

        assertThat(fleet.engine().inspect(tagged.container("web"), "{{.Config.Image}}"))
                .isEqualTo(declared + ":1");
        App pinned = fleet.appAt("away", "mirrorpin");
        String blue = pinned.commit(App.web("blue").replace(TestImages.BUSYBOX_1, declared + ":1@" + digest));
        pinned.declare().healthyAt(blue);
        assertThat(fleet.engine().inspect(pinned.container("web"), "{{.Image}}"))
                .isEqualTo(fleet.engine().inspect(tagged.container("web"), "{{.Image}}"));
        assertThat(fleet.engine().does("image", "ls", "--format", "{{.Repository}}:{{.Tag}}"))
                .doesNotContain(mirror.host());

        mirror.stop();
        pinned.push(App.web("green").replace(TestImages.BUSYBOX_1, declared + ":2"));
        pinned.says("ImageUnavailable");
        assertThat(pinned.phase()).contains("registryMirror of registry.invalid", mirror.name("team/web:2"));
        mirror.start();
        fleet.programs().run("docker", "rmi", declared + ":1", declared + ":sha256-" + digest.substring(7));
    }

    private static String rendered(App app) throws Exception {
        return fleet.operator()
                .does("stack", "render", app.name(), "--agent", "site")
                .out();
    }

    private static String runningImage(App app) throws Exception {
        return fleet.engine().inspect(app.container("web"), "{{.Image}}");
    }

    private static void credential(String act, String name, String value, String... flags) throws Exception {
        Path file = Files.writeString(fleet.folder().resolve("value"), value);
        List<String> command = new ArrayList<>(
                List.of("credential", act, name, "--username", "robot", "--value-file", file.toString()));
        command.addAll(List.of(flags));
        fleet.operator().does(command.toArray(String[]::new));
        Files.delete(file);
    }

    private static List<String> holding(Path folder, String... values) throws IOException {
        List<String> holding = new ArrayList<>();
        for (Path file : LiveFiles.below(folder)) {
            String content = new String(LiveFiles.content(file).orElse(new byte[0]), UTF_8);
            for (String value : values) {
                if (content.contains(value)) {
                    holding.add(file.toString());
                }
            }
        }
        return holding;
    }
}
