package io.wherry.contract.registry;

import java.util.Optional;

/** What may be shown to a registry: the hub's credentials, or those that a person gave a command; and how to give more. */
@FunctionalInterface
public interface RegistryCredentials {
    /**
     * The value of an {@code Authorization} header, Basic; empty where there is no credential for that registry.
     *
     * @param registry {@code HOST} or {@code HOST:PORT}
     * @throws RegistryException if there is one that cannot be used
     */
    Optional<String> header(String registry) throws RegistryException;

    /** Whether somebody said that this registry speaks no TLS. One on this machine may speak none without being named. */
    default boolean plain(String registry) {
        return false;
    }

    /** Whose they are, for messages. */
    default String owner() {
        return "the hub";
    }

    /** How to give one. */
    default String hint(ImageReference image) {
        return "wherry credential create NAME --type basic --host " + image.registry();
    }

    /** How to make a registry's authority known. */
    default String authorityHint() {
        return "write the authority's certificate (PEM) into a file and name it as registries.caFile";
    }
}
