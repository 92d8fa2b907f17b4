package io.wherry.hub.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.hub.fleet.Review;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.release.Keys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewEpochTest {
    @TempDir
    Path data;

    @Test
    void isAboveAllThatAnyAgentSaidAndHoldsEveryOneThatIsServed() {
        Keys.create(data, Digest.of(new byte[] {1}), new SecureRandom(), TestFleet.NOW);
        long far = TestFleet.NOW.getEpochSecond() + 1_000_000;
        try (TestFleet fleet = new TestFleet(data)) {
            var ahead = fleet.join(TestDevice.create(), "ahead");
            fleet.join(TestDevice.create(), "quiet");
            fleet.join(TestDevice.create(), "gone");
            fleet.decisions.retire("gone", TestFleet.ACTOR);
            fleet.database.run(handle -> ReviewRepository.hold(
                    handle, ahead.id(), Review.Cause.BEHIND, Optional.of(new Position(far, 9, 3)), TestFleet.NOW));
        }

        NewEpoch.Begun begun =
                NewEpoch.begin(data, "keys.newEpoch", Json.object().build(), () -> TestFleet.NOW);

        assertThat(begun.held()).isEqualTo(2);
        assertThat(begun.keys().epoch()).isEqualTo(far + 1);
        assertThat(begun.keys().trustRoot().version()).isEqualTo(4);
        assertThat(begun.keys().epochBegan()).isEqualTo(2);
        try (TestFleet fleet = new TestFleet(data)) {
            List<Review> reviews = fleet.database.read(ReviewRepository::list);
            assertThat(reviews).hasSize(2).allSatisfy(review -> {
                assertThat(review.cause()).isEqualTo(Review.Cause.RESTORED);
                assertThat(review.told()).isEmpty();
                assertThat(review.reported()).isFalse();
            });
        }
    }
}
