package io.wherry.hub.rollout;

import static io.wherry.hub.rollout.TestRollouts.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.EntryState;
import io.wherry.contract.Outcome;
import io.wherry.contract.Phase;
import io.wherry.contract.StackId;
import io.wherry.hub.rollout.TargetSight.Progress;
import io.wherry.hub.status.Contact;
import io.wherry.hub.status.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How a target stands, by what its site said. */
class TargetSightTest {
    private static final StackId SHOP = new StackId("0".repeat(26));
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final RolloutTarget OFFERED = RolloutTarget.queued(
                    TestRollouts.id("till"), 0, TestRollouts.content())
            .offeredAt(NOON);

    @Test
    void whatASiteHasNotBegunIsAtWorkAndSaysWhy() {
        TargetSight sight = at(NOON.plusSeconds(60), "RuntimeChanged", "another engine answers");

        assertThat(sight.progress()).isEqualTo(Progress.WORKING);
        assertThat(sight.message()).isEqualTo("RuntimeChanged: another engine answers");
    }

    @Test
    void whatTakesTooLongFailsWithWhatTheSiteSaidLast() {
        TargetSight sight = at(NOON.plus(LIMIT).plusSeconds(1), "RuntimeChanged", "another engine answers");

        assertThat(sight.progress()).isEqualTo(Progress.FAILED);
        assertThat(sight.message()).isEqualTo("no outcome within 60 min: RuntimeChanged: another engine answers");
    }

    private static TargetSight at(Instant now, String reason, String message) {
        EntryState pending = new EntryState(
                SHOP,
                "shop",
                1,
                Optional.of(TestRollouts.content()),
                Outcome.PENDING,
                Phase.STAGED,
                reason,
                message,
                Optional.empty(),
                false,
                true,
                false,
                List.of(),
                new TreeMap<>(),
                NOON);
        TargetState state = new TargetState(
                OFFERED.agent(),
                SHOP,
                "shop",
                new TargetState.Wanted(
                        TargetState.Place.PRESENT,
                        1,
                        Optional.of(TestRollouts.content()),
                        1,
                        NOON,
                        false,
                        false,
                        List.of()),
                Optional.of(pending),
                NOON);
        return TargetSight.of(OFFERED, "till", Optional.of(state), new Contact(true, Optional.of(now)), LIMIT, now);
    }
}
