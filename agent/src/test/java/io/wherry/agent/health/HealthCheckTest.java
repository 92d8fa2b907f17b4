package io.wherry.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private final AtomicLong nanos = new AtomicLong();
    private Instant now = NOW;
    private final Ages ages = new Ages(() -> now, nanos::get);
    private final HealthCheck check = new HealthCheck(Duration.ofSeconds(10), Duration.ofMinutes(5), ages);

    private void pass(Duration time) {
        now = now.plus(time);
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void isHealthyWithoutACheckAfterTheObservationWindow() {
        assertThat(state(running(Duration.ofSeconds(9), 0))).isEqualTo(ObjectHealth.State.STARTING);
        assertThat(state(running(Duration.ofSeconds(10), 0))).isEqualTo(ObjectHealth.State.HEALTHY);
    }

    @Test
    void takesTheWordOfAHealthCheckHoweverLongItRuns() {
        assertThat(state(checked(Duration.ofSeconds(1), Snapshot.CheckState.HEALTHY)))
                .isEqualTo(ObjectHealth.State.HEALTHY);
        assertThat(state(checked(Duration.ofHours(1), Snapshot.CheckState.UNHEALTHY)))
                .isEqualTo(ObjectHealth.State.UNHEALTHY);
    }

    @Test
    void waitsForAHealthCheckAsLongAsItLooks() {
        Snapshot starting = checked(Duration.ofHours(1), Snapshot.CheckState.STARTING);
        assertThat(state(starting)).isEqualTo(ObjectHealth.State.STARTING);
        pass(Duration.ofMinutes(4));
        assertThat(state(starting)).isEqualTo(ObjectHealth.State.STARTING);
        pass(Duration.ofMinutes(2));
        assertThat(state(starting)).isEqualTo(ObjectHealth.State.UNHEALTHY);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3650, 3650})
    void aClockThatIsSetMakesNothingOlderOrYounger(long days) {
        Snapshot fresh = running(Duration.ofSeconds(1), 0);
        Snapshot starting = checked(Duration.ofSeconds(1), Snapshot.CheckState.STARTING);
        assertThat(state(fresh)).isEqualTo(ObjectHealth.State.STARTING);
        assertThat(state(starting)).isEqualTo(ObjectHealth.State.STARTING);

        now = now.plus(Duration.ofDays(days));
        assertThat(state(fresh)).isEqualTo(ObjectHealth.State.STARTING);
        assertThat(state(starting)).isEqualTo(ObjectHealth.State.STARTING);
        pass(Duration.ofSeconds(9));
        assertThat(state(fresh)).isEqualTo(ObjectHealth.State.HEALTHY);
    }

    @Test
    void whatBeginsTomorrowByTheClockIsLookedAtFromNowOn() {
        Snapshot ahead = running(Duration.ofDays(-1), 0);
        assertThat(state(ahead)).isEqualTo(ObjectHealth.State.STARTING);
        pass(Duration.ofSeconds(10));
        assertThat(state(ahead)).isEqualTo(ObjectHealth.State.HEALTHY);
    }

    @Test
    void givesACheckAtLeastTheTimeThatItsOwnSettingsNeed() {
        HealthCheck hasty = new HealthCheck(Duration.ofSeconds(10), Duration.ofSeconds(5), ages);
        Snapshot starting = checked(Duration.ZERO, Snapshot.CheckState.STARTING);
        hasty.judge(starting);
        pass(Duration.ofSeconds(50));

        assertThat(hasty.judge(starting).state())
                .as("its own settings need 60 s")
                .isEqualTo(ObjectHealth.State.STARTING);
    }

    @Test
    void completesOnlyWithZeroAndWhereItMay() {
        assertThat(state(exited(0, true))).isEqualTo(ObjectHealth.State.COMPLETED);
        assertThat(state(exited(0, false))).isEqualTo(ObjectHealth.State.UNHEALTHY);
        assertThat(state(exited(1, true))).isEqualTo(ObjectHealth.State.UNHEALTHY);
    }

    @Test
    void namesACrashLoopOnlyAfterTheObservationWindow() {
        assertThat(state(restarting(Duration.ofSeconds(5), 4))).isEqualTo(ObjectHealth.State.STARTING);
        assertThat(state(restarting(Duration.ofSeconds(11), 2))).isEqualTo(ObjectHealth.State.STARTING);
        assertThat(state(restarting(Duration.ofSeconds(11), 3))).isEqualTo(ObjectHealth.State.UNHEALTHY);
    }

    @Test
    void namesTheWorstObjectWithItsLastLogLines() {
        Health health = check.judge(
                List.of(running(Duration.ofMinutes(1), 0), exited(3, true)), s -> List.of("line one", "line two"));

        assertThat(health).isInstanceOfSatisfying(Health.Unhealthy.class, unhealthy -> {
            assertThat(unhealthy.reason()).isEqualTo(HealthReason.EXITED);
            assertThat(unhealthy.detail())
                    .isEqualTo("service/job ended with exit code 3; last log lines: line one | line two");
        });
    }

    @Test
    void namesMemoryAsTheReasonWhereTheKernelSaidSo() {
        Snapshot killed = new Snapshot(
                "service/web",
                Snapshot.State.EXITED,
                137,
                true,
                0,
                Optional.of(NOW),
                Optional.of(NOW),
                false,
                Optional.empty());

        assertThat(check.judge(List.of(killed), s -> List.of()))
                .isInstanceOfSatisfying(
                        Health.Unhealthy.class, u -> assertThat(u.reason()).isEqualTo(HealthReason.OUT_OF_MEMORY));
    }

    @Test
    void countsThreeBadLooksInARow() {
        Health bad = new Health.Unhealthy(HealthReason.EXITED, "x", List.of());
        Hysteresis looks = Hysteresis.HEALTHY.next(bad).next(bad);
        assertThat(looks.unhealthy()).isFalse();
        assertThat(looks.next(new Health.Healthy(List.of())).next(bad).unhealthy())
                .isFalse();
        assertThat(looks.next(new Health.Starting("", List.of())).next(bad).unhealthy())
                .isTrue();
    }

    private ObjectHealth.State state(Snapshot snapshot) {
        return check.judge(snapshot).state();
    }

    private static Snapshot running(Duration age, int restarts) {
        return snapshot(Snapshot.State.RUNNING, 0, restarts, age, false, Optional.empty());
    }

    private static Snapshot checked(Duration age, Snapshot.CheckState state) {
        return snapshot(
                Snapshot.State.RUNNING,
                0,
                0,
                age,
                false,
                Optional.of(new Snapshot.Check(state, "no", Duration.ofSeconds(60))));
    }

    private static Snapshot exited(int code, boolean mayComplete) {
        return snapshot(Snapshot.State.EXITED, code, 0, Duration.ofSeconds(3), mayComplete, Optional.empty());
    }

    private static Snapshot restarting(Duration age, int restarts) {
        return snapshot(Snapshot.State.RESTARTING, 1, restarts, age, false, Optional.empty());
    }

    private static Snapshot snapshot(
            Snapshot.State state,
            int exitCode,
            int restarts,
            Duration age,
            boolean mayComplete,
            Optional<Snapshot.Check> check) {
        Optional<Instant> then = Optional.of(NOW.minus(age));
        String object = state == Snapshot.State.EXITED ? "service/job" : "service/web";
        return new Snapshot(object, state, exitCode, false, restarts, then, then, mayComplete, check);
    }
}
