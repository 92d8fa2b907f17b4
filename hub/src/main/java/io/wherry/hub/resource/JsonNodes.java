package io.wherry.hub.resource;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;

/** JSON seen as YAML nodes, so that both forms of a resource have one reader. A position is the path of the field: {@code spec.ref.tag}. */
final class JsonNodes {
    private JsonNodes() {}

    static YamlNode node(Json.Obj json) {
        return node(json, "");
    }

    private static YamlNode node(Json json, String path) {
        Position at = Position.of(path.isEmpty() ? "document" : path);
        return switch (json) {
            case Json.Str(String text) -> new YamlNode.Scalar(text, false, "", at);
            case Json.Int(long number) -> plain(Long.toString(number), at);
            case Json.Dec(var number) -> plain(number.toPlainString(), at);
            case Json.Bool(boolean value) -> plain(Boolean.toString(value), at);
            case Json.Null() -> plain("null", at);
            case Json.Arr(List<Json> items) -> {
                List<YamlNode> nodes = new ArrayList<>();
                for (Json item : items) {
                    nodes.add(node(item, path + "[" + nodes.size() + "]"));
                }
                yield new YamlNode.Sequence(nodes, "", at);
            }
            case Json.Obj object -> {
                List<YamlNode.Field> fields = new ArrayList<>();
                object.fields().forEach((key, value) -> {
                    YamlNode node = node(value, path.isEmpty() ? key : path + "." + key);
                    fields.add(new YamlNode.Field(key, node.at(), node));
                });
                yield new YamlNode.Mapping(fields, "", at);
            }
        };
    }

    private static YamlNode plain(String text, Position at) {
        return new YamlNode.Scalar(text, true, "", at);
    }
}
