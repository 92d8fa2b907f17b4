package io.wherry.contract.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FewFieldsTest {
    /** As many fields as are kept in an array, and more. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 12, 13, 100})
    void areTheMapThatTheyWereMadeOf(int count) {
        SequencedMap<String, Json> map = new LinkedHashMap<>();
        for (int i = count; i > 0; i--) {
            map.put("k" + i, Json.of(i));
        }

        SequencedMap<String, Json> fields = new Json.Obj(map).fields();

        assertThat(fields).isEqualTo(map).hasSameHashCodeAs(map).hasSize(count);
        assertThat(map).isEqualTo(fields);
        assertThat(new ArrayList<>(fields.keySet())).isEqualTo(new ArrayList<>(map.keySet()));
        assertThat(new ArrayList<>(fields.values())).isEqualTo(new ArrayList<>(map.values()));
        assertThat(new ArrayList<>(fields.reversed().keySet()))
                .isEqualTo(List.copyOf(map.keySet()).reversed());
        List<String> each = new ArrayList<>();
        fields.forEach((name, value) -> {
            each.add(name);
            assertThat(fields.get(name)).isEqualTo(value);
            assertThat(fields.containsKey(name)).isTrue();
        });
        assertThat(each).isEqualTo(new ArrayList<>(map.keySet()));
        assertThat(fields.get("other")).isNull();
        assertThat(fields.containsKey("other")).isFalse();
        assertThatThrownBy(() -> fields.put("other", Json.of(1))).isInstanceOf(UnsupportedOperationException.class);

        map.put("other", Json.of(1));
        assertThat(fields).as("a copy").hasSize(count);
    }

    @Test
    void oneFieldIsAnotherOrOneMore() {
        Json.Obj two = Json.object().put("a", 1).put("b", 2).build();

        assertThat(two.with("a", Json.of(3)))
                .isEqualTo(Json.object().put("a", 3).put("b", 2).build());
        assertThat(two.with("c", Json.of(3)).fields().keySet()).containsExactly("a", "b", "c");
        assertThat(two.fields().keySet()).containsExactly("a", "b");
    }
}
