package io.wherry.agent.hubclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CadenceTest {
    private static final Polled.Wishes NONE =
            new Polled.Wishes(Optional.empty(), false, false, 1, Optional.empty(), Optional.empty());
    private static final Polled GONE =
            new Polled.Unreachable(Trouble.HUB_UNREACHABLE, "connection refused", Optional.empty());
    private static final Duration HOLD = Duration.ofMinutes(4);

    private final Cadence held = new Cadence(PollMode.HELD, Duration.ofSeconds(60), HOLD, new Random(1));

    @Test
    void halvesTheHoldWhileAMiddleBoxBreaksItAndGrowsItBack() {
        assertThat(held.hold()).isEqualTo(HOLD);
        for (int i = 0; i < 10; i++) {
            held.after(GONE, held.hold(), Duration.ofSeconds(60));
        }
        assertThat(held.hold()).isEqualTo(Cadence.MIN_HOLD);
        for (int i = 0; i < 16 * 4; i++) {
            held.after(new Polled.UpToDate(NONE), held.hold(), held.hold());
        }
        assertThat(held.hold()).isEqualTo(HOLD);
    }

    @Test
    void asksForAQuickAnswerAfterAFailureAndWaitsLongerEachTimeUpToACap() {
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 30; i++) {
            Duration wait = held.after(GONE, held.hold(), Duration.ofMillis(5));
            longest = wait.compareTo(longest) > 0 ? wait : longest;
            assertThat(held.hold()).isZero();
            assertThat(wait)
                    .isBetween(
                            Cadence.MIN_WAIT,
                            Cadence.MAX_BACKOFF.multipliedBy(3).dividedBy(2));
        }
        assertThat(longest).isGreaterThan(Cadence.MAX_BACKOFF.dividedBy(2));
        held.after(new Polled.UpToDate(NONE), Duration.ZERO, Duration.ofMillis(5));
        assertThat(held.hold()).isEqualTo(HOLD);
    }

    @Test
    void agentsWhoseHeldPollsBrokeTogetherDoNotComeBackTogether() {
        Set<Duration> waits = new HashSet<>();
        for (int agent = 0; agent < 100; agent++) {
            Cadence one = new Cadence(PollMode.HELD, Duration.ofMinutes(1), HOLD, new Random(agent));
            Duration wait = one.after(GONE, one.hold(), HOLD);
            assertThat(wait).isBetween(Cadence.MIN_WAIT, Cadence.MIN_WAIT.multipliedBy(3));
            waits.add(wait);
        }
        assertThat(waits).hasSizeGreaterThan(50);
    }

    @Test
    void doesWhatTheHubAsksForWithinLimits() {
        var later = new Polled.UpToDate(new Polled.Wishes(
                Optional.of(Duration.ofMinutes(7)), false, false, 1, Optional.empty(), Optional.empty()));
        assertThat(held.after(later, HOLD, HOLD)).isEqualTo(Duration.ofMinutes(7));
        var busy = new Polled.Unreachable(Trouble.HUB_BUSY, "busy", Optional.of(Duration.ofSeconds(30)));
        assertThat(held.after(busy, HOLD, Duration.ZERO)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void comesBackNoSoonerThanTenSecondsAfterARefusal() {
        assertThat(held.after(new Polled.Refused("CertificateRevoked", ""), HOLD, Duration.ZERO))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void spreadsIntervalsByFullJitter() {
        Cadence interval = new Cadence(PollMode.INTERVAL, Duration.ofSeconds(60), HOLD, new Random(1));
        assertThat(interval.hold()).isZero();
        for (int i = 0; i < 100; i++) {
            assertThat(interval.after(new Polled.UpToDate(NONE), Duration.ZERO, Duration.ofMillis(5)))
                    .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(90));
        }
    }
}
