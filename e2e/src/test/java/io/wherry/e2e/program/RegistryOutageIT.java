package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.docker.TestImages;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A registry that is down when its image is needed: the site waits with what runs, and goes on as soon as the registry is back. */
class RegistryOutageIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    private static Registry registry;
    private static String image = "";

    @BeforeAll
    static void startARegistryWithAnImage() throws Exception {
        registry = Registry.in(fleet);
        registry.start();
        image = registry.take(TestImages.BUSYBOX_2, "busybox:2");
    }

    @AfterAll
    static void stop() throws Exception {
        registry.end();
    }

    @Test
    void theEarlierReleaseRunsOnUntilTheRegistryIsBack() throws Exception {
        App shop = fleet.app("pulled");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        String footprint = shop.footprint("web");
        registry.stop();

        String blue = shop.push(App.web("blue").replace(TestImages.BUSYBOX_1, image));

        shop.says("ImageUnavailable");
        assertThat(shop.phase()).startsWith("Pending: ").contains(image, "connection refused");
        assertThat(fleet.agent("site").says("status").ok().out()).contains("ImageUnavailable", image);
        assertThat(shop.footprint("web")).isEqualTo(footprint);

        registry.start();

        shop.healthyAt(blue); // unaided
        assertThat(shop.colour()).isEqualTo("blue");
        assertThat(fleet.engine().inspect(shop.container("web"), "{{.Config.Image}}"))
                .isEqualTo(image);
        assertThat(fleet.operator()
                        .does("events", "--object", "stack/" + shop.name())
                        .out())
                .doesNotContain("RolledBack", "Failed");
    }
}
