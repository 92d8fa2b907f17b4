package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.FreePorts;
import io.wherry.e2e.docker.TestImages;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What stands in the way at a site: it is named, what runs stays, and as soon as the way is free the site goes on by itself. */
class SurroundingsIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    @Test
    void anImageThatDoesNotExistTakesNothingDown() throws Exception {
        App shop = healthy("image");
        String footprint = shop.footprint("web");

        shop.push(App.web("blue").replace(TestImages.BUSYBOX_1, TestImages.MISSING));

        pending(shop, "ImageUnavailable", TestImages.MISSING);
        assertThat(shop.footprint("web")).isEqualTo(footprint);
        String green = shop.push(App.web("green"));
        shop.healthyAt(green);
        assertThat(shop.colour()).isEqualTo("green");
    }

    @Test
    void aPortThatSomebodyElseHasIsNamedAndTakenWhenItIsFree() throws Exception {
        App shop = healthy("port");
        String footprint = shop.footprint("web");
        String blue;
        try (ServerSocket taken = new ServerSocket(FreePorts.take(), 1, InetAddress.getByName("0.0.0.0"))) {
            int port = taken.getLocalPort();
            blue = shop.push(App.web("blue") + "    ports: [\"" + port + ":8080\"]\n");

            pending(shop, "PortTaken", String.valueOf(port));
            assertThat(shop.footprint("web")).isEqualTo(footprint);
        }
        fleet.agent("site").says("sync").ok(); // by itself it looks again soon; a person at the site makes it look now
        shop.healthyAt(blue);
    }

    @Test
    void aContainerNameThatSomebodyElseHasIsNamedAndTheStrangerIsNotTouched() throws Exception {
        App shop = fleet.app("name");
        String red = shop.commit(App.web("red"));
        String foreign = fleet.engine()
                .does(
                        "create",
                        "--network",
                        "none",
                        "--name",
                        shop.container("web"),
                        TestImages.BUSYBOX_1,
                        "sleep",
                        "9");
        try {
            shop.declare();
            pending(shop, "NameTaken", shop.container("web"));
            assertThat(fleet.engine().inspect(shop.container("web"), "{{.Id}} {{.State.Status}}"))
                    .isEqualTo(foreign + " created");
        } finally {
            fleet.engine().does("rm", "-f", foreign);
        }
        fleet.agent("site").says("sync").ok();
        shop.healthyAt(red);
    }

    private static App healthy(String name) throws Exception {
        App shop = fleet.app(name);
        String red = shop.commit(App.web("red"));
        return shop.declare().healthyAt(red);
    }

    /** Waits for a message that names the thing, and checks that hub and site tell the same. */
    private static void pending(App app, String reason, String thing) throws Exception {
        app.says(reason);
        assertThat(app.phase()).startsWith("Pending: ").contains(thing);
        assertThat(app.status().string("hint")).isEqualTo("wherry describe agent site");
        assertThat(fleet.agent("site").says("status").out()).contains(reason, thing);
    }
}
