package io.wherry.hub.registry;

import io.wherry.contract.Digest;
import io.wherry.contract.registry.RegistryException;
import java.io.IOException;

/** What tags mean at their registries now. */
@FunctionalInterface
public interface ImageDigests {
    /**
     * Asks the registry which digest an image's tag has: of the index where there are several platforms, else of the manifest.
     *
     * @param image as the Compose model writes it, {@code latest} where it names no tag
     * @throws RegistryException if it cannot be had, or what the registry gave is no image
     */
    Digest digest(String image) throws IOException;
}
