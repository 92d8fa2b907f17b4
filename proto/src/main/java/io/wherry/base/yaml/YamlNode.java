package io.wherry.base.yaml;

import java.util.List;
import java.util.Optional;

/** A YAML document as it was written: nothing is resolved but aliases, and every node knows its place. Made by {@code Yaml}. */
public sealed interface YamlNode {

    Position at();

    /** The explicit local tag ({@code !reset}, {@code !override}) or empty. */
    String tag();

    /**
     * A scalar.
     *
     * @param text  what it says, with quotes and escapes resolved
     * @param plain whether it stood without quotes: only then may {@code 8080}, {@code true} or {@code ~} be more than text
     */
    record Scalar(String text, boolean plain, String tag, Position at) implements YamlNode {}

    /** A sequence, in order. */
    record Sequence(List<YamlNode> items, String tag, Position at) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A mapping, in the order written; no key twice; merge keys ({@code <<}) already merged in. */
    record Mapping(List<Field> fields, String tag, Position at) implements YamlNode {
        public Mapping {
            fields = List.copyOf(fields);
        }

        public Optional<YamlNode> find(String key) {
            return fields.stream()
                    .filter(f -> f.key().equals(key))
                    .map(Field::value)
                    .findFirst();
        }
    }

    /**
     * One field of a mapping.
     *
     * @param keyAt    where the key stands: the place to name when the key itself is wrong
     * @param keyPlain whether the key stood without quotes: only then may {@code yes} or {@code 1} be more than text
     */
    record Field(String key, Position keyAt, YamlNode value, boolean keyPlain) {
        /** A field whose key is text. */
        public Field(String key, Position keyAt, YamlNode value) {
            this(key, keyAt, value, false);
        }
    }
}
