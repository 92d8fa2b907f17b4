package io.wherry.hub.registry;

import java.util.Optional;

/** What the hub may show to a registry. */
@FunctionalInterface
public interface RegistryCredentials {
    /**
     * The value of an {@code Authorization} header, Basic; empty where the hub has no credential for that registry.
     *
     * @param registry {@code HOST} or {@code HOST:PORT}
     * @throws RegistryException if there is one that cannot be used
     */
    Optional<String> header(String registry) throws RegistryException;

    /** How to give the hub one. */
    static String hint(ImageReference image) {
        return "wherry credential create NAME --type basic --host " + image.registry();
    }
}
