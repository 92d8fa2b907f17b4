package io.wherry.agent.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerWordsTest {
    private static final String LONG = "x".repeat(200);

    @Test
    void aLongValueGivesWayToWhatIsWrongWithIt() {
        assertThat(ServerWords.shortened("Job.batch \"m\" is invalid: spec.template: Invalid value: {\"a\":{\"b}\":\""
                        + LONG + "\\\"\"}}: field is immutable"))
                .isEqualTo("Job.batch \"m\" is invalid: spec.template: Invalid value: {…}: field is immutable");
        assertThat(ServerWords.shortened("[spec: Invalid value: core.PodTemplateSpec{Labels:map[string]string{\"a\":\""
                        + LONG + "\"}}: field is immutable, b: Invalid value: \"" + LONG + "\": must be short]"))
                .isEqualTo("[spec: Invalid value: {…}: field is immutable, b: Invalid value: \"…\": must be short]");
    }

    @Test
    void otherWordsStayAsTheyAre() {
        for (String same : new String[] {
            "a: Invalid value: \"b\": must not be",
            "a: Invalid value: 70000: must be between 1 and 65535",
            "a: Invalid value: {\"a\":\"" + LONG,
            "a: Invalid value: \"" + LONG,
            "a: Invalid value: ",
            "forbidden: " + LONG
        }) {
            assertThat(ServerWords.shortened(same)).isEqualTo(same);
        }
    }
}
