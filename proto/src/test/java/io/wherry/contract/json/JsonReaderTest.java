package io.wherry.contract.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The strictness table: what is read as a signed document, and what only as an ordinary one. */
class JsonReaderTest {
    private static Json.Obj statement(String text) {
        return JsonReader.statement(text.getBytes(UTF_8), 1 << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1.0}",
                "{\"a\":1e3}",
                "{\"a\":9007199254740992}",
                "{\"a\":-9007199254740992}",
                "{\"a\":12345678901234567890123}",
                "\ufeff{}",
                "{} ",
                "{}\n",
                " {}"
            })
    void anOrdinaryDocumentMayHoldWhatASignedOneMayNot(String text) {
        assertThat(JsonReader.document(text.getBytes(UTF_8))).isInstanceOf(Json.Obj.class);
        assertThatThrownBy(() -> statement(text)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nul",
                "{\"a\":1,\"a\":2}",
                "{\"a\":-0}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":NaN}",
                "{\"a\":.5}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1,}",
                "[1,]",
                "{\"a\":1}{}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\udc00\":1}",
                "{\"a\":\"\t\"}",
                "{\"a\":1} x",
                "/* */{}",
                "# x\n{}",
                "{\"a\":\"\\x41\"}",
                "{\"a\":True}"
            })
    void neitherMayHoldThis(String text) {
        assertThatThrownBy(() -> JsonReader.document(text.getBytes(UTF_8))).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> statement(text)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @CsvSource({"9007199254740991,9007199254740991", "-9007199254740991,-9007199254740991", "0,0", "-1,-1"})
    void readsWholeNumbersBelow2ToThe53(String text, long number) {
        assertThat(statement("{\"a\":" + text + "}").integer("a")).isEqualTo(number);
    }

    @Test
    void countsTheDepthOfASignedDocumentFrom1To16() {
        assertThat(statement("{\"a\":" + "[".repeat(15) + "]".repeat(15) + "}").find("a"))
                .isPresent();
        assertThatThrownBy(() -> statement("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}"))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void countsTheDepthOfAnOrdinaryDocumentTo64() {
        assertThat(JsonReader.document(("[".repeat(64) + "]".repeat(64)).getBytes(UTF_8)))
                .isNotNull();
        assertThatThrownBy(() -> JsonReader.document(("[".repeat(65) + "]".repeat(65)).getBytes(UTF_8)))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] overlong = {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'};
        byte[] surrogate = {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'};
        for (byte[] bytes :
                List.of(overlong, surrogate, "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16))) {
            assertThatThrownBy(() -> JsonReader.document(bytes)).isInstanceOf(JsonException.class);
            assertThatThrownBy(() -> JsonReader.statement(bytes, 100)).isInstanceOf(JsonException.class);
        }
    }

    @Test
    void refusesMoreBytesThanAllowedBeforeReadingThem() {
        assertThatThrownBy(() -> JsonReader.statement(new byte[11], 10)).hasMessageContaining("at most 10");
    }

    @Test
    void readsEscapesAndPairsOfSurrogates() {
        assertThat(statement("{\"a\":\"\\u00e9\\ud83d\\ude00\\n\"}").string("a"))
                .isEqualTo("é😀\n");
    }

    @Test
    void keepsFractionsOfOrdinaryDocumentsExact() {
        assertThat(JsonReader.object("{\"cpus\":0.1}".getBytes(UTF_8)).find("cpus"))
                .contains(new Json.Dec(new BigDecimal("0.1")));
    }

    @Test
    void saysWhereADocumentIsBrokenAndNothingOfItsParser() {
        assertThatThrownBy(() -> JsonReader.object("{\n  \"a\": 1".getBytes(UTF_8)))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("document: not valid JSON: Unexpected end-of-input")
                .hasMessageContaining("(line 2, column ")
                .hasMessageNotContaining("Source");
    }

    @Test
    void namesTheFieldAndWhatWasExpected() {
        Json.Obj object = statement("{\"a\":\"text\",\"list\":[1]}");

        assertThatThrownBy(() -> object.integer("a")).hasMessage("a: Str (expected: a whole number)");
        assertThatThrownBy(() -> object.string("b")).hasMessage("b: missing (expected: a value)");
        assertThatThrownBy(() -> object.strings("list")).hasMessageContaining("expected: a list of texts");
        assertThatThrownBy(() -> object.object("list")).hasMessageContaining("expected: an object");
        assertThatThrownBy(() -> object.bool("a")).hasMessageContaining("true or false");
    }
}
