package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.agent.runtime.ImageLedger;
import io.wherry.agent.runtime.LoadableImage;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * Images that came by a file. An engine knows an image by a registry's digest only if it pulled it from there; one that it loaded gets a tag in its place,
 * made of that digest: it finds the image again, and keeps it from being pruned as nameless.
 */
final class CarriedImages {
    /** Of the tag that stands for a digest: {@code NAME:sha256-HEX}. */
    private static final String TAG_OF_DIGEST = "sha256-";

    private CarriedImages() {}

    /** What the engine has for a reference, also where it was loaded and not pulled. */
    static Optional<String> find(DockerApi docker, String reference) {
        Optional<String> found = docker.imageId(reference);
        return found.isPresent() || !ImageName.parse(reference).isPinned()
                ? found
                : docker.imageId(tag(reference).toString());
    }

    /** The id under which the engine has it. */
    static Optional<String> id(DockerApi docker, CarriedImage image) {
        return id(docker, image.config()).or(() -> id(docker, image.manifest()));
    }

    private static Optional<String> id(DockerApi docker, Digest digest) {
        return docker.imageId(digest.toString());
    }

    /** @throws EngineException if the engine refuses it, or has it under neither id afterwards */
    static void load(DockerApi docker, LoadableImage image, ImageLedger ledger, Instant now) {
        if (id(docker, image.image()).isPresent()) {
            name(docker, image.image());
            return;
        }
        String name = tag(image.image().name()).toString();
        BroughtImage brought = new BroughtImage(
                Optional.empty(), name, "", docker.imageId(name).orElse(""), now);
        ledger.put(brought);
        docker.load(image.archive());
        ledger.put(brought.as(name(docker, image.image()), now));
        ledger.remove(brought);
    }

    /** Calls it what stacks call it. @return its id */
    private static String name(DockerApi docker, CarriedImage image) {
        String id = id(docker, image)
                .orElseThrow(() -> new EngineException(
                        500,
                        "the engine took image " + image.name() + ", but has it neither as " + image.config()
                                + " nor as " + image.manifest(),
                        "POST /images/load"));
        docker.tag(id, tag(image.name()));
        return id;
    }

    /** What the engine calls an image that it has not from the registry of its name. */
    static ImageName tag(String reference) {
        ImageName name = ImageName.parse(reference);
        return name.isPinned()
                ? new ImageName(name.repository(), TAG_OF_DIGEST + name.digest().substring("sha256:".length()), "")
                : name;
    }
}
