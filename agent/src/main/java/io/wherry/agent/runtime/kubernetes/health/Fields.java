package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Looks into objects that somebody else's controller wrote: a field of another type than expected is as good as none. */
final class Fields {
    private static final String MANAGER = "wherry-agent";
    private static final Json.Obj EMPTY = Json.object().build();

    private Fields() {}

    static Optional<Json> find(Json.Obj object, String... path) {
        Optional<Json> value = Optional.of(object);
        for (String step : path) {
            value = value.flatMap(v -> v instanceof Json.Obj o ? o.find(step) : Optional.empty());
        }
        return value;
    }

    static String text(Json.Obj object, String... path) {
        return find(object, path)
                .map(v -> v instanceof Json.Str(String text) ? text : "")
                .orElse("");
    }

    static long number(long absent, Json.Obj object, String... path) {
        return find(object, path)
                .map(v -> v instanceof Json.Int(long number) ? number : absent)
                .orElse(absent);
    }

    static boolean truth(Json.Obj object, String... path) {
        return find(object, path).filter(v -> v.equals(Json.of(true))).isPresent();
    }

    static Json.Obj object(Json.Obj object, String... path) {
        return find(object, path).map(v -> v instanceof Json.Obj o ? o : EMPTY).orElse(EMPTY);
    }

    static List<Json.Obj> objects(Json.Obj object, String... path) {
        return find(object, path)
                .map(v -> v instanceof Json.Arr(List<Json> items) ? items : List.<Json>of())
                .orElse(List.of())
                .stream()
                .filter(item -> item instanceof Json.Obj)
                .map(item -> (Json.Obj) item)
                .toList();
    }

    static Optional<Instant> time(Json.Obj object, String... path) {
        try {
            String text = text(object, path);
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // a custom resource may hold anything
        }
    }

    /** What this agent applied of it, an entry for each version of its API that it did so in. */
    static List<Json.Obj> applied(Json.Obj object) {
        return objects(object, "metadata", "managedFields").stream()
                .filter(entry -> text(entry, "manager").equals(MANAGER)
                        && text(entry, "subresource").isEmpty())
                .toList();
    }

    /** @param path of the field as its owners are noted: {@code f:spec}, {@code f:paused} */
    static boolean isApplied(Json.Obj object, String... path) {
        return applied(object).stream()
                .anyMatch(entry -> find(object(entry, "fieldsV1"), path).isPresent());
    }

    /** {@code apps} of {@code apps/v1}; empty for the core group. */
    static String group(Json.Obj object) {
        String apiVersion = text(object, "apiVersion");
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    static String kind(Json.Obj object) {
        return text(object, "kind");
    }

    static String name(Json.Obj object) {
        return text(object, "metadata", "name");
    }

    static String uid(Json.Obj object) {
        return text(object, "metadata", "uid");
    }
}
