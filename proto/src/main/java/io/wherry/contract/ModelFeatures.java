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
        if (format == ModelFormat.KUBERNETES && isFilled(model, "secrets")) {
            features.add(Features.KUBERNETES_SECRETS);
        }
        if (format == ModelFormat.KUBERNETES && hasRollbackHooks(model)) {
            features.add(Features.ROLLBACK_HOOKS);
        }
        features.add(format.feature());
        return features;
    }

    private static boolean hasRollbackHooks(Json.Obj model) {
        return model.objects("hooks").stream()
                .flatMap(hook -> hook.strings("events").stream())
                .anyMatch(event -> event.endsWith("-rollback"));
    }

    /**
     * What a Compose model asks for beyond {@link Features#COMPOSE}.
     *
     * @param model in the shape of {@code docker compose config --format json}
     */
    public static SortedSet<String> of(Json.Obj model) {
        SortedSet<String> features = new TreeSet<>();
        boolean swarm = SwarmMode.isAsked(model);
        if (swarm) {
            features.add(Features.SWARM);
        }
        if (model.find("services").orElse(new Json.Null()) instanceof Json.Obj services) {
            services.fields().values().forEach(value -> {
                if (value instanceof Json.Obj service) {
                    add(features, service);
                    if (!swarm && isForClusters(service)) {
                        features.add(Features.DEPLOY_MODE);
                    }
                    if (!swarm && OwnedConfigs.isAsked(model, service)) {
                        features.add(Features.OWNED_CONFIGS);
                    }
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
        if (service.find("platform").orElse(null) instanceof Json.Str(String platform) && !platform.isEmpty()) {
            features.add(Features.PLATFORM);
        }
        if (PullAge.isAsked(service)) {
            features.add(Features.PULL_AGE);
        }
        if (mountsImage(service)) {
            features.add(Features.IMAGE_MOUNTS);
        }
    }

    private static boolean isForClusters(Json.Obj service) {
        return service.find("deploy").orElse(null) instanceof Json.Obj deploy
                && deploy.find("mode").orElse(null) instanceof Json.Str(String mode)
                && !mode.isEmpty()
                && !mode.equals("replicated");
    }

    private static boolean mountsImage(Json.Obj service) {
        return service.find("volumes").orElse(new Json.Null()) instanceof Json.Arr list
                && list.items().stream()
                        .anyMatch(mount -> mount instanceof Json.Obj fields
                                && fields.find("type").orElse(null) instanceof Json.Str(String type)
                                && type.equals("image"));
    }

    private static boolean isFilled(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Arr list
                && !list.items().isEmpty();
    }
}
