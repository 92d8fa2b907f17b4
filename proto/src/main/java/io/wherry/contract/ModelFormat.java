package io.wherry.contract;

import java.util.Arrays;
import java.util.Optional;

/** What the model of a bundle is, and with it the kind of runtime that carries it out. */
public enum ModelFormat {
    /** Services, networks and volumes in the shape of {@code docker compose config --format json}; for agents of Docker. */
    COMPOSE(Layer.COMPOSE, Features.COMPOSE, Limits.MODEL_BYTES),
    /** Objects as the API of Kubernetes takes them (docs/reference/bundle-format.md#kubernetes-model); for agents of Kubernetes. */
    KUBERNETES(Layer.KUBERNETES, Features.KUBERNETES, Limits.OBJECTS_BYTES);

    private final String mediaType;
    private final String feature;
    private final long maxBytes;

    ModelFormat(String mediaType, String feature, long maxBytes) {
        this.mediaType = mediaType;
        this.feature = feature;
        this.maxBytes = maxBytes;
    }

    /** Of the manifest's layer that holds the model. */
    public String mediaType() {
        return mediaType;
    }

    /** What an agent must understand to carry out any model of this format. */
    public String feature() {
        return feature;
    }

    /** The largest model. */
    public long maxBytes() {
        return maxBytes;
    }

    /** The format of a model in a layer of this media type; empty for a layer that is no model. */
    public static Optional<ModelFormat> ofMediaType(String mediaType) {
        return Arrays.stream(values())
                .filter(format -> format.mediaType.equals(mediaType))
                .findFirst();
    }
}
