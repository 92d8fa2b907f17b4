package io.wherry.agent.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SecretMaskTest {
    @Test
    void everyPlaceOfAValueIsMasked() {
        assertThat(mask("hunter2hunter2").over("login hunter2hunter2 refused | hunter2hunter2"))
                .isEqualTo("login *** refused | ***");
    }

    @Test
    void eachLineOfAValueCountsByItself() {
        assertThat(mask("-----BEGIN KEY-----\nMIIBVQ\tIBADAN\n").over("read MIIBVQ, then IBADAN"))
                .isEqualTo("read ***, then ***");
    }

    @Test
    void theLongerOfTwoValuesIsMaskedWhole() {
        assertThat(mask("pass", "password-of-the-database").over("x password-of-the-database y pass"))
                .isEqualTo("x *** y ***");
    }

    @Test
    void aValueThatACutWentThroughIsMaskedToo() {
        assertThat(mask("canary-of-the-value").over("got canary-of-t … | and canary-of-the-v … | and cana …"))
                .isEqualTo("got *** … | and *** … | and *** …");
    }

    @Test
    void whatIsTooShortToBeASecretTakesNoTextAlong() {
        assertThat(mask("a", "on", "no1").over("an answer on port no1 …")).isEqualTo("an answer on port no1 …");
    }

    @Test
    void aVerdictKeepsItsReasonAndItsObjects() {
        ObjectHealth web = new ObjectHealth("service/web", ObjectHealth.State.UNHEALTHY, "says hunter2");
        Health masked = mask("hunter2")
                .over(new Health.Unhealthy(HealthReason.EXITED, "service/web says hunter2", List.of(web)));

        assertThat(masked)
                .isEqualTo(new Health.Unhealthy(
                        HealthReason.EXITED,
                        "service/web says ***",
                        List.of(new ObjectHealth("service/web", ObjectHealth.State.UNHEALTHY, "says ***"))));
    }

    private static SecretMask mask(String... values) {
        return SecretMask.of(
                Stream.of(values).map(value -> value.getBytes(UTF_8)).toList());
    }
}
