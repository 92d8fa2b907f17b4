package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars11;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Turns nodes into the JSON that kubectl would send: values and keys by the rules of YAML 1.1. */
final class NodeJson {
    /** 1,000,000 nodes of all files: some 10,000 objects of 100; a quarter of a gigabyte while they are read. */
    static final int MAX_NODES = 1_000_000;

    /** 60 digits: what a reader of JSON takes at the site; no field of the API holds more. */
    private static final int MAX_DIGITS = 60;

    /** Whole numbers below 2^63 have a fraction of 64 bits as their neighbour. */
    private static final double WHOLE = 0x1p63;

    private final Problems problems;
    private int nodes;

    NodeJson(Problems problems) {
        this.problems = problems;
    }

    /** The value; null, with a problem, for what JSON cannot say. */
    Json of(YamlNode node) {
        if (++nodes == MAX_NODES) {
            problems.add(
                    node.at(), "the objects are too large together", "at most " + MAX_NODES + " nodes in all files");
        }
        if (nodes >= MAX_NODES) {
            return new Json.Null();
        }
        if (!node.tag().isEmpty()) {
            problems.add(node.at(), "tag " + node.tag() + " means nothing in an object", "remove it");
        }
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar(scalar);
            case YamlNode.Sequence sequence -> {
                List<Json> items = new ArrayList<>();
                sequence.items().forEach(item -> items.add(of(item)));
                yield new Json.Arr(items);
            }
            case YamlNode.Mapping mapping -> mapping(mapping);
        };
    }

    private Json.Obj mapping(YamlNode.Mapping mapping) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>();
        for (YamlNode.Field field : mapping.fields()) {
            key(field).ifPresent(key -> {
                if (fields.putIfAbsent(key, of(field.value())) != null) {
                    problems.add(field.keyAt(), "key \"" + key + "\" stands here a second time", "it is read as that");
                }
            });
        }
        return new Json.Obj(fields);
    }

    /** A key without quotes is read like a value, and then written as a text: {@code on} is {@code "true"}. */
    private Optional<String> key(YamlNode.Field field) {
        if (!field.keyPlain()) {
            return Optional.of(field.key());
        }
        return switch (Scalars11.readPlain(field.key())) {
            case ScalarValue.Text(String text) -> Optional.of(text);
            case ScalarValue.Bool(boolean value) -> Optional.of(Boolean.toString(value));
            case ScalarValue.Int(long value) -> Optional.of(Long.toString(value));
            case ScalarValue.Null _, ScalarValue.Decimal _ -> {
                problems.add(field.keyAt(), "key " + field.key() + " is not a text", "write it in quotes");
                yield Optional.empty();
            }
        };
    }

    private Json scalar(YamlNode.Scalar scalar) {
        return switch (Scalars11.read(scalar)) {
            case ScalarValue.Null _ -> new Json.Null();
            case ScalarValue.Bool(boolean value) -> new Json.Bool(value);
            case ScalarValue.Int(long value) -> new Json.Int(value);
            case ScalarValue.Text(String text) -> new Json.Str(text);
            case ScalarValue.Decimal(double value) -> decimal(value, scalar.at());
        };
    }

    private Json decimal(double value, Position at) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            problems.add(at, "JSON has no such number", "write it in quotes if it is a text");
            return new Json.Null();
        }
        if (value == Math.rint(value) && Math.abs(value) < WHOLE) {
            return new Json.Int((long) value);
        }
        BigDecimal exact = BigDecimal.valueOf(value).stripTrailingZeros();
        if (exact.toPlainString().length() > MAX_DIGITS) {
            problems.add(at, "a number with more than " + MAX_DIGITS + " digits", "write it in quotes if it is a text");
        }
        return new Json.Dec(exact);
    }
}
