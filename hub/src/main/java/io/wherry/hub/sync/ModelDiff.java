package io.wherry.hub.sync;

import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What differs between two models, object by object and field by field. Pure.
 *
 * @param created objects of the new model alone, like {@code service/web} or {@code Deployment.apps/shop/web}
 * @param changed objects of both, with the fields that differ
 * @param removed objects of the old model alone
 */
public record ModelDiff(
        SortedSet<String> created, SortedMap<String, List<FieldChange>> changed, SortedSet<String> removed) {

    /** Beside the sections of a Compose model: the files that are mounted from the repository, by path. No section of Compose has the name. */
    static final String FILES = "files";

    /** Beside them too: the values that a target has of its own. */
    static final String VARIABLES = "variables";

    /** And which values its secrets have: uid and version, never the value. */
    static final String SECRET_VALUES = "secretValues";

    /** The sections of a Compose model that hold objects, and what one object of each is called. */
    private static final Map<String, String> SECTIONS = new TreeMap<>(Map.of(
            "services",
            "service",
            "networks",
            "network",
            "volumes",
            "volume",
            "configs",
            "config",
            "secrets",
            "secret",
            FILES,
            "file",
            VARIABLES,
            "variable",
            SECRET_VALUES,
            "secret-value"));

    /** Of a model for clusters: what is no object. */
    private static final Set<String> OF_STACK =
            Set.of("namespace", "serviceAccount", "ignoreDifferences", "healthRules", "takeBack");

    private static final String HOOK = "hook ";

    private static final String SECRET = "Secret/";

    /** Values, and the copy of the whole object that kubectl keeps. */
    private static final List<String> MASKED =
            List.of("data", "stringData", "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration");

    private static final String MASK = "\"***\"";

    /** An empty model: what runs where nothing was deployed yet, and what is wanted where all is removed. */
    public static final Json.Obj NOTHING = Json.object().build();

    /**
     * One field of one object.
     *
     * @param field  its path, like {@code environment.MODE} or {@code ports[0].published}
     * @param before its old value as JSON, absent if it was not there; of the values of a Secret no more than that they differ
     * @param after  its new value as JSON, absent if it is no longer there
     */
    public record FieldChange(String field, Optional<String> before, Optional<String> after) {}

    public static ModelDiff between(Json.Obj before, Json.Obj after) {
        SortedMap<String, Json> old = objects(before);
        SortedMap<String, Json> now = objects(after);
        SortedSet<String> created = new TreeSet<>(now.keySet());
        created.removeAll(old.keySet());
        SortedSet<String> removed = new TreeSet<>(old.keySet());
        removed.removeAll(now.keySet());
        SortedMap<String, List<FieldChange>> changed = new TreeMap<>();
        now.forEach((name, object) -> {
            Json had = old.get(name);
            if (had != null && !had.equals(object)) {
                List<FieldChange> changes = new ArrayList<>();
                compare("", Optional.of(had), Optional.of(object), changes);
                changed.put(name, masked(name, changes));
            }
        });
        return new ModelDiff(created, changed, removed);
    }

    public boolean isEmpty() {
        return created.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    private static SortedMap<String, Json> objects(Json.Obj model) {
        SortedMap<String, Json> objects = new TreeMap<>();
        boolean cluster = model.find("objects").orElse(NOTHING) instanceof Json.Arr;
        if (cluster) {
            ofCluster(model, objects);
        }
        SECTIONS.forEach((section, kind) -> model.findObject(cluster && section.equals("secrets") ? "" : section)
                .ifPresent(all -> all.fields().forEach((name, object) -> objects.put(kind + "/" + name, object))));
        return objects;
    }

    /** The objects by their names, hooks beside them, and what goes along with them as one object more. */
    private static void ofCluster(Json.Obj model, SortedMap<String, Json> objects) {
        String namespace = model.string("namespace");
        model.objects("objects")
                .forEach(object -> objects.put(ObjectName.of(object, namespace).toString(), object));
        for (Json.Obj hook : model.objects("hooks")) {
            objects.put(HOOK + ObjectName.of(hook.object("object"), namespace), hook);
        }
        // What agents make of sealed values: which credential stands under which key, and no value.
        for (Json.Obj secret : model.objects("secrets")) {
            SequencedMap<String, Json> fields = new LinkedHashMap<>(secret.fields());
            Json credentials = fields.remove("data");
            if (credentials != null) {
                fields.put("credentials", credentials);
            }
            objects.put(
                    new ObjectName("Secret", "", secret.string("namespace"), secret.string("name")).toString(),
                    new Json.Obj(fields));
        }
        Json.Builder rest = Json.object();
        model.fields().forEach((key, value) -> {
            if (OF_STACK.contains(key)) {
                rest.put(key, value);
            }
        });
        objects.put("stack", rest.build());
    }

    /** A value of a Secret is nobody's who may see a plan. */
    private static List<FieldChange> masked(String name, List<FieldChange> changes) {
        boolean hook = name.startsWith(HOOK);
        if (!name.substring(hook ? HOOK.length() : 0).startsWith(SECRET)) {
            return changes;
        }
        String root = hook ? "object." : "";
        return changes.stream()
                .map(change -> MASKED.stream().anyMatch(field -> change.field().startsWith(root + field))
                        ? new FieldChange(
                                change.field(),
                                change.before().map(_ -> MASK),
                                change.after().map(_ -> MASK))
                        : change)
                .toList();
    }

    private static void compare(String field, Optional<Json> before, Optional<Json> after, List<FieldChange> changes) {
        if (before.equals(after)) {
            return;
        }
        if (before.orElse(null) instanceof Json.Obj old && after.orElse(null) instanceof Json.Obj now) {
            SortedSet<String> keys = new TreeSet<>(old.fields().keySet());
            keys.addAll(now.fields().keySet());
            String prefix = field.isEmpty() ? "" : field + ".";
            keys.forEach(key -> compare(prefix + key, old.find(key), now.find(key), changes));
        } else if (before.orElse(null) instanceof Json.Arr(List<Json> old)
                && after.orElse(null) instanceof Json.Arr(List<Json> now)) {
            for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
                compare(field + "[" + i + "]", at(old, i), at(now, i), changes);
            }
        } else {
            changes.add(new FieldChange(field, before.map(JsonWriter::compact), after.map(JsonWriter::compact)));
        }
    }

    private static Optional<Json> at(List<Json> items, int index) {
        return index < items.size() ? Optional.of(items.get(index)) : Optional.empty();
    }
}
