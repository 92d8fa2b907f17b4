package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Difference;
import io.wherry.contract.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a generation leaves to be deleted may be held for days, by the finalizer of a controller that is gone: what runs is watched and repaired meanwhile. */
class UnsettledTest extends OnASite {
    private static final String HELD =
            "ConfigMap/shop/old: is being deleted; it waits for the finalizers example.org/hold";

    private Outcome outcome() {
        return site.states().getLast().outcome();
    }

    private void cycle() {
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
    }

    @Test
    void isToldAndBlindsNobody() {
        site.runtime.holdsCommit.add(HELD);
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);
        cycle();
        assertThat(site.told()).containsExactly("PENDING 1");
        assertThat(site.states().getLast().message()).isEqualTo(HELD);
        assertThat(site.states().getLast().healthy()).isTrue();

        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        cycle();
        assertThat(site.runtime.drift).as("repaired").isEmpty();
        site.runtime.drift.add(new Difference("service/web", "image", "shop:1", "shop:0"));
        cycle();
        assertThat(site.runtime.drift).as("and again").isEmpty();

        site.runtime.sick.add(1L);
        cycle();
        cycle();
        cycle();
        assertThat(outcome()).isEqualTo(Outcome.UNHEALTHY);

        site.runtime.sick.clear();
        site.runtime.holdsCommit.clear();
        cycle();
        cycle();
        assertThat(outcome()).isEqualTo(Outcome.HEALTHY);
    }
}
