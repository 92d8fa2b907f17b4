package io.wherry.hub.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SelectorTest {
    private static final Map<String, String> LABELS = Map.of("a", "b", "e", "x", "f", "");

    @Test
    void allRequirementsMustHold() {
        assertThat(Selector.parse("a=b, e in (x,y), f, !g, a!=c, e notin (z)").matches(LABELS))
                .isTrue();
        for (String text : List.of("a=c", "a!=b", "e in (y)", "e notin (x)", "g", "!f", "a=b,g", "g in (x)")) {
            assertThat(Selector.parse(text).matches(LABELS)).as(text).isFalse();
        }
        assertThat(Selector.parse("g!=x,g notin (x)").matches(LABELS))
                .as("absent differs")
                .isTrue();
    }

    @Test
    void withoutRequirementsItChoosesEverything() {
        assertThat(Selector.parse("").matches(LABELS)).isTrue();
    }

    @Test
    void itsTextReadsBackTheSame() {
        Selector selector = Selector.parse("a==b,c!=d,e in ( x , y ),f notin (z),g,!h");
        assertThat(selector).hasToString("a=b,c!=d,e in (x,y),f notin (z),g,!h");
        assertThat(Selector.parse(selector.toString())).isEqualTo(selector);
    }

    @Test
    void canMeanOneAgentByItsName() {
        Agent agent = new Agent(Metadata.of("site-1"), new TreeMap<>(), false);
        assertThat(Selector.parse("wherry.io/name=site-1").matches(agent)).isTrue();
        assertThat(Selector.parse("wherry.io/name=site-2").matches(agent)).isFalse();
    }

    @Test
    void namesThePartThatCannotBeRead() {
        for (String text : List.of("a=b,,c", "a=b c", "=b", "a in x", "a=b=c", "a=b,")) {
            assertThatThrownBy(() -> Selector.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("selector");
        }
    }
}
