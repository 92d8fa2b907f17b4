package io.wherry.hub.render;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.Rendering.Rendered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the digests of images into a rendering: {@code NAME:TAG} becomes {@code NAME:TAG@sha256:…}, as {@code docker compose config
 * --resolve-image-digests} does. Pure.
 *
 * <p>What has a digest already stays as it is; so does the image of a service with {@code pull_policy: never}, which no registry need have.
 */
public final class PinnedImages {
    private static final String LATEST = ":latest";

    private PinnedImages() {}

    /** Images whose digest must be known first, as the model writes them. */
    public static SortedSet<String> open(Rendered rendered) {
        return services(rendered.model()).fields().values().stream()
                .flatMap(service -> open((Json.Obj) service).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<String> open(Json.Obj service) {
        return service.findString("image")
                .filter(image -> !image.contains("@"))
                .filter(_ -> !service.findString("pull_policy").orElse("").equals("never"));
    }

    /** @param digests of all that {@link #open} names */
    public static Rendered pin(Rendered rendered, Map<String, Digest> digests) {
        SequencedMap<String, Json> services = new LinkedHashMap<>();
        Set<String> images = new TreeSet<>();
        services(rendered.model()).fields().forEach((name, service) -> {
            Json.Obj pinned = pin((Json.Obj) service, digests);
            pinned.findString("image").ifPresent(images::add);
            services.put(name, pinned);
        });
        SequencedMap<String, Json> model = new LinkedHashMap<>(rendered.model().fields());
        model.put("services", new Json.Obj(services));
        return new Rendered(
                rendered.format(),
                new Json.Obj(model),
                rendered.files(),
                new ArrayList<>(images),
                rendered.objects(),
                rendered.siteVariables(),
                rendered.secrets(),
                rendered.warnings(),
                rendered.readSet());
    }

    private static Json.Obj pin(Json.Obj service, Map<String, Digest> digests) {
        Optional<String> image = open(service);
        if (image.isEmpty()) {
            return service;
        }
        Digest digest = digests.get(image.get());
        if (digest == null) {
            throw new IllegalArgumentException("digests: none of " + image.get() + " (expected: of every open image)");
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>(service.fields());
        fields.put("image", Json.of(tagged(image.get()) + "@" + digest));
        return new Json.Obj(fields);
    }

    private static String tagged(String image) {
        return image.indexOf(':', image.lastIndexOf('/') + 1) < 0 ? image + LATEST : image;
    }

    private static Json.Obj services(Json.Obj model) {
        return model.findObject("services").orElse(Json.object().build());
    }
}
