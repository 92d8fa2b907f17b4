package io.wherry.agent.bundlefile;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.Runtime;
import io.wherry.contract.Assignment;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The images that an assignment says its file brings: each is whole in the file, or the runtime has it already. */
final class FileImages {
    private final Runtime runtime;
    private final List<LoadableImage> brought = new ArrayList<>();

    private FileImages(Runtime runtime) {
        this.runtime = runtime;
    }

    /**
     * @throws BundleFileException naming the image and what is missing or does not fit
     * @throws io.wherry.agent.runtime.RuntimeUnavailable if the runtime must be asked and does not answer
     */
    static FileImages of(Assignment assignment, Spool spool, Runtime runtime) throws IOException {
        FileImages images = new FileImages(runtime);
        for (CarriedImage image : assignment.images()) {
            if (spool.size(image.manifest()).isPresent()) {
                images.brought.add(whole(image, spool));
            } else if (!runtime.has(image)) {
                throw wrong(
                        image,
                        "is neither in the file nor on this site's engine",
                        "a whole file; export it again, with --include-images");
            }
        }
        return images;
    }

    private static LoadableImage whole(CarriedImage image, Spool spool) throws IOException {
        byte[] bytes = spool.read(image.manifest(), ImageManifest.MAX_BYTES);
        ImageManifest manifest;
        try {
            manifest = ImageManifest.parse(bytes);
        } catch (JsonException e) {
            throw new BundleFileException("image " + image.name() + ": " + e.getMessage(), e);
        }
        if (!manifest.config().digest().equals(image.config())) {
            throw wrong(
                    image,
                    "has configuration " + manifest.config().digest(),
                    image.config() + ", as the assignment says");
        }
        for (Descriptor part : manifest.parts()) {
            if (spool.size(part.digest()).orElse(-1) != part.size()) {
                throw wrong(image, "lacks blob " + part.digest(), part.size() + " bytes of it; export the file again");
            }
        }
        return new LoadableImage(image, manifest, bytes, digest -> Files.newInputStream(spool.path(digest)));
    }

    private static BundleFileException wrong(CarriedImage image, String found, String expected) {
        return new BundleFileException("image " + image.name() + ": " + found + " (expected: " + expected + ")");
    }

    /** Gives them to the runtime. May run twice. */
    void load() {
        brought.forEach(runtime::load);
    }
}
