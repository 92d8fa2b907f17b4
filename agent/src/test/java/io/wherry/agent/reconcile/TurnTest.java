package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TurnTest {
    @Test
    void whatStartsIsLookedAtTheLessOftenTheLongerItTakes() {
        assertThat(Turn.starting(Duration.ZERO)).isEqualTo(new Turn.Again(Turn.MIN_PROBE));
        assertThat(Turn.starting(Duration.ofSeconds(2))).isEqualTo(new Turn.Again(Duration.ofMillis(400)));
        assertThat(Turn.starting(Duration.ofMinutes(3))).isEqualTo(new Turn.Again(Turn.MAX_PROBE));
    }
}
