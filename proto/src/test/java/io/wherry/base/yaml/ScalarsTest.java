package io.wherry.base.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScalarsTest {
    @Test
    void readsWholeNumbersInEveryBase() {
        for (String sixteen : new String[] {"16", "0x10", "0o20", "020", "0b10000", "1_6", "+16"}) {
            assertThat(Scalars.readPlain(sixteen)).as(sixteen).isEqualTo(new ScalarValue.Int(16));
        }
        assertThat(Scalars.readPlain("-0x10")).isEqualTo(new ScalarValue.Int(-16));
        assertThat(Scalars.readPlain("99999999999999999999")).isEqualTo(new ScalarValue.Decimal(1e20));
    }

    @Test
    void readsFractionsAndExponents() {
        assertThat(Scalars.readPlain("0.5")).isEqualTo(new ScalarValue.Decimal(0.5));
        assertThat(Scalars.readPlain(".5")).isEqualTo(new ScalarValue.Decimal(0.5));
        assertThat(Scalars.readPlain("1e3")).isEqualTo(new ScalarValue.Decimal(1000));
        assertThat(Scalars.readPlain("08")).isEqualTo(new ScalarValue.Decimal(8));
    }

    @Test
    void whatComposeKeepsAsTextStaysText() {
        for (String text :
                new String[] {"yes", "no", "on", "off", "y", "1:30", "1.2.3", "0x", "-", "+x", ".", "tRue", "nil"}) {
            assertThat(Scalars.readPlain(text)).as(text).isEqualTo(new ScalarValue.Text(text));
        }
    }

    @Test
    void quotesMakeText() {
        assertThat(Scalars.read(new YamlNode.Scalar("true", false, "", Position.of("f"))))
                .isEqualTo(new ScalarValue.Text("true"));
        assertThat(Scalars.readPlain("True")).isEqualTo(new ScalarValue.Bool(true));
        assertThat(Scalars.readPlain("~")).isEqualTo(new ScalarValue.Null());
    }
}
