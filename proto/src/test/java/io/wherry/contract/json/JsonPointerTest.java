package io.wherry.contract.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonPointerTest {
    @Test
    void readsAndWritesEscapes() {
        JsonPointer pointer = JsonPointer.parse("/metadata/annotations/example.org~1a~0b~01//0");

        assertThat(pointer.tokens()).containsExactly("metadata", "annotations", "example.org/a~b~1", "", "0");
        assertThat(pointer).hasToString("/metadata/annotations/example.org~1a~0b~01//0");
        assertThat(JsonPointer.parse("").tokens()).isEmpty();
        assertThat(JsonPointer.parse("").child("a/b")).hasToString("/a~1b");
    }

    @Test
    void refusesWhatIsNoPointer() {
        assertThatThrownBy(() -> JsonPointer.parse("spec")).hasMessageContaining("(expected: / before each step");
        assertThatThrownBy(() -> JsonPointer.parse("/a~2")).hasMessageContaining("(expected: ~0 for ~ and ~1 for /");
        assertThatThrownBy(() -> JsonPointer.parse("/a~")).hasMessageContaining("(expected: ~0 for ~ and ~1 for /");
        assertThatThrownBy(() -> JsonPointer.parse("/a".repeat(JsonPointer.MAX_TOKENS + 1)))
                .hasMessageContaining("65 steps");
    }
}
