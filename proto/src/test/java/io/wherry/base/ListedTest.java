package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListedTest {
    @Test
    void namesAFewAndCountsTheOthers() {
        assertThat(Listed.few(List.of())).isEmpty();
        assertThat(Listed.few(List.of("north"))).isEqualTo("north");
        assertThat(Listed.few(List.of("a", "b", "c", "d", "e"))).isEqualTo("a, b, c, d, e");
        assertThat(Listed.few(List.of("a", "b", "c", "d", "e", "f"))).isEqualTo("a, b, c, d, e and 1 more");
        assertThat(Listed.of(List.of("a", "b", "c"), 1)).isEqualTo("a and 2 more");
    }
}
