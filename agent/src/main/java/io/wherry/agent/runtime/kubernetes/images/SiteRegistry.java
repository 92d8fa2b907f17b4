package io.wherry.agent.runtime.kubernetes.images;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Causes;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.Patience;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryPush;
import io.wherry.contract.registry.RegistryTrust;
import java.io.IOException;
import java.util.Optional;

/**
 * A registry of the site, whose nodes pull from it in the place of others: each image goes there under the path and the version that it has outside, so
 * what was signed names it as ever, and every node finds it.
 *
 * <p>What is there is not sent again. A push that broke off leaves blobs that nothing names, and goes on where it stood when it is made again.
 */
public final class SiteRegistry {
    /** A project that registries with projects have from the start. */
    private static final String PROBE = "library/wherry-probe";

    private final RegistryPlace place;
    private final Patience patience;

    public SiteRegistry(RegistryPlace place) {
        this(place, Thread::sleep);
    }

    SiteRegistry(RegistryPlace place, Patience.Pause pause) {
        this.place = place;
        this.patience = new Patience(pause);
    }

    boolean has(CarriedImage image) {
        ImageReference target = target(image);
        return with(image.name(), registry -> has(registry, target, image));
    }

    private boolean has(RegistryPush registry, ImageReference target, CarriedImage image) throws IOException {
        Digest wanted = target.digest().orElse(image.manifest());
        return patience.with(() -> registry.find(target, target.version()))
                .filter(wanted::equals)
                .isPresent();
    }

    void load(LoadableImage image) {
        CarriedImage carried = image.image();
        ImageReference target = target(carried);
        requireOwnPlace(image, target);
        with(carried.name(), registry -> {
            if (!has(registry, target, carried)) {
                push(registry, target, image);
            }
            return true;
        });
    }

    private void push(RegistryPush registry, ImageReference target, LoadableImage image) throws IOException {
        Digest manifest = image.image().manifest();
        requireManifest(target, manifest);
        for (Descriptor part : image.manifest().parts()) {
            patience.run(() -> {
                if (!registry.has(target, part.digest())) {
                    registry.blob(target, part, image.parts());
                }
            });
        }
        put(registry, target, manifest.toString(), image);
        if (target.digest().isEmpty()) {
            put(registry, target, target.tag(), image);
        }
        Optional<Digest> there = patience.with(() -> registry.find(target, target.version()));
        if (!there.equals(Optional.of(manifest))) {
            throw new RegistryException(
                    target.named() + ": the registry took " + manifest + ", and now has "
                            + there.map(Digest::toString).orElse("nothing of that name"),
                    "does somebody else push there, or is a proxy on the way broken?");
        }
    }

    private void put(RegistryPush registry, ImageReference target, String version, LoadableImage image)
            throws IOException {
        patience.run(() -> registry.manifest(target, version, image.manifest().mediaType(), image.bytes()));
    }

    /** Registries take an index only with all its manifests, and a file brings that of one platform alone. */
    private static void requireManifest(ImageReference target, Digest manifest) throws RegistryException {
        if (!target.digest().orElse(manifest).equals(manifest)) {
            throw new RegistryException(
                    target.named()
                            + ": that digest is of an index for several platforms, and the file brings the image of one",
                    "pin that one, " + manifest
                            + ", or name it by tag; or copy the whole image into the registry (wherry transfer export and import)");
        }
    }

    /** Two images of different registries may bear one path and tag; a registry has one place for them. */
    private void requireOwnPlace(LoadableImage image, ImageReference target) {
        for (CarriedImage other : image.among()) {
            if (!other.manifest().equals(image.image().manifest())
                    && target.digest().isEmpty()
                    && target(other).equals(target)) {
                throw new RuntimeUnavailable(
                        RuntimeReason.UNSUPPORTED_FIELD,
                        "images " + image.image().name() + " and " + other.name()
                                + " are different ones and have the same place in the site's registry, "
                                + target.named().replaceFirst("^image ", "")
                                + " (expected: another tag or a digest for one of them)",
                        null);
            }
        }
    }

    private ImageReference target(CarriedImage image) {
        try {
            return place.of(ImageReference.parse(image.name()));
        } catch (IllegalArgumentException e) {
            throw new RuntimeUnavailable(RuntimeReason.MODEL_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Whether it answers, and takes a push.
     *
     * @return what was found
     * @throws RuntimeUnavailable if not
     */
    public String check() {
        ImageReference probe = place.of(ImageReference.parse(PROBE));
        return with("", registry -> {
            registry.requireTakes(probe);
            return place + " answers, and takes a push to " + probe.repository();
        });
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(RegistryPush registry) throws IOException;
    }

    private <T> T with(String image, Work<T> work) {
        try (RegistryPush registry = new RegistryPush(RegistryTrust.context(place.caFile()), new SiteLogin(place))) {
            return work.with(registry);
        } catch (RegistryException e) {
            throw new RuntimeUnavailable(reason(e.status()), about(image) + e.getMessage() + " (" + e.hint() + ")", e);
        } catch (IOException e) {
            throw new RuntimeUnavailable(
                    RuntimeReason.SITE_REGISTRY_UNUSABLE,
                    about(image)
                            + Causes.named(e)
                            + place.caFile()
                                    .map(file -> " (is " + file + ", of kubernetes.imagesRegistryCaFile, right?)")
                                    .orElse(""),
                    e);
        }
    }

    private String about(String image) {
        return image.isEmpty() ? "" : "image " + image + " has to be in the site's registry, " + place + ": ";
    }

    private static RuntimeReason reason(int status) {
        return switch (status) {
            case 401, 403 -> RuntimeReason.RUNTIME_FORBIDDEN;
            case 429 -> RuntimeReason.REGISTRY_BUSY;
            default -> RuntimeReason.SITE_REGISTRY_UNUSABLE;
        };
    }
}
