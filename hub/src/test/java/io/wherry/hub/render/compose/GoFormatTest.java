package io.wherry.hub.render.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GoFormatTest {
    @Test
    void printsNumbersAsGoDoes() {
        assertThat(GoFormat.number(1.5)).isEqualTo("1.5");
        assertThat(GoFormat.number(100000)).isEqualTo("100000");
        assertThat(GoFormat.number(1e6)).isEqualTo("1e+06");
        assertThat(GoFormat.number(-1234567.5)).isEqualTo("-1.2345675e+06");
        assertThat(GoFormat.number(0.0001)).isEqualTo("0.0001");
        assertThat(GoFormat.number(0.00001)).isEqualTo("1e-05");
        assertThat(GoFormat.number(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
    }

    @Test
    void readsSizes() {
        assertThat(GoFormat.bytes("64m")).contains(64L << 20);
        assertThat(GoFormat.bytes("1.5 GiB")).contains(3L << 29);
        assertThat(GoFormat.bytes("100")).contains(100L);
        assertThat(GoFormat.bytes("2kb")).contains(2048L);
        for (String wrong : new String[] {"", "m", "-1", "1x", "1mm", "9999999p"}) {
            assertThat(GoFormat.bytes(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void readsAndPrintsDurations() {
        assertThat(printed("90s")).isEqualTo("1m30s");
        assertThat(printed("1h")).isEqualTo("1h0m0s");
        assertThat(printed("1.5s")).isEqualTo("1.5s");
        assertThat(printed("1500us")).isEqualTo("1.5ms");
        assertThat(printed("0")).isEqualTo("0s");
        assertThat(printed("1d")).isEqualTo("24h0m0s");
        assertThat(GoFormat.duration(Duration.ofNanos(5))).isEqualTo("5ns");
        for (String wrong : new String[] {"", "5", "s", "1x", "1m 30s", "-1s", "99999999999h"}) {
            assertThat(GoFormat.duration(wrong)).as(wrong).isEmpty();
        }
    }

    private static String printed(String text) {
        return GoFormat.duration(GoFormat.duration(text).orElseThrow());
    }
}
