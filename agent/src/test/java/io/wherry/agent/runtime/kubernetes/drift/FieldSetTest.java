package io.wherry.agent.runtime.kubernetes.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FieldSetTest {
    static List<FieldSet> every() throws IOException {
        return Recorded.every()
                .flatMap(r -> Managed.of(r.live()).stream().map(Managed::fields))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("every")
    void aSetWithoutItselfIsEmptyAndWithoutNothingIsItself(FieldSet set) {
        assertThat(set.minus(set)).isEmpty();
        assertThat(set.minus(FieldSet.NONE)).contains(set);
        assertThat(set.plus(set)).isEqualTo(set);
        assertThat(FieldSet.NONE.plus(set)).isEqualTo(set);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'f:a':{}, 'f:b':{}}             | {'f:a':{}}                | {'f:b':{}}",
                "{'f:a':{'.':{}, 'f:x':{}}}       | {'f:a':{'f:y':{}}}        | {'f:a':{'f:x':{}}}",
                "{'f:a':{'.':{}, 'f:x':{}}}       | {'f:b':{}}                | {'f:a':{'.':{}, 'f:x':{}}}",
                "{'f:a':{'f:x':{}}}               | {'f:a':{}}                | ", // the other owns it whole
                "{'f:a':{}}                       | {'f:a':{'f:x':{}}}        | ", // the other owns a part of it
                "{'f:l':{'k:{`n`:1}':{'.':{}}}}   | {'f:l':{'k:{`n`:2}':{}}}  | {'f:l':{'k:{`n`:1}':{'.':{}}}}",
                "{'f:l':{'v:`a`':{}, 'v:`b`':{}}} | {'f:l':{'v:`b`':{}}}      | {'f:l':{'v:`a`':{}}}",
                "{'f:l':{'i:0':{}, 'i:1':{}}}     | {'f:l':{'i:1':{}}}        | {'f:l':{'i:0':{}}}",
            })
    void whatAnotherOwnsIsLeftOut(String one, String other, String rest) {
        assertThat(set(one).minus(set(other))).isEqualTo(rest == null ? Optional.empty() : Optional.of(set(rest)));
    }

    @Test
    void whatIsNoPathIsRefused() {
        assertThatThrownBy(() -> set("{'x:a':{}}"))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("x:a (expected: f:, k:, v: or i:");
        assertThatThrownBy(() -> set("{'f:a':1}")).hasMessageContaining("fieldsV1.f:a: not an object");
        assertThatThrownBy(() -> set("{'i:x':{}}")).hasMessageContaining("i:x (expected: a number");
    }

    @Test
    void longTextsAreCutAroundTheirDifference() {
        String same = "x".repeat(500);
        Shown shown = Shown.of(Optional.of(Json.of(same + "a")), Optional.of(Json.of(same + "b")));

        assertThat(shown.wanted()).startsWith("… x").endsWith("xa").hasSizeLessThan(60);
        assertThat(shown.found()).endsWith("xb");
        assertThat(Shown.of(Optional.of(Json.of("")), Optional.empty())).isEqualTo(new Shown("\"\"", ""));
        assertThat(Shown.of(Optional.of(Json.of("a\nb")), Optional.of(Json.of("a"))))
                .isEqualTo(new Shown("line 2: b", "line 2: (no such line)"));
    }

    @Test
    void numbersAreTheSameHoweverTheyAreWritten() {
        assertThat(Same.values(json("{'a':[1,{'b':0.50}]}"), json("{'a':[1.0,{'b':0.5}]}")))
                .isTrue();
        assertThat(Same.values(json("{'a':1}"), json("{'a':'1'}"))).isFalse();
        assertThat(Same.values(json("{'a':1}"), json("{'a':1,'b':null}"))).isFalse();
        assertThat(Same.values(json("{'a':18446744073709551615}"), json("{'a':18446744073709551614}")))
                .isFalse();
    }

    private static FieldSet set(String fields) {
        return FieldSet.parse(json(fields.replace("'k:{`n`:1}'", "'k:{\\\"n\\\":1}'")
                .replace("'k:{`n`:2}'", "'k:{\\\"n\\\":2}'")
                .replace("`a`", "\\\"a\\\"")
                .replace("`b`", "\\\"b\\\"")));
    }

    private static Json.Obj json(String text) {
        return JsonReader.object(text.replace('\'', '"').getBytes(UTF_8));
    }
}
