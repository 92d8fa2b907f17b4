package io.wherry.base.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Scalars11Test {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "+5, 5",
        "0644, 420",
        "-0644, -420",
        "0o17, 15",
        "0x1F, 31",
        "-0x10, -16",
        "0b101, 5",
        "1_000, 1000",
        "9007199254740993, 9007199254740993",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
    })
    void wholeNumbersAreExact(String text, long value) {
        assertThat(Scalars11.readPlain(text)).isEqualTo(new ScalarValue.Int(value));
    }

    @ParameterizedTest
    @CsvSource({
        "08, 8",
        "1., 1",
        ".5, 0.5",
        "1e3, 1000",
        "-1.5E-2, -0.015",
        "18446744073709551615, 1.8446744073709552E19",
        "123456789012345678901234567890, 1.2345678901234568E29",
        ".inf, Infinity",
    })
    void otherNumbersAreFractionsOf64Bits(String text, double value) {
        assertThat(Scalars11.readPlain(text)).isEqualTo(new ScalarValue.Decimal(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "Y", "on", "True", "ON"})
    void manyWordsAreTrue(String text) {
        assertThat(Scalars11.readPlain(text)).isEqualTo(new ScalarValue.Bool(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "N", "off", "FALSE"})
    void manyWordsAreFalse(String text) {
        assertThat(Scalars11.readPlain(text)).isEqualTo(new ScalarValue.Bool(false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"yEs", "1:30", "2001-01-01", "1.2.3", "0x", "1e400", "-", "+", ".", "0b2", "1e", "tRUE", "nul"})
    void whatOnlyLooksAlikeIsText(String text) {
        assertThat(Scalars11.readPlain(text)).isEqualTo(new ScalarValue.Text(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"~", "null", "NULL", ""})
    void nothingIsNull(String text) {
        assertThat(Scalars11.readPlain(text)).isEqualTo(new ScalarValue.Null());
    }
}
