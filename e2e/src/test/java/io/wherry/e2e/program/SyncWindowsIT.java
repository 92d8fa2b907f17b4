package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** New content waits at the site for the windows of a policy, and what runs there does not. */
class SyncWindowsIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("till");

    @Test
    void contentBeginsInItsWindowAndRepairAtAnyTime() throws Exception {
        policy("{kind: deny}");
        assertThat(fleet.operator().does("get", "policies").out()).contains("syncWindows");
        assertThat(fleet.operator().does("describe", "agent", "till").out()).contains("timeZone");
        App shop = fleet.app("shop");
        shop.commit(App.web("red"));
        shop.declare();
        shop.says("policy shops (syncWindows) lets new content begin at no time of the next year");
        assertThat(fleet.engine().runs(shop.container("web"))).isFalse();

        fleet.operator().does("delete", "policy", "shops", "--yes");
        shop.healthy();

        LocalTime later = LocalTime.now(ZoneOffset.UTC).plusHours(6).truncatedTo(ChronoUnit.HOURS);
        policy("{kind: allow, start: '%s', end: '%s', timeZone: UTC}".formatted(later, later.plusHours(2)));
        String blue = shop.push(App.web("blue"));
        shop.says("policy shops (syncWindows) lets new content begin from 20");
        assertThat(shop.colour()).isEqualTo("red");
        fleet.engine().does("rm", "-f", shop.container("web"));
        fleet.until("the container is back", () -> fleet.engine().runs(shop.container("web")));
        assertThat(shop.colour()).as("what was agreed").isEqualTo("red");

        policy("{kind: allow}");
        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
    }

    private static void policy(String window) throws Exception {
        fleet.operator().applies("""
                apiVersion: wherry.io/v1alpha1
                kind: Policy
                metadata: {name: shops}
                spec:
                  agentSelector: site=till
                  syncWindows: [%s]
                """.formatted(window)).ok();
    }
}
