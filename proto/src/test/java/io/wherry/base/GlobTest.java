package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "*.yaml, a.yaml, true",
        "*.yaml, b/c/a.yaml, true",
        "b/*.yaml, b/c/a.yaml, false",
        "b/**/a.yaml, b/a.yaml, true",
        "b/**/a.yaml, b/c/d/a.yaml, true",
        "b/**, b/c/d, true",
        "b/**, c/b/d, false",
        "a?.yaml, ab.yaml, true",
        "a.yaml, axyaml, false",
        "test, x/test, true",
        "test, x/tests, false",
        "**/c/a.yaml, x/c/a.yaml, true",
        "**/c/a.yaml, x/cc/a.yaml, false",
        "a/**/b/*.y, a/b/b/c.y, true",
    })
    void matchesAsPeopleExpect(String pattern, String path, boolean matches) {
        assertThat(Glob.parse(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void aHostilePatternCostsNoMoreThanAnother() {
        assertThat(Glob.parse("*a".repeat(120) + "b").matches("a".repeat(4000))).isFalse();
        assertThat(Glob.parse("**/a/".repeat(50) + "b").matches("a/".repeat(2000)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a\\b", "***"})
    void refusesWhatCouldNotBeMeantOrCostsTooMuch(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> Glob.parse(pattern));
    }
}
