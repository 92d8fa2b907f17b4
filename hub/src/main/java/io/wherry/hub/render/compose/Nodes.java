package io.wherry.hub.render.compose;

import static java.util.Objects.requireNonNull;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Reads and builds nodes of a model; what is built keeps the place of what it was built from. */
final class Nodes {
    private Nodes() {}

    static YamlNode.Scalar text(String text, Position at) {
        return new YamlNode.Scalar(text, false, "", at);
    }

    /** A boolean or number, as its plain text. */
    static YamlNode.Scalar plain(String text, Position at) {
        return new YamlNode.Scalar(text, true, "", at);
    }

    static YamlNode.Scalar nothing(Position at) {
        return plain("", at);
    }

    /** No fields. */
    static YamlNode.Mapping none(Position at) {
        return new YamlNode.Mapping(List.of(), "", at);
    }

    static YamlNode.Sequence list(List<? extends YamlNode> items, YamlNode like) {
        return new YamlNode.Sequence(List.copyOf(items), like.tag(), like.at());
    }

    static YamlNode.Mapping fields(SequencedMap<String, YamlNode> fields, YamlNode like) {
        List<YamlNode.Field> list = new ArrayList<>();
        fields.forEach((key, value) -> list.add(new YamlNode.Field(key, value.at(), value)));
        return new YamlNode.Mapping(list, like.tag(), like.at());
    }

    /** The fields for changing; places of keys become those of their values. */
    static SequencedMap<String, YamlNode> map(YamlNode node) {
        SequencedMap<String, YamlNode> map = new LinkedHashMap<>();
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.fields().forEach(field -> map.put(field.key(), field.value()));
        }
        return map;
    }

    static Optional<YamlNode> find(YamlNode node, String key) {
        return node instanceof YamlNode.Mapping mapping ? mapping.find(key) : Optional.empty();
    }

    static Optional<String> findText(YamlNode node, String key) {
        return find(node, key).filter(YamlNode.Scalar.class::isInstance).map(Nodes::asText);
    }

    static boolean isTrue(YamlNode node, String key) {
        return findText(node, key).flatMap(Scalar::bool).orElse(false);
    }

    /** The items of a list below the key; none where it is absent. */
    static List<YamlNode> items(YamlNode node, String key) {
        return find(node, key).map(Nodes::items).orElse(List.of());
    }

    static List<YamlNode> items(YamlNode node) {
        return node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of();
    }

    /** The fields of a mapping below the key; none where it is absent. */
    static Map<String, YamlNode> fields(YamlNode node, String key) {
        return find(node, key).map(Nodes::map).orElseGet(LinkedHashMap::new);
    }

    /** The mapping with one field changed by the function, if it is there. */
    static YamlNode.Mapping change(YamlNode.Mapping mapping, String key, UnaryOperator<YamlNode> change) {
        return new YamlNode.Mapping(
                mapping.fields().stream()
                        .map(f -> f.key().equals(key) ? new YamlNode.Field(key, f.keyAt(), change.apply(f.value())) : f)
                        .toList(),
                mapping.tag(),
                mapping.at());
    }

    /** How many nodes it consists of, itself included; what stands in it twice counts twice. */
    static long count(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar _ -> 1;
            case YamlNode.Sequence sequence ->
                1 + sequence.items().stream().mapToLong(Nodes::count).sum();
            case YamlNode.Mapping mapping ->
                1
                        + mapping.fields().stream()
                                .mapToLong(field -> count(field.value()))
                                .sum();
        };
    }

    /** Whether both mean the same, wherever they stand; nothing is the same as no fields. */
    static boolean same(YamlNode one, YamlNode other) {
        if (one instanceof YamlNode.Sequence a && other instanceof YamlNode.Sequence b) {
            return a.items().size() == b.items().size()
                    && IntStream.range(0, a.items().size())
                            .allMatch(i -> same(a.items().get(i), b.items().get(i)));
        }
        if (one instanceof YamlNode.Scalar a && other instanceof YamlNode.Scalar b) {
            return Scalars.read(a).equals(Scalars.read(b));
        }
        boolean comparable = (one instanceof YamlNode.Mapping || Scalars.isNull(one))
                && (other instanceof YamlNode.Mapping || Scalars.isNull(other));
        Map<String, YamlNode> a = map(one);
        Map<String, YamlNode> b = map(other);
        return comparable
                && a.keySet().equals(b.keySet())
                && a.entrySet().stream()
                        .allMatch(field -> same(field.getValue(), requireNonNull(b.get(field.getKey()))));
    }

    /** A scalar as text, numbers and booleans as Go prints them; null is empty. */
    static String asText(YamlNode node) {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            return "";
        }
        return switch (Scalars.read(scalar)) {
            case ScalarValue.Null() -> "";
            case ScalarValue.Bool(boolean value) -> String.valueOf(value);
            case ScalarValue.Int(long value) -> String.valueOf(value);
            case ScalarValue.Decimal(double value) ->
                scalar.text().matches("[0-9]+") && !scalar.text().startsWith("0")
                        ? scalar.text()
                        : GoFormat.number(value);
            case ScalarValue.Text(String value) -> value;
        };
    }
}
