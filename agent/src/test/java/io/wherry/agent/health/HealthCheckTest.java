package io.wherry.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private final HealthCheck check =
            new HealthCheck(Duration.ofSeconds(10), Duration.ofMinutes(5), InstantSource.fixed(NOW));

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
        assertThat(state(checked(Duration.ofMinutes(4), Snapshot.CheckState.STARTING)))
                .isEqualTo(ObjectHealth.State.STARTING);
        assertThat(state(checked(Duration.ofMinutes(6), Snapshot.CheckState.STARTING)))
                .isEqualTo(ObjectHealth.State.UNHEALTHY);
    }

    @Test
    void givesACheckAtLeastTheTimeThatItsOwnSettingsNeed() {
        HealthCheck hasty = new HealthCheck(Duration.ofSeconds(10), Duration.ofSeconds(5), InstantSource.fixed(NOW));

        assertThat(hasty.judge(checked(Duration.ofSeconds(50), Snapshot.CheckState.STARTING))
                        .state())
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
