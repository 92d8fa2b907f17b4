package io.wherry.contract.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void writesCanonicalBytesAsRfc8785Does() {
        Json value = Json.object()
                .put("peach", 1)
                .put("numbers", new Json.Arr(List.of(Json.of(0), Json.of(-1), Json.of(9007199254740991L))))
                .put("literals", new Json.Arr(List.of(new Json.Null(), Json.of(true), Json.of(false))))
                .put("string", "\u20ac$\u000f\nA'B\"\\\\\"/")
                .put("", "empty key first")
                .build();

        assertThat(new String(JsonWriter.canonical(value), UTF_8))
                .isEqualTo(
                        "{\"\":\"empty key first\",\"literals\":[null,true,false],\"numbers\":[0,-1,9007199254740991],"
                                + "\"peach\":1,\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void sortsKeysByUtf16CodeUnits() {
        Json value = Json.object()
                .put("\u20ac", 1)
                .put("\r", 2)
                .put("\ufb33", 3)
                .put("1", 4)
                .put("\ud83d\ude00", 5)
                .put("\u0080", 6)
                .put("\u00f6", 7)
                .build();

        assertThat(new String(JsonWriter.canonical(value), UTF_8))
                .isEqualTo("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}");
    }

    @Test
    void equalValuesGiveEqualBytesWhateverTheOrderTheyWereBuiltIn() {
        Json one = Json.object().put("a", 1).put("b", 2).build();
        Json other = Json.object().put("b", 2).put("a", 1).build();

        assertThat(JsonWriter.canonical(one)).isEqualTo(JsonWriter.canonical(other));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Json.Obj value = Json.object()
                .put("text", "a\u0000\u001f\u007f \"\\\u2028")
                .put("list", List.of("x", "y"))
                .build();

        assertThat(JsonReader.statement(JsonWriter.canonical(value), 1000)).isEqualTo(value);
        assertThat(JsonReader.document(JsonWriter.pretty(value).getBytes(UTF_8)))
                .isEqualTo(value);
        assertThat(JsonReader.document(JsonWriter.compact(value).getBytes(UTF_8)))
                .isEqualTo(value);
    }
}
