package io.wherry.hub.cli;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** A JSON value as YAML text for people: block style, keys in their own order, quotes only where they are needed. */
final class YamlText {
    private YamlText() {}

    static String of(Json value) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndent(2)
                .setWidth(1 << 16) // one value, one line: a folded line is hard to grep
                .build();
        return new Dump(settings).dumpToString(plain(value));
    }

    private static @Nullable Object plain(Json value) {
        return switch (value) {
            case Json.Str(String text) -> text;
            case Json.Int(long number) -> number;
            case Json.Dec(var number) -> number;
            case Json.Bool(boolean bool) -> bool;
            case Json.Null() -> null;
            case Json.Arr(List<Json> items) -> {
                List<@Nullable Object> list = new ArrayList<>();
                items.forEach(item -> list.add(plain(item)));
                yield list;
            }
            case Json.Obj object -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                object.fields().forEach((key, field) -> map.put(key, plain(field)));
                yield map;
            }
        };
    }
}
