package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.e2e.docker.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many releases with an image each: the engine keeps a few of them, enough to go back without a registry, and what others use. */
class OldImagesIT {
    private static final int RELEASES = 7;
    private static final int KEEP = 2;

    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    @Test
    void theEngineKeepsAFewImagesAndGoesBackWithoutARegistry() throws Exception {
        Registry registry = Registry.in(fleet);
        registry.start();
        List<String> images = images(registry);
        try {
            RunningAgent agent = fleet.agent(
                    "tidy",
                    fleet.programs()
                            .with("WHERRY_AGENT_IMAGES_KEEP", String.valueOf(KEEP))
                            .with("WHERRY_AGENT_IMAGES_KEEP_FOR", "0s"));
            agent.join(fleet.operator().token("--labels", "site=tidy")).ok();
            agent.start();
            App shop = fleet.appAt("tidy", "tidy");
            String byHand = fleet.named("by-hand") + ":1";
            String container = fleet.named("stopped");
            for (int i = 0; i < RELEASES; i++) {
                String commit = App.web("colour-" + i).replace(TestImages.BUSYBOX_1, images.get(i));
                if (i == 0) {
                    String first = shop.commit(commit);
                    shop.declare().healthyAt(first);
                    fleet.engine().does("tag", images.getFirst(), byHand);
                } else {
                    shop.healthyAt(shop.push(commit));
                }
                if (i == 1) {
                    fleet.engine().does("create", "--name", container, images.get(1));
                }
            }
            String footprint = shop.footprint("web");
            String away = "web: [0-9.]+ s without it \\(stop-first\\)";
            assertThat(fleet.operator().does("get", "stack", shop.name()).out()).containsPattern(away);
            assertThat(fleet.operator().does("describe", "stack", shop.name()).out())
                    .containsPattern("AWAY AT +OBJECT +FOR +BECAUSE")
                    .containsPattern("is applied and healthy; " + away);
            assertThat(agent.says("history").ok().out()).containsPattern(away);
            assertThat(agent.says("history", "nobodys").err())
                    .contains("stack \"nobodys\" is not running at this agent");

            agent.stop();
            agent.start(); // it looks after images when it starts, and each ten minutes

            // By its tag the second one is what a stopped container needs; the last two are kept by their number.
            List<String> kept = List.of(images.get(1), images.get(RELEASES - 2), images.get(RELEASES - 1));
            fleet.until("the old ones are gone", () -> here(images).equals(kept), () -> here(images)
                    .toString());
            assertThat(fleet.engine().does("image", "inspect", "-f", "{{.RepoTags}}", byHand))
                    .as("tagged by hand")
                    .contains(byHand)
                    .doesNotContain(images.getFirst());
            assertThat(shop.footprint("web")).isEqualTo(footprint);

            registry.stop();
            String back = shop.push(App.web("back").replace(TestImages.BUSYBOX_1, images.get(RELEASES - 2)));
            shop.healthyAt(back);
            assertThat(shop.colour()).isEqualTo("back");
            fleet.engine().does("rm", container);
            fleet.engine().does("rmi", byHand);
        } finally {
            registry.end();
        }
    }

    /** Those of them that the engine has. */
    private static List<String> here(List<String> images) throws Exception {
        List<String> all = fleet.engine()
                .does("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
                .lines()
                .toList();
        return images.stream().filter(all::contains).toList();
    }

    private static List<String> images(Registry registry) throws Exception {
        List<String> images = new ArrayList<>();
        for (int i = 0; i < RELEASES; i++) {
            String local = "wherry.test/tidy:" + i;
            Path archive = fleet.folder().resolve("image.tar");
            Files.write(archive, TestImages.archive(local, Json.object().build()));
            fleet.engine().does("load", "--input", archive.toString());
            Files.delete(archive);
            images.add(registry.take(local, "tidy:" + i));
            fleet.engine().does("rmi", local);
        }
        return images;
    }
}
