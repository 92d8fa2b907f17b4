package io.wherry.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.db.Database;
import io.wherry.hub.status.Event;
import io.wherry.hub.status.Events;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteadyClockTest {
    private static final Instant BEGIN = Instant.parse("2026-11-26T12:00:00Z");
    private static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private Database db;
    private Events events;
    private Instant machine = BEGIN;
    private Duration passed = Duration.ofDays(3);

    @BeforeEach
    void open() {
        db = Database.open(folder.resolve("hub.db"));
        events = new Events(db, () -> machine);
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void aMinuteInTheYear2100IsCountedAsAMinute() {
        SteadyClock clock = start();
        machine = FAR;
        goes(Duration.ofSeconds(40));
        assertThat(clock.instant()).isEqualTo(BEGIN.plusSeconds(40));
        goes(Duration.ofSeconds(20));
        assertThat(clock.instant()).isEqualTo(BEGIN.plusSeconds(60));

        machine = BEGIN.plusSeconds(61);
        assertThat(clock.instant()).isEqualTo(machine);
    }

    @Test
    void aMinuteInTheYear1970IsToo() {
        SteadyClock clock = start();
        machine = Instant.EPOCH;
        passed = passed.plusSeconds(60);

        assertThat(clock.instant()).isEqualTo(BEGIN.plusSeconds(60));
    }

    @Test
    void aClockThatDriftsOrSleptForANightIsFollowed() {
        SteadyClock clock = start();
        for (int day = 0; day < 400; day++) {
            passed = passed.plus(Duration.ofHours(12));
            machine = machine.plus(Duration.ofHours(24)).plusSeconds(5);
            assertThat(clock.instant()).isEqualTo(machine);
        }
    }

    @Test
    void anOperatorIsToldOnceAndAgainOfTheNext() {
        SteadyClock clock = start();
        clock.look(events);
        assertThat(told()).isEmpty();
        machine = FAR;
        clock.look(events);
        clock.look(events);
        assertThat(told()).containsExactly("ClockStepped");
        machine = BEGIN;
        clock.look(events);
        machine = FAR;
        clock.look(events);
        assertThat(told()).containsExactly("ClockStepped", "ClockStepped");
    }

    @Test
    void aHubDoesNotStartWhereTheClockIsFarFromWhenItRanLast() {
        start();
        machine = BEGIN.minus(SteadyClock.FOLLOWED).minusSeconds(1);
        assertThatThrownBy(this::start).isInstanceOf(HubException.class).hasMessageContaining("accept-clock");
        machine = BEGIN.plus(SteadyClock.LONGEST_REST).plusSeconds(1);
        assertThatThrownBy(this::start).hasMessageContaining("ran last at " + BEGIN);

        machine = BEGIN.plus(SteadyClock.LONGEST_REST);
        start();
    }

    @Test
    void whatAHubSaidWhileTheClockWasOffIsNotWhatItStartsFrom() {
        SteadyClock clock = start();
        machine = FAR;
        clock.look(events);
        assertThatThrownBy(this::start).hasMessageContaining("ran last at " + BEGIN);

        SteadyClock.accept(db, FAR);
        assertThat(start().instant()).isEqualTo(FAR);
    }

    private SteadyClock start() {
        return SteadyClock.start(db, () -> machine, () -> passed.toNanos());
    }

    /** Time passes, for both clocks. */
    private void goes(Duration by) {
        passed = passed.plus(by);
        machine = machine.plus(by);
    }

    private List<String> told() {
        return events.since(0).stream().map(Event::reason).toList();
    }
}
