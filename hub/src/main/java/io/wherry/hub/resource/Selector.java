package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chooses by labels: all requirements must hold. Without requirements it chooses everything.
 *
 * <p>An agent has the label {@link #NAME_LABEL} with its own name besides those it was given, so that a selector can mean one agent.
 */
public record Selector(List<Requirement> requirements) {
    public static final Selector ALL = new Selector(List.of());
    public static final String NAME_LABEL = "wherry.io/name";

    public Selector {
        requirements = List.copyOf(requirements);
    }

    /** What one label must be. */
    public sealed interface Requirement {
        boolean holds(Map<String, String> labels);

        /** {@code key=value} */
        record Equal(String key, String value) implements Requirement {
            @Override
            public boolean holds(Map<String, String> labels) {
                return value.equals(labels.get(key));
            }

            @Override
            public String toString() {
                return key + "=" + value;
            }
        }

        /** {@code key!=value}: holds too where the label is absent, as in Kubernetes. */
        record NotEqual(String key, String value) implements Requirement {
            @Override
            public boolean holds(Map<String, String> labels) {
                return !value.equals(labels.get(key));
            }

            @Override
            public String toString() {
                return key + "!=" + value;
            }
        }

        /** {@code key in (a,b)}; absent does not hold. */
        record In(String key, List<String> values) implements Requirement {
            public In {
                values = List.copyOf(values);
            }

            @Override
            public boolean holds(Map<String, String> labels) {
                String value = labels.get(key);
                return value != null && values.contains(value);
            }

            @Override
            public String toString() {
                return key + " in (" + String.join(",", values) + ")";
            }
        }

        /** {@code key notin (a,b)}; absent holds. */
        record NotIn(String key, List<String> values) implements Requirement {
            public NotIn {
                values = List.copyOf(values);
            }

            @Override
            public boolean holds(Map<String, String> labels) {
                String value = labels.get(key);
                return value == null || !values.contains(value);
            }

            @Override
            public String toString() {
                return key + " notin (" + String.join(",", values) + ")";
            }
        }

        /** {@code key} */
        record Exists(String key) implements Requirement {
            @Override
            public boolean holds(Map<String, String> labels) {
                return labels.containsKey(key);
            }

            @Override
            public String toString() {
                return key;
            }
        }

        /** {@code !key} */
        record Absent(String key) implements Requirement {
            @Override
            public boolean holds(Map<String, String> labels) {
                return !labels.containsKey(key);
            }

            @Override
            public String toString() {
                return "!" + key;
            }
        }
    }

    /** Reads {@code a=b,c!=d,e in (x,y),f notin (z),g,!h}. @throws IllegalArgumentException naming the part that cannot be read */
    public static Selector parse(String text) {
        return new Selector(SelectorText.read(text));
    }

    /** All of these labels with these values. */
    public static Selector matchLabels(Map<String, String> labels) {
        return new Selector(new TreeMap<>(labels)
                .entrySet().stream()
                        .<Requirement>map(label -> SelectorText.equal(label.getKey(), label.getValue()))
                        .toList());
    }

    public boolean matches(Map<String, String> labels) {
        return requirements.stream().allMatch(requirement -> requirement.holds(labels));
    }

    public boolean matches(Resource resource) {
        SortedMap<String, String> labels = new TreeMap<>(resource.metadata().labels());
        labels.put(NAME_LABEL, resource.name());
        return matches(labels);
    }

    /** {@code {matchLabels: …}} where that says it all, otherwise the text. */
    Json toJson() {
        Map<String, String> equals = new TreeMap<>();
        for (Requirement requirement : requirements) {
            if (!(requirement instanceof Requirement.Equal(String key, String value))
                    || equals.put(key, value) != null) {
                return Json.of(toString());
            }
        }
        return Json.object().put("matchLabels", equals).build();
    }

    /** The text that {@link #parse} reads back. */
    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }

    static List<String> values(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }
}
