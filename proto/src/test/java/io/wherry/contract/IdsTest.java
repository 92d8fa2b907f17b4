package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    @Test
    void randomIdsAreReadBackAndDiffer() {
        SecureRandom random = new SecureRandom();
        Set<AgentId> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            AgentId id = AgentId.random(random);
            assertThat(AgentId.parse(id.toString())).isEqualTo(id);
            assertThat(seen.add(id)).isTrue();
            assertThat(StackId.parse(StackId.random(random).value()).value()).hasSize(26);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcdefghjkmnpqr",
                "0123456789abcdefghjkmnpqrst",
                "0123456789abcdefghjkmnpqrI",
                "0123456789ABCDEFGHJKMNPQRS",
                "i123456789abcdefghjkmnpqrs",
                "l123456789abcdefghjkmnpqrs",
                "o123456789abcdefghjkmnpqrs",
                "u123456789abcdefghjkmnpqrs",
                "../0123456789abcdefghjkmnp"
            })
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> AgentId.parse(text)).hasMessageContaining("expected: 26 of");
        assertThatThrownBy(() -> StackId.parse(text)).hasMessageContaining("expected: 26 of");
    }
}
