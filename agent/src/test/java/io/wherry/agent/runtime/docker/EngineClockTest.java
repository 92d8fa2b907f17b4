package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EngineClockTest {
    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration CALL = Duration.ofMillis(40);

    private Instant now = BEGIN;
    private long nanos = 7;
    private Duration ahead = Duration.ZERO;
    private String told = "";
    private int asked;

    private final EngineClock clock = new EngineClock(this::info, () -> now, () -> nanos);

    /** It answers in the middle of the call. */
    private Json.Obj info() {
        asked++;
        passes(CALL.dividedBy(2));
        String time = told.isEmpty() ? now.plus(ahead).toString() : told;
        passes(CALL.dividedBy(2));
        return Json.object().put("SystemTime", time).build();
    }

    private void passes(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    @Test
    void whereTheTwoMayBeOneTheyAre() {
        assertThat(clock.wasSet()).isFalse();

        assertThat(clock.atLeast(BEGIN)).isEqualTo(BEGIN);
        assertThat(clock.atMost(BEGIN)).isEqualTo(BEGIN);
    }

    @Test
    void anotherClockIsKnownAsCloselyAsTheCallTook() {
        ahead = Duration.ofDays(-30);

        clock.wasSet();

        assertThat(clock.atLeast(BEGIN)).isEqualTo(BEGIN.plus(ahead).minus(CALL.dividedBy(2)));
        assertThat(clock.atMost(BEGIN)).isEqualTo(BEGIN.plus(ahead).plus(CALL.dividedBy(2)));
    }

    @Test
    void itIsMeasuredOnceInTenMinutes() {
        clock.wasSet();
        passes(Duration.ofMinutes(9));
        clock.wasSet();
        assertThat(asked).isEqualTo(1);
        ahead = Duration.ofSeconds(3);
        passes(Duration.ofMinutes(2));

        assertThat(clock.wasSet()).as("the engine's was set, not ours").isFalse();

        assertThat(asked).isEqualTo(2);
        assertThat(clock.atMost(BEGIN)).isAfter(BEGIN.plusSeconds(2));
    }

    @Test
    void aClockThatIsSetIsSeenOnceAndMeasuredAnew() {
        clock.wasSet();
        now = now.plus(Duration.ofHours(1));
        ahead = Duration.ofHours(-1);

        assertThat(clock.wasSet()).isTrue();
        assertThat(clock.wasSet()).isFalse();

        assertThat(clock.atMost(now)).isBefore(now.minus(Duration.ofMinutes(59)));
        assertThat(asked).isEqualTo(2);
    }

    /** A container is not healthy sooner or later, or too late, because the site's clock is another one than the engine's. */
    @Test
    void whatHasBeenRunningThereIsMeasuredByItsOwnTime() {
        ahead = Duration.ofDays(365);
        Instant started = now.plus(ahead);
        passes(Duration.ofSeconds(9));

        assertThat(Duration.between(started, clock.instant()))
                .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(9).plus(CALL));

        now = now.plus(Duration.ofDays(365));
        ahead = Duration.ZERO;
        assertThat(Duration.between(started, clock.instant())).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
        assertThat(clock.wasSet())
                .as("though the time was asked for in between")
                .isTrue();
    }

    @Test
    void anEngineThatDoesNotTellIsTakenToHaveOurClock() {
        told = "no time";

        clock.wasSet();

        assertThat(clock.atMost(BEGIN)).isEqualTo(BEGIN);
    }
}
