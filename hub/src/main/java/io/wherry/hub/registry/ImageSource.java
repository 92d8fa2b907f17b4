package io.wherry.hub.registry;

import io.wherry.contract.file.Descriptor;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.registry.ImageResolver.Resolved;
import java.io.IOException;
import java.io.InputStream;

/** Where the images of bundle files come from: registries, or first an engine on the hub's own machine. */
public interface ImageSource {
    /**
     * Finds out what an image's name means now, for one platform.
     *
     * @param name as the Compose model writes it
     * @throws RegistryException if it cannot be had for that platform
     */
    Resolved resolve(String name, Platform platform) throws IOException;

    /**
     * Opens a blob of an image that was resolved here.
     *
     * @throws RegistryException if it cannot be had any longer
     */
    InputStream open(Resolved image, Descriptor part) throws IOException;
}
