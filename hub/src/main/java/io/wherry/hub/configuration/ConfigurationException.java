package io.wherry.hub.configuration;

/** The hub cannot start with the configuration repository that hub.yaml names. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigurationException(String message) {
        super(message);
    }
}
