package io.wherry.hub.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CheckWindowTest {

    @RepeatedTest(100)
    void theWindowHoldsTheMomentAndIsAsLongAsTheInterval(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        String mirror = String.format("%08x%024x", random.nextInt(), 0);
        Duration interval = Duration.ofSeconds(10 + random.nextInt(86_400));
        Instant now = Instant.ofEpochSecond(random.nextInt());

        CheckWindow window = CheckWindow.at(now, mirror, interval);

        assertThat(now).as("seed %d", seed).isBetween(window.start(), window.next());
        assertThat(Duration.between(window.start(), window.next())).isEqualTo(interval);
        assertThat(CheckWindow.at(window.next(), mirror, interval).start()).isEqualTo(window.next());
    }

    @Test
    void differentRepositoriesAreDueAtDifferentMoments() {
        Instant now = Instant.parse("2026-06-01T12:00:00Z");
        Duration interval = Duration.ofMinutes(5);

        assertThat(CheckWindow.at(now, "00000000aa", interval).next())
                .isNotEqualTo(CheckWindow.at(now, "80000000aa", interval).next());
    }
}
