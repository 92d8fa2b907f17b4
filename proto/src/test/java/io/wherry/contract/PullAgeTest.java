package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PullAgeTest {
    @ParameterizedTest
    @CsvSource({"daily, PT24H", "weekly, PT168H", "every_12h, PT12H", "every_1w2d3h4m5s, PT219H4M5S", "every_0s, PT0S"})
    void readsWhatComposeReads(String policy, Duration age) {
        assertThat(PullAge.of(policy)).contains(age);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "always",
                "never",
                "missing",
                "refresh",
                "",
                "every_",
                "every_12",
                "every_1.5h",
                "every_h",
                "hourly"
            })
    void otherPoliciesNameNoAge(String policy) {
        assertThat(PullAge.of(policy)).isEmpty();
    }

    @Test
    void noNumberIsTooLargeToAdd() {
        assertThat(PullAge.of("every_" + "999999999w".repeat(10))).isPresent();
        assertThat(PullAge.of("every_" + "999999999w".repeat(11))).isEmpty();
        assertThat(PullAge.of("every_9999999999w")).isEmpty();
    }
}
