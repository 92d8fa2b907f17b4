package io.wherry.hub.resource;

import static io.wherry.hub.resource.Names.LABEL_KEY_FORM;
import static io.wherry.hub.resource.Names.LABEL_VALUE_FORM;
import static io.wherry.hub.resource.Names.require;

import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every resource has.
 *
 * @param name        unique within its kind; a DNS label
 * @param labels      what selectors look at: at most {@link #MAX_LABELS}
 * @param annotations notes that nothing looks at: at most {@link #MAX_ANNOTATION_CHARS} in all
 */
public record Metadata(String name, SortedMap<String, String> labels, SortedMap<String, String> annotations) {
    /** What the hub adds when it prints a resource; a file that is applied need hold none of it. */
    static final List<String> ADDED = List.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "updateTimestamp",
            "deletionTimestamp",
            "set",
            "owner");

    /** More labels than this are data, and belong into variables. */
    public static final int MAX_LABELS = 64;

    /** As in Kubernetes: what people bring along fits. */
    public static final int MAX_ANNOTATION_CHARS = 256 << 10;

    /** @throws IllegalArgumentException naming the label, annotation or name and the form it should have */
    public Metadata {
        Names.requireName("name", name);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
        labels.forEach((key, value) -> {
            require(Names.isLabelKey(key), "label", key, LABEL_KEY_FORM);
            require(Names.isLabelValue(value), "label " + key, value, LABEL_VALUE_FORM);
        });
        if (labels.size() > MAX_LABELS) {
            throw new IllegalArgumentException("labels: " + labels.size() + " (expected: at most " + MAX_LABELS + ")");
        }
        int chars = annotations.entrySet().stream()
                .mapToInt(a -> a.getKey().length() + a.getValue().length())
                .sum();
        if (chars > MAX_ANNOTATION_CHARS) {
            throw new IllegalArgumentException(
                    "annotations: " + chars + " characters (expected: at most " + MAX_ANNOTATION_CHARS + ")");
        }
    }

    public static Metadata of(String name) {
        return new Metadata(name, new TreeMap<>(), new TreeMap<>());
    }

    public static Metadata of(String name, Map<String, String> labels) {
        return new Metadata(name, new TreeMap<>(labels), new TreeMap<>());
    }

    /** The metadata of a resource as the hub printed it, as a file that declares it has it. */
    public static Json.Obj withoutAdded(Json.Obj printed) {
        Json.Builder declared = Json.object();
        printed.fields().forEach((key, value) -> {
            if (!ADDED.contains(key)) {
                declared.put(key, value);
            }
        });
        return declared.build();
    }

    Json.Obj toJson() {
        Json.Builder json = Json.object().put("name", name);
        if (!labels.isEmpty()) {
            json.put("labels", labels);
        }
        if (!annotations.isEmpty()) {
            json.put("annotations", annotations);
        }
        return json.build();
    }
}
