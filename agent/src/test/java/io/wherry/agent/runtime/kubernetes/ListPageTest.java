package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListPageTest {
    private final List<String> items = new ArrayList<>();

    private String read(String answer) {
        return JsonWriter.compact(ListPage.read(answer.getBytes(UTF_8), item -> items.add(JsonWriter.compact(item))));
    }

    @Test
    void itemsAreHandedOnInOrderAndTheRestIsTheList() {
        assertThat(
                        read(
                                "{\"kind\":\"L\",\"metadata\":{\"continue\":\"x\"},\"items\":[{\"a\":{\"b\":[1]}},\n {\"c\":[]}]}"))
                .isEqualTo("{\"kind\":\"L\",\"metadata\":{\"continue\":\"x\"},\"items\":[]}");
        assertThat(items).containsExactly("{\"a\":{\"b\":[1]}}", "{\"c\":[]}");
    }

    @Test
    void bracketsAndQuotesWithinTextsEndNothing() {
        read("{\"items\" : [{\"a\":\"]}\\\\\\\"{[ ü \\\"items\\\":[\"}],\"z\":\"items\",\"y\":[{\"no\":\"item\"}]}");
        assertThat(items).containsExactly("{\"a\":\"]}\\\\\\\"{[ ü \\\"items\\\":[\"}");
    }

    @Test
    void aListWithoutItemsHasNone() {
        read("{\"items\":null,\"metadata\":{\"items\":[{\"of\":\"something else\"}]}}");
        read("{\"items\":[ ]}");
        read("{}");
        assertThat(items).isEmpty();
    }

    @Test
    void whatBreaksOffIsNoList() {
        for (String broken : new String[] {
            "{\"items\":[{\"a\":1}",
            "{\"items\":[{\"a\":1",
            "{\"items\":[{\"a\":\"\\",
            "{\"items\":[{\"a\":1}]",
            "[",
            "",
            "{\"items\":[{]}"
        }) {
            assertThatExceptionOfType(JsonException.class).as(broken).isThrownBy(() -> read(broken));
        }
    }

    @Test
    void whatIsReadItemByItemIsWhatIsReadAsAWhole() {
        Json.Obj item =
                Json.object().put("name", "x").put("text", "\u0001\"\\]").build();
        Json.Obj list =
                Json.object().put("items", new Json.Arr(List.of(item, item))).build();
        read(JsonWriter.compact(list));
        assertThat(items).containsExactly(JsonWriter.compact(item), JsonWriter.compact(item));
    }
}
