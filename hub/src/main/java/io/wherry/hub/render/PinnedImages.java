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
import java.util.stream.Stream;

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
                .flatMap(service -> Stream.concat(open((Json.Obj) service).stream(), openMounts((Json.Obj) service)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<String> open(Json.Obj service) {
        return service.findString("image")
                .filter(image -> !image.contains("@"))
                .filter(_ -> !service.findString("pull_policy").orElse("").equals("never"));
    }

    /** Mounted ones follow the service's own policy. */
    private static Stream<String> openMounts(Json.Obj service) {
        return service.findString("pull_policy").orElse("").equals("never")
                ? Stream.empty()
                : MountedImages.of(service).stream().filter(image -> !image.contains("@"));
    }

    /** @param digests of all that {@link #open} names */
    public static Rendered pin(Rendered rendered, Map<String, Digest> digests) {
        SequencedMap<String, Json> services = new LinkedHashMap<>();
        Set<String> images = new TreeSet<>();
        services(rendered.model()).fields().forEach((name, service) -> {
            Json.Obj pinned = pin((Json.Obj) service, digests);
            pinned.findString("image").ifPresent(images::add);
            images.addAll(MountedImages.of(pinned));
            services.put(name, pinned);
        });
        SequencedMap<String, Json> model = new LinkedHashMap<>(rendered.model().fields());
        model.put("services", new Json.Obj(services));
        return new Rendered(
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
        SequencedMap<String, Json> fields = new LinkedHashMap<>(service.fields());
        open(service).ifPresent(image -> fields.put("image", Json.of(pinned(image, digests))));
        Set<String> mounted = openMounts(service).collect(Collectors.toSet());
        return MountedImages.replace(
                new Json.Obj(fields), image -> mounted.contains(image) ? pinned(image, digests) : image);
    }

    private static String pinned(String image, Map<String, Digest> digests) {
        Digest digest = digests.get(image);
        if (digest == null) {
            throw new IllegalArgumentException("digests: none of " + image + " (expected: of every open image)");
        }
        return tagged(image) + "@" + digest;
    }

    private static String tagged(String image) {
        return image.indexOf(':', image.lastIndexOf('/') + 1) < 0 ? image + LATEST : image;
    }

    private static Json.Obj services(Json.Obj model) {
        return model.findObject("services").orElse(Json.object().build());
    }
}
