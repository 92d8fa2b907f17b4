package io.wherry.agent.bundlefile;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Progress;
import io.wherry.contract.Assignment;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.JsonException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images that an assignment says its file brings: each is whole in the file, or the runtime has it already. */
final class FileImages {
    private final Runtime runtime;
    private final List<LoadableImage> brought = new ArrayList<>();
    private @Nullable Exception broken;

    private FileImages(Runtime runtime) {
        this.runtime = runtime;
    }

    /**
     * @throws BundleFileException naming the image and what is missing or does not fit
     * @throws RuntimeUnavailable if the runtime must be asked and does not answer
     */
    static FileImages of(Assignment assignment, BundleFile file, Runtime runtime) throws IOException {
        FileImages images = new FileImages(runtime);
        for (CarriedImage image : assignment.images()) {
            if (file.size(image.manifest()).isPresent()) {
                images.brought.add(images.whole(image, file, assignment.images()));
            } else if (!runtime.has(image)) {
                throw wrong(
                        image,
                        "is neither in the file nor on this site's engine",
                        "a whole file; export it again, with --include-images");
            }
        }
        return images;
    }

    private LoadableImage whole(CarriedImage image, BundleFile file, List<CarriedImage> among) throws IOException {
        byte[] bytes = file.read(image.manifest(), ImageManifest.MAX_BYTES);
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
            if (file.size(part.digest()).orElse(-1) != part.size()) {
                throw wrong(image, "lacks blob " + part.digest(), part.size() + " bytes of it; export the file again");
            }
        }
        return new LoadableImage(image, manifest, bytes, digest -> new Watched(file.open(digest)), among);
    }

    private static BundleFileException wrong(CarriedImage image, String found, String expected) {
        return new BundleFileException("image " + image.name() + ": " + found + " (expected: " + expected + ")");
    }

    /**
     * Gives them to the runtime. May run twice.
     *
     * @throws BundleFileException if the medium gives other bytes now
     * @throws IOException         if the medium gives nothing any more
     */
    void load(Progress progress) throws IOException {
        for (LoadableImage image : brought) {
            try {
                runtime.load(told(image, progress));
            } catch (RuntimeUnavailable e) {
                throwBroken(); // the engine only saw its upload end
                throw e;
            }
        }
    }

    private static LoadableImage told(LoadableImage image, Progress progress) {
        Progress.Bytes given = new Progress.Bytes(
                progress,
                "image " + image.image().name(),
                image.manifest().parts().stream().mapToLong(Descriptor::size).sum());
        return new LoadableImage(
                image.image(),
                image.manifest(),
                image.bytes(),
                digest -> given.counted(image.parts().open(digest)),
                image.among());
    }

    private void throwBroken() throws IOException {
        switch (broken) {
            case null -> {}
            case IOException medium -> throw medium;
            case RuntimeException other -> throw other;
            default -> throw new IllegalStateException(broken);
        }
    }

    /** Remembers what was wrong with the medium: on the way through the engine's client it is lost. */
    private final class Watched extends FilterInputStream {
        Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (ClosedByInterruptException e) {
                throw e; // the engine's end failed first, and what read ahead for it was told to stop
            } catch (IOException | RuntimeException e) {
                broken = e;
                throw e;
            }
        }
    }
}
