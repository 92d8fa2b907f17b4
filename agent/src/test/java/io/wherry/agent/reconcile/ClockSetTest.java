package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.state.Step;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A site's clock is set by years, as when the network's time arrives at a machine without a battery. */
class ClockSetTest extends OnASite {
    @ParameterizedTest
    @ValueSource(longs = {-3650, 3650})
    void aClockThatIsSetWhileItIsProbedIsNoVerdict(long days) {
        applied();
        site.runtime.starting.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        while (site.record(shop).step() != Step.PROBING) {
            site.turn(shop);
        }
        set(Duration.ofDays(days));
        site.turn(shop);
        assertThat(site.record(shop).step()).isEqualTo(Step.PROBING);

        site.pass(Duration.ofMinutes(11));
        site.settle(shop);
        assertThat(site.states().getLast().reason())
                .as("the window ends all the same")
                .isEqualTo("HealthTimeout");
    }

    @ParameterizedTest
    @ValueSource(longs = {-3650, 3650})
    void aClockThatIsSetPutsNoLookOff(long days) {
        applied();
        set(Duration.ofDays(days));
        site.runtime.running.remove(shop);

        site.pass(Duration.ofMinutes(6));
        site.settle(shop);

        assertThat(site.runtime.running).as("put back in its cycle").containsEntry(shop, 1L);
    }

    private void applied() {
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1");
    }

    /** No time passes. */
    private void set(Duration ahead) {
        site.now = site.now.plus(ahead);
        site.set = ahead;
    }
}
