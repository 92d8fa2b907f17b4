package io.wherry.base.yaml;

import io.wherry.base.Durations;
import io.wherry.base.Suggest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads a mapping strictly, field by field. Whatever is wrong goes to the {@link Problems} with its place and the getter returns the
 * fallback, so that one reading finds every mistake; {@link #done()} then refuses each key that nobody asked for and suggests the nearest
 * that somebody did.
 *
 * <pre>{@code
 * Problems problems = new Problems();
 * Fields hub = Fields.of(Yaml.parse(file, bytes), problems);
 * String host = hub.requireText("hostname");
 * Duration interval = hub.duration("interval", Duration.ofMinutes(1));
 * Fields ports = hub.fields("ports");     // absent: no fields, every getter gives its fallback
 * int agents = ports.integer("agents", 1, 65535, 8444);
 * ports.done();
 * hub.done();
 * problems.throwIfAny();
 * }</pre>
 */
public final class Fields {
    private final YamlNode.Mapping mapping;
    private final Problems problems;
    private final Set<String> asked = new LinkedHashSet<>();

    private Fields(YamlNode.Mapping mapping, Problems problems) {
        this.mapping = mapping;
        this.problems = problems;
    }

    /** The fields of the node; none, and a problem, if it is not a mapping. Null counts as an empty mapping. */
    public static Fields of(YamlNode node, Problems problems) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new Fields(mapping, problems);
        }
        if (!Scalars.isNull(node)) {
            problems.add(node.at(), describe(node) + " (expected: fields, \"name: value\" each)");
        }
        return new Fields(new YamlNode.Mapping(List.of(), "", node.at()), problems);
    }

    /** Where the mapping begins. */
    public Position at() {
        return mapping.at();
    }

    /** Where the value of the key stands, or the mapping where it is absent: for problems that the caller finds. */
    public Position at(String key) {
        return mapping.find(key).map(YamlNode::at).orElse(mapping.at());
    }

    /** The keys as written, whether asked for or not. */
    public List<String> keys() {
        return mapping.fields().stream().map(YamlNode.Field::key).toList();
    }

    /** The raw value; null counts as absent. */
    public Optional<YamlNode> find(String key) {
        asked.add(key);
        return mapping.find(key).filter(node -> !Scalars.isNull(node));
    }

    /** A text; a number or boolean counts as the text it is written as. */
    public Optional<String> text(String key) {
        return find(key).flatMap(node -> asText(key, node));
    }

    public String text(String key, String absent) {
        return text(key).orElse(absent);
    }

    /** A text that must be there and not be empty; empty, and a problem, where it is not. */
    public String requireText(String key) {
        Optional<String> text = text(key);
        if (find(key).isEmpty() || text.filter(String::isEmpty).isPresent()) {
            missing(key);
        }
        return text.orElse("");
    }

    /** A text that the function turns into a value; its {@link IllegalArgumentException} becomes the problem. */
    public <T> Optional<T> parsed(String key, Function<String, T> parse) {
        return text(key).flatMap(text -> {
            try {
                return Optional.of(parse.apply(text));
            } catch (IllegalArgumentException e) {
                problems.add(at(key), key + ": " + e.getMessage());
                return Optional.empty();
            }
        });
    }

    public <E extends Enum<E>> Optional<E> choice(String key, java.util.Map<String, E> words) {
        return text(key).flatMap(word -> {
            if (!words.containsKey(word)) {
                problems.add(at(key), key + ": \"" + word + "\" is not known", suggestion(word, words.keySet()));
            }
            return Optional.ofNullable(words.get(word));
        });
    }

    public boolean bool(String key, boolean absent) {
        return findBool(key).orElse(absent);
    }

    public Optional<Boolean> findBool(String key) {
        return find(key).flatMap(node -> {
            if (node instanceof YamlNode.Scalar scalar
                    && Scalars.read(scalar) instanceof ScalarValue.Bool(boolean value)) {
                return Optional.of(value);
            }
            problems.add(node.at(), key + ": " + describe(node) + " (expected: true or false)");
            return Optional.empty();
        });
    }

    /** A whole number from min to max. */
    public long integer(String key, long min, long max, long absent) {
        Optional<YamlNode> node = find(key);
        if (node.isEmpty()) {
            return absent;
        }
        if (node.get() instanceof YamlNode.Scalar scalar
                && Scalars.read(scalar) instanceof ScalarValue.Int(long number)
                && number >= min
                && number <= max) {
            return number;
        }
        problems.add(
                node.get().at(),
                key + ": " + describe(node.get()) + " (expected: a whole number from " + min + " to " + max + ")");
        return absent;
    }

    /** A duration such as {@code 30s} or {@code 1h30m} ({@link Durations}). */
    public Optional<Duration> duration(String key) {
        return parsed(key, Durations::parse);
    }

    public Duration duration(String key, Duration absent) {
        return duration(key).orElse(absent);
    }

    /** The mapping below the key; where it is absent, one without fields. */
    public Fields fields(String key) {
        return find(key)
                .map(node -> of(node, problems))
                .orElseGet(() -> new Fields(new YamlNode.Mapping(List.of(), "", at(key)), problems));
    }

    /** The mapping below the key, or empty where it is absent. An empty mapping ({@code {}}) is present. */
    public Optional<Fields> findFields(String key) {
        return find(key).map(node -> of(node, problems));
    }

    /** A list of mappings; none where it is absent. */
    public List<Fields> list(String key) {
        return items(key).stream().map(node -> of(node, problems)).toList();
    }

    /** A list of texts; none where it is absent. */
    public List<String> texts(String key) {
        return items(key).stream().flatMap(node -> asText(key, node).stream()).toList();
    }

    /** A list as it is; none where it is absent. */
    public List<YamlNode> items(String key) {
        return find(key)
                .map(node -> {
                    if (node instanceof YamlNode.Sequence sequence) {
                        return sequence.items();
                    }
                    problems.add(node.at(), key + ": " + describe(node) + " (expected: a list)");
                    return List.<YamlNode>of();
                })
                .orElse(List.of());
    }

    /** Free keys with texts, sorted: labels and variables. */
    public SortedMap<String, String> textMap(String key) {
        SortedMap<String, String> map = new TreeMap<>();
        findFields(key).ifPresent(fields -> {
            for (YamlNode.Field field : fields.mapping.fields()) {
                if (Scalars.isNull(field.value())) {
                    map.put(field.key(), "");
                } else {
                    asText(key + "." + field.key(), field.value()).ifPresent(text -> map.put(field.key(), text));
                }
            }
        });
        return map;
    }

    /** Notes that the key must be there. */
    public void missing(String key) {
        asked.add(key);
        problems.add(at(key), key + " is missing", "add " + key + ": …");
    }

    /** A problem with the value of a key that only the caller can judge. */
    public void problem(String key, String message, String hint) {
        problems.add(at(key), key + ": " + message, hint);
    }

    /** Refuses every key that was not asked for. Call it last. */
    public void done() {
        for (YamlNode.Field field : mapping.fields()) {
            if (!asked.contains(field.key())) {
                problems.add(field.keyAt(), "unknown field \"" + field.key() + "\"", suggestion(field.key(), asked));
            }
        }
    }

    private Optional<String> asText(String key, YamlNode node) {
        if (node instanceof YamlNode.Scalar(String text, boolean _, String _, Position _)) {
            return Optional.of(text);
        }
        problems.add(node.at(), key + ": " + describe(node) + " (expected: a text)");
        return Optional.empty();
    }

    /** {@code did you mean "x"?}, or the words that are known: for a problem's hint. */
    public static String suggestion(String word, java.util.Collection<String> known) {
        return Suggest.nearest(word, known)
                .map(best -> "did you mean \"" + best + "\"?")
                .orElseGet(() -> known.isEmpty()
                        ? "no field is known here"
                        : "known: " + String.join(", ", new ArrayList<>(known)));
    }

    /** What a node is, in a person's words. */
    public static String describe(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping _ -> "fields";
            case YamlNode.Sequence _ -> "a list";
            case YamlNode.Scalar scalar -> Scalars.isNull(scalar) ? "nothing" : "\"" + scalar.text() + "\"";
        };
    }
}
