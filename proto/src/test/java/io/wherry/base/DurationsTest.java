package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "90s,PT1M30S,1m30s",
        "5m,PT5M,5m",
        "1h30m,PT1H30M,1h30m",
        "250ms,PT0.25S,250ms",
        "7d,PT168H,7d",
        "0s,PT0S,0s",
        "36h,PT36H,1d12h"
    })
    void readsAndWritesWhatPeopleWrite(String text, Duration duration, String written) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
        assertThat(Durations.format(duration)).isEqualTo(written);
        assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 m", "-5m", "1.5h", "5M", "5min", "5m ", "5mx", "99999999999s"})
    void namesTheAcceptedForm(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("90s, 5m, 1h30m or 7d");
    }

    @Test
    void leavesOutWhatIsBelowAMillisecond() {
        assertThat(Durations.format(Duration.ofNanos(1_500_999_999))).isEqualTo("1s500ms");
        assertThat(Durations.format(Duration.ofNanos(999_999))).isEqualTo("0s");
    }

    @Test
    void takesTheLargestNumberOfEachUnit() {
        assertThat(Durations.parse("999999999d")).isEqualTo(Duration.ofDays(999_999_999));
    }
}
