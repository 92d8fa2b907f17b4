package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SparinglyTest {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void saysTheFirstAndThenOneAMinuteWithHowManyWereLeftOut() {
        Sparingly sparingly = new Sparingly(() -> now);

        assertThat(sparingly.now()).hasValue(0);
        assertThat(sparingly.now()).isEmpty();
        now = now.plus(Sparingly.PAUSE).minusMillis(1);
        assertThat(sparingly.now()).isEmpty();
        now = now.plusMillis(1);
        assertThat(sparingly.now()).hasValue(2);
        assertThat(sparingly.now()).isEmpty();
        now = now.plus(Sparingly.PAUSE.multipliedBy(2));
        assertThat(sparingly.now()).hasValue(1);
    }
}
