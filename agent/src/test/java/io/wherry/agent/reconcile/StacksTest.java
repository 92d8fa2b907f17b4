package io.wherry.agent.reconcile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.EntryOptions;
import io.wherry.contract.EntryOptions.OnUnhealthy;
import io.wherry.contract.StackId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** One stack's turns wake another's. Turns are taken one after the other here, and time passes only for the stack that is named. */
class StacksTest extends OnASite {
    private final StackId base = StackId.random(new SecureRandom());
    private final Map<String, Taken> taken = new LinkedHashMap<>();

    private final class Taken implements Stacks.Turns.Taking {
        private final Supplier<Duration> rest;
        private final Runnable turn;
        private boolean asked = true;

        Taken(String name, Supplier<Duration> rest, Runnable turn) {
            this.rest = rest;
            this.turn = turn;
            taken.put(name, this);
        }

        @Override
        public void nudge() {
            asked = true;
        }

        @Override
        public void end() {
            asked = false;
        }

        /** Takes turns for as long as one was asked for, or the next one comes soon. */
        void settle() {
            for (int i = 0; i < 50 && (asked || rest.get().compareTo(Turn.HELD_LOOK) < 0); i++) {
                site.pass(asked ? Duration.ZERO : rest.get());
                asked = false;
                turn.run();
            }
        }
    }

    /** Both are assigned, and each has asked for its first turn. */
    private Stacks begun() {
        site.assign(site.entry(base, "base", 1, TestSite.options("base")), site.entry(shop, "shop", 1, onBase()));
        Stacks stacks = new Stacks(site.site, () -> site.now, new Random(1), Taken::new);
        stacks.refresh();
        return stacks;
    }

    private Taken turns(String name) {
        return requireNonNull(taken.get("stack-" + name), name);
    }

    private void isHeld(StackId stack, String reason) {
        assertThat(site.record(stack).work().note().reason()).isEqualTo(reason);
    }

    @Test
    void whatDependsOnAnotherIsAskedAsSoonAsThatIsHealthy() {
        try (Stacks _ = begun()) {
            turns("shop").settle();
            isHeld(shop, "WaitingForDependency");
            assertThat(turns("shop").asked).isFalse();

            turns("base").settle();
            assertThat(turns("shop").asked).isTrue();
            turns("shop").turn.run();

            isHeld(shop, "");
            assertThat(turns("base").asked).as("nothing holds it back").isFalse();
        }
    }

    @Test
    void whatAnotherDependsOnIsAskedAsSoonAsThatHasGone() {
        try (Stacks stacks = begun()) {
            turns("base").settle();
            turns("shop").settle();
            site.assign(site.absent(base, "base", 2, "service/web"), site.absent(shop, "shop", 2, "service/web"));
            stacks.refresh();
            turns("base").settle();
            isHeld(base, "WaitingForDependent");

            turns("shop").settle();
            assertThat(turns("base").asked).isTrue();
            turns("base").settle();

            assertThat(site.runtime.running).isEmpty();
        }
    }

    private EntryOptions onBase() {
        return TestSite.options("shop", true, false, OnUnhealthy.ROLLBACK, List.of(base));
    }
}
