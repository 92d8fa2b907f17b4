package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
    })
    void matchesAsPeopleExpect(String pattern, String path, boolean matches) {
        assertThat(Glob.parse(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a\\b", "***", "*a*b*c*d*e*f*g*h*i"})
    void refusesWhatCouldNotBeMeantOrCostsTooMuch(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> Glob.parse(pattern));
    }
}
