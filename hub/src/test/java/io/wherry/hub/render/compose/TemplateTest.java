package io.wherry.hub.render.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TemplateTest {
    private static final Map<String, String> VALUES = Map.of("A", "a", "EMPTY", "", "DOLLAR", "$A ${A}");

    @Test
    void knowsEveryForm() {
        assertThat(fill("$A ${A} x${A}y $A-")).isEqualTo("a a xay a-");
        assertThat(fill("${EMPTY:-d} ${EMPTY-d} ${U:-d} ${U-d}")).isEqualTo("d  d d");
        assertThat(fill("${A:+r} ${EMPTY:+r} ${EMPTY+r} ${U+r}")).isEqualTo("r  r ");
        assertThat(fill("${A:?e}${EMPTY?e}")).isEqualTo("a");
        assertThat(fill("${U:-${V:-${A}b}c}d")).isEqualTo("abcd");
        assertThat(fill("$$A $${A} 5$ $1 $")).isEqualTo("$A ${A} 5$ $1 $");
    }

    @Test
    void neverInterpolatesAValueAgain() {
        assertThat(fill("$DOLLAR")).isEqualTo("$A ${A}");
    }

    @Test
    void namesWhatIsMissingOrMalformed() {
        assertThatThrownBy(() -> fill("${U:?set $A}")).hasMessage("required variable U is missing a value: set a");
        assertThatThrownBy(() -> fill("${EMPTY:?}")).hasMessage("required variable EMPTY is missing a value");
        for (String malformed : new String[] {"${A", "${}", "${1}", "${A!b}", "${A:}", "${A b}"}) {
            assertThatThrownBy(() -> fill(malformed)).as(malformed).hasMessageContaining("is no valid interpolation");
        }
        assertThatThrownBy(() -> fill("${SITE:-x}")).hasMessage("site variable SITE cannot be used with :-");
    }

    private static String fill(String text) {
        return Template.fill(text, new Lookup() {
            @Override
            public Optional<String> find(String name) {
                return Optional.ofNullable(VALUES.get(name));
            }

            @Override
            public boolean isLate(String name) {
                return name.equals("SITE");
            }

            @Override
            public void unset(String name) {
                assertThat(VALUES).doesNotContainKey(name);
            }
        });
    }
}
