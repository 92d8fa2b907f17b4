package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuePatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "[a-z][a-z0-9-]{0,62} berlin-1 true",
                "[a-z][a-z0-9-]{0,62} Berlin true-not",
                "debug|info|warn info true",
                "debug|info|warn infor true-not",
                "\\d{1,3}(\\.\\d{1,3}){3} 10.0.0.1 true",
                "\\d{1,3}(\\.\\d{1,3}){3} 10.0.0 true-not",
                "^a+$ aaa true",
                "a* b true-not",
                "a? a true",
                "(ab|a)(bc|c) abc true",
                "(a|b)*c ababc true",
                ".{3} äöü true",
                "[^/]+ a/b true-not",
                "[\\w.-]+ a_b.c-d true",
                "a{2,} a true-not",
                "a{2,} aaaa true",
                "\\$x\\| $x| true",
            })
    void judgesTheWholeValue(String pattern, String value, String verdict) {
        assertThat(ValuePattern.parse(pattern).matches(value)).isEqualTo(verdict.equals("true"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "(",
                "a)",
                "[",
                "[]",
                "[z-a]",
                "a**",
                "*a",
                "a{2",
                "a{3,2}",
                "a{,2}",
                "a{9999}",
                "\\",
                "\\b",
                "\\1",
                "(?=a)",
                "(?i)a",
                "a++",
                "a^b",
                "[[:alpha:]]",
                "ä",
                "((((((((((((((((((a))))))))))))))))))",
                "(a{1000}){1000}"
            })
    void refusesWhatIsNotInTheLanguage(String pattern) {
        assertThatThrownBy(() -> ValuePattern.parse(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pattern");
    }

    /** What needs exponential time in a matcher that goes back. */
    @Test
    @Timeout(10)
    void takesLinearTimeForWhatBringsOthersDown() {
        String value = "a".repeat(Limits.VARIABLE_CHARS - 1) + "!";
        for (String pattern : List.of("(a+)+", "(a|a)*", "(a*)*b", "(a|aa)+", "((a?){30}){30}")) {
            assertThat(ValuePattern.parse(pattern).matches(value)).as(pattern).isFalse();
        }
    }

    @Test
    @Timeout(10)
    void emptyItemsInEachOtherCostNothing() {
        String nested = "(".repeat(12) + "){1024}".repeat(12);

        assertThat(ValuePattern.parse(nested).matches("")).isTrue();
        assertThat(ValuePattern.parse(nested + "a").matches("a")).isTrue();
    }

    @Test
    void countsTheStepsOfThePatternWrittenOut() {
        ValuePattern.parse("(a{819}){5}"); // 4,095 and the end
        assertThatThrownBy(() -> ValuePattern.parse("(a{1024}){4}")).hasMessageContaining("at most 4096 steps");
    }

    /** On random patterns of the common part of both languages it says what java.util.regex says. */
    @RepeatedTest(200)
    void agreesWithTheRegularExpressionsOfTheJdk(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        String pattern = pattern(random, 3);
        ValuePattern ours = ValuePattern.parse(pattern);
        Pattern theirs = Pattern.compile(pattern);
        for (int i = 0; i < 50; i++) {
            String value = value(random);
            assertThat(ours.matches(value))
                    .as("seed %d, pattern %s, value %s", seed, pattern, value)
                    .isEqualTo(theirs.matcher(value).matches());
        }
    }

    private static String pattern(Random random, int depth) {
        StringBuilder text = new StringBuilder();
        int items = 1 + random.nextInt(3);
        for (int i = 0; i < items; i++) {
            text.append(
                    switch (random.nextInt(depth > 0 ? 6 : 4)) {
                        case 0 -> "a";
                        case 1 -> "[ab]";
                        case 2 -> "[^a]";
                        case 3 -> ".";
                        case 4 -> "(" + pattern(random, depth - 1) + ")";
                        default -> "(" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
                    });
            text.append(List.of("", "", "*", "+", "?", "{1,2}", "{2}").get(random.nextInt(7)));
        }
        return text.toString();
    }

    private static String value(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            text.append("abc".charAt(random.nextInt(3)));
        }
        return text.toString();
    }
}
