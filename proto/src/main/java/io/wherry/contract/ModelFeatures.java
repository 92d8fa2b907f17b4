package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a model asks of an agent: its format, and attributes that earlier agents do not carry out. Pure. */
public final class ModelFeatures {
    private ModelFeatures() {}

    /** All that the model asks for, sorted. */
    public static SortedSet<String> of(ModelFormat format, Json.Obj model) {
        SortedSet<String> features = format == ModelFormat.COMPOSE ? of(model) : new TreeSet<>();
        if (format == ModelFormat.KUBERNETES && isFilled(model, "hooks")) {
            features.add(Features.HELM_HOOKS);
        }
        features.add(format.feature());
        return features;
    }

    /**
     * What a Compose model asks for beyond {@link Features#COMPOSE}.
     *
     * @param model in the shape of {@code docker compose config --format json}
     */
    public static SortedSet<String> of(Json.Obj model) {
        SortedSet<String> features = new TreeSet<>();
        if (model.find("services").orElse(new Json.Null()) instanceof Json.Obj services) {
            services.fields().values().forEach(value -> {
                if (value instanceof Json.Obj service) {
                    add(features, service);
                }
            });
        }
        return features;
    }

    private static void add(SortedSet<String> features, Json.Obj service) {
        if (StartFirst.isAsked(service)) {
            features.add(Features.START_FIRST);
        }
        if (isFilled(service, "post_start") || isFilled(service, "pre_stop")) {
            features.add(Features.LIFECYCLE_HOOKS);
        }
    }

    private static boolean isFilled(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Arr list
                && !list.items().isEmpty();
    }
}
