package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A set of paths: what one manager owns of an object ({@code managedFields[].fieldsV1}).
 *
 * @param member   whether the path that leads here is itself in the set: a leaf, or {@code "."}
 * @param children what is owned below
 */
record FieldSet(boolean member, SequencedMap<PathElement, FieldSet> children) {
    static final FieldSet NONE = new FieldSet(false, Collections.emptySortedMap());
    private static final FieldSet LEAF = new FieldSet(true, Collections.emptySortedMap());

    FieldSet {
        children = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(children));
    }

    /** Nothing below: what is owned is owned whole. */
    boolean isLeaf() {
        return children.isEmpty();
    }

    /** Whether nothing at all is owned. */
    boolean isEmpty() {
        return !member && children.isEmpty();
    }

    FieldSet child(PathElement element) {
        return children.getOrDefault(element, NONE);
    }

    /** @throws JsonException naming the path element that cannot be read */
    static FieldSet parse(Json.Obj fields) {
        boolean member = false;
        SequencedMap<PathElement, FieldSet> children = new LinkedHashMap<>();
        for (Map.Entry<String, Json> entry : fields.fields().entrySet()) {
            if (entry.getKey().equals(".")) {
                member = true;
            } else {
                children.put(element(entry.getKey()), below(entry));
            }
        }
        return new FieldSet(member, children);
    }

    private static FieldSet below(Map.Entry<String, Json> entry) {
        if (!(entry.getValue() instanceof Json.Obj object)) {
            throw new JsonException(
                    "fieldsV1." + entry.getKey() + ": not an object (expected: {} or what is owned below)");
        }
        return object.fields().isEmpty() ? LEAF : parse(object);
    }

    private static PathElement element(String text) {
        String rest = text.length() < 2 ? "" : text.substring(2);
        return switch (text.length() < 2 ? "" : text.substring(0, 2)) {
            case "f:" -> new PathElement.Field(rest);
            case "k:" -> new PathElement.Key(key(rest));
            case "v:" -> new PathElement.Value(JsonReader.document(rest.getBytes(StandardCharsets.UTF_8)));
            case "i:" -> new PathElement.Index(index(rest));
            default -> throw new JsonException("fieldsV1: " + text + " (expected: f:, k:, v: or i: before it)");
        };
    }

    private static SequencedMap<String, Json> key(String text) {
        return JsonReader.object(text.getBytes(StandardCharsets.UTF_8)).fields();
    }

    private static int index(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new JsonException("fieldsV1: i:" + text + " (expected: a number behind i:)");
        }
        return Integer.parseInt(text);
    }

    /** All of both. */
    FieldSet plus(FieldSet other) {
        SequencedMap<PathElement, FieldSet> all = new LinkedHashMap<>(children);
        other.children.forEach((element, set) -> all.merge(element, set, FieldSet::plus));
        return new FieldSet(member || other.member, all);
    }

    /** What is in this and not in the other; what stands below something that the other owns whole is the other's, and
     * so is a whole of which the other owns parts. */
    Optional<FieldSet> minus(FieldSet other) {
        boolean whole = member && isLeaf();
        if ((other.member && other.isLeaf()) || (whole && !other.isLeaf())) {
            return Optional.empty();
        }
        SequencedMap<PathElement, FieldSet> left = new LinkedHashMap<>();
        children.forEach((element, set) -> set.minus(other.child(element)).ifPresent(rest -> left.put(element, rest)));
        // The mark of a map or item is only theirs where nobody else owns anything in it.
        FieldSet rest = new FieldSet(member && other.isEmpty(), left);
        return rest.isEmpty() ? Optional.empty() : Optional.of(rest);
    }
}
