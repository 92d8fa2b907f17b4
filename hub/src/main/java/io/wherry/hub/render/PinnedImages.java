package io.wherry.hub.render;

import io.wherry.contract.Digest;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.Rendering.Rendered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Writes the digests of images into a rendering: {@code NAME:TAG} becomes {@code NAME:TAG@sha256:…}, as {@code docker compose config
 * --resolve-image-digests} does. Pure.
 *
 * <p>What has a digest already stays as it is; so does the image of a service with {@code pull_policy: never}, and of a container with
 * {@code imagePullPolicy: Never}, which no registry need have.
 */
public final class PinnedImages {
    private static final String LATEST = ":latest";

    private PinnedImages() {}

    /** Images whose digest must be known first, as the model writes them. */
    public static SortedSet<String> open(Rendered rendered) {
        NavigableSet<String> open = new TreeSet<>();
        map(rendered, container -> {
            open(container).ifPresent(open::add);
            return container;
        });
        return open;
    }

    private static Optional<String> open(Json.Obj container) {
        return text(container, "image")
                .filter(image -> !image.contains("@"))
                .filter(_ -> !text(container, "pull_policy").orElse("").equals("never"))
                .filter(_ -> !text(container, "imagePullPolicy").orElse("").equals("Never"));
    }

    private static Optional<String> text(Json.Obj container, String key) {
        return container.find(key).filter(Json.Str.class::isInstance).map(value -> ((Json.Str) value).value());
    }

    /** @param digests of all that {@link #open} names */
    public static Rendered pin(Rendered rendered, Map<String, Digest> digests) {
        Set<String> images = new TreeSet<>();
        Json.Obj model = map(rendered, container -> {
            Json.Obj pinned = pin(container, digests);
            text(pinned, "image").ifPresent(images::add);
            return pinned;
        });
        return new Rendered(
                rendered.format(),
                model,
                rendered.files(),
                new ArrayList<>(images),
                rendered.objects(),
                rendered.siteVariables(),
                rendered.secrets(),
                rendered.warnings(),
                rendered.readSet());
    }

    private static Json.Obj pin(Json.Obj container, Map<String, Digest> digests) {
        Optional<String> image = open(container);
        if (image.isEmpty()) {
            return container;
        }
        Digest digest = digests.get(image.get());
        if (digest == null) {
            throw new IllegalArgumentException("digests: none of " + image.get() + " (expected: of every open image)");
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>(container.fields());
        fields.put("image", Json.of(tagged(image.get()) + "@" + digest));
        return new Json.Obj(fields);
    }

    private static String tagged(String image) {
        return image.indexOf(':', image.lastIndexOf('/') + 1) < 0 ? image + LATEST : image;
    }

    /** The model with every service or container replaced. */
    private static Json.Obj map(Rendered rendered, UnaryOperator<Json.Obj> container) {
        SequencedMap<String, Json> model = new LinkedHashMap<>(rendered.model().fields());
        if (rendered.format() == ModelFormat.KUBERNETES) {
            List<Json> objects = new ArrayList<>();
            rendered.model().objects("objects").forEach(object -> objects.add(ObjectImages.map(object, container)));
            model.put("objects", new Json.Arr(objects));
            List<Json> hooks = new ArrayList<>();
            rendered.model().objects("hooks").forEach(hook -> hooks.add(hook(hook, container)));
            if (!hooks.isEmpty()) {
                model.put("hooks", new Json.Arr(hooks));
            }
        } else {
            SequencedMap<String, Json> services = new LinkedHashMap<>();
            rendered.model().findObject("services").ifPresent(all -> all.fields()
                    .forEach((name, service) -> services.put(name, container.apply((Json.Obj) service))));
            model.put("services", new Json.Obj(services));
        }
        return new Json.Obj(model);
    }

    private static Json.Obj hook(Json.Obj hook, UnaryOperator<Json.Obj> container) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(hook.fields());
        fields.put("object", ObjectImages.map(hook.object("object"), container));
        return new Json.Obj(fields);
    }
}
