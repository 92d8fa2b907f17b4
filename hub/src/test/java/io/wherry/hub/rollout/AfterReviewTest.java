package io.wherry.hub.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Running;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.Review.Told;
import io.wherry.hub.rollout.AfterReview.Known;
import io.wherry.hub.rollout.AfterReview.Raised;
import io.wherry.hub.rollout.AfterReview.Unknown;
import io.wherry.hub.rollout.PlacedEntry.Place;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table of docs/how-to/back-up-and-restore.md, as the hub judges it. Releases up to counter 100 are from before the restore. */
class AfterReviewTest {
    private static final long ABOVE = 100;
    private static final Digest RED = Digest.of(new byte[] {1});
    private static final Digest BLUE = Digest.of(new byte[] {2});
    private static final StackId STACK = StackId.random(new SecureRandom());

    @Test
    void anAgentThatIsWhereTheHubThinksOrBehindIsKnown() {
        assertThat(judge(entry(3, 3, RED), told(3, RED, 3, RED))).isEqualTo(new Known());
        assertThat(judge(entry(3, 3, RED), told(2, BLUE, 2, BLUE))).isEqualTo(new Known());
        assertThat(judge(entry(3, 3, RED), told(3, RED, 2, BLUE)))
                .as("still at work")
                .isEqualTo(new Known());
        assertThat(judge(entry(3, 101, RED), told(2, BLUE, 2, BLUE))).isEqualTo(new Known());
    }

    @Test
    void whatRunsThereAndIsNotKnownHereStays() {
        assertThat(judge(entry(1, 1, RED), told(2, BLUE, 2, BLUE))).isEqualTo(new Unknown(2));
        assertThat(judge(entry(1, 1, RED), told(1, BLUE, 1, BLUE)))
                .as("one number, two contents")
                .isEqualTo(new Unknown(1));
        assertThat(judge(entry(1, 1, RED), told(2, BLUE, 0, RED)))
                .as("nothing runs")
                .isEqualTo(new Unknown(2));
        assertThat(AfterReview.of(Optional.empty(), told(7, BLUE, 7, BLUE), ABOVE))
                .isEqualTo(new Unknown(7));
    }

    @Test
    void theSameContentUnderALaterGenerationNeedsANewRelease() {
        assertThat(judge(entry(1, 1, RED), told(3, RED, 3, RED))).isEqualTo(new Raised(3, true));
        assertThat(judge(entry(1, 1, RED), told(3, BLUE, 1, RED)))
                .as("rolled back from 3, which it does not try again")
                .isEqualTo(new Raised(4, true));
    }

    @Test
    void valuesOfVariablesAreNotToldSoTheyMayBeLater() {
        PlacedEntry entry = entry(1, 1, RED, Place.PRESENT, Map.of("COLOUR", "old"));
        assertThat(judge(entry, told(3, RED, 3, RED))).isEqualTo(new Unknown(3));
    }

    @Test
    void whatTheHubDecidedSinceTheRestoreIsAboveAllThatWasSeen() {
        assertThat(judge(entry(2, 101, BLUE), told(2, RED, 2, RED))).isEqualTo(new Raised(3, false));
        assertThat(judge(entry(2, 101, BLUE), told(5, BLUE, 5, BLUE)))
                .as("the same")
                .isEqualTo(new Raised(5, false));
        assertThat(judge(entry(2, 101, BLUE), told(5, RED, 4, BLUE))).isEqualTo(new Raised(6, false));
    }

    @Test
    void whatIsGoneOrGoingIsJudgedToo() {
        PlacedEntry absent = entry(2, 2, RED, Place.ABSENT, Map.of());
        assertThat(judge(absent, told(2, null, 0, RED))).isEqualTo(new Known());
        assertThat(judge(absent, told(4, BLUE, 4, BLUE))).isEqualTo(new Unknown(4));
        PlacedEntry gone = entry(2, 2, RED, Place.GONE, Map.of());
        assertThat(judge(gone, told(3, null, 0, RED))).isEqualTo(new Known());
        assertThat(judge(gone, told(3, BLUE, 3, BLUE))).isEqualTo(new Unknown(3));
    }

    @Test
    void whatRanWhenTheBackupWasMadeAndIsNotNamedWasTakenAway() {
        assertThat(AfterReview.missing(entry(1, 1, RED), true, ABOVE)).isEqualTo(new Unknown(1));
        assertThat(AfterReview.missing(entry(1, 1, RED), false, ABOVE))
                .as("not there yet")
                .isEqualTo(new Known());
        assertThat(AfterReview.missing(entry(2, 101, RED), true, ABOVE)).isEqualTo(new Known());
    }

    private static AfterReview judge(PlacedEntry entry, Told told) {
        return AfterReview.of(Optional.of(entry), told, ABOVE);
    }

    /** @param running generation that runs; 0: nothing does */
    private static Told told(long generation, @Nullable Digest bundle, long running, Digest runs) {
        return new Told(
                STACK,
                "shop",
                generation,
                Optional.ofNullable(bundle),
                running == 0 ? Optional.empty() : Optional.of(new Running(running, runs)));
    }

    private static PlacedEntry entry(long generation, long counter, Digest bundle) {
        return entry(generation, counter, bundle, Place.PRESENT, Map.of());
    }

    private static PlacedEntry entry(
            long generation, long counter, Digest bundle, Place place, Map<String, String> variables) {
        boolean removed = place == Place.ABSENT || place == Place.GONE;
        return new PlacedEntry(
                AgentId.random(new SecureRandom()),
                STACK,
                "shop",
                place,
                generation,
                counter,
                Digest.of(new byte[] {9}),
                removed ? Optional.empty() : Optional.of(new BundleRef(bundle, 10)),
                new TreeMap<>(variables),
                List.of(),
                List.of(),
                EntryPlannerTest.options(Duration.ofMinutes(1)),
                1,
                false);
    }
}
