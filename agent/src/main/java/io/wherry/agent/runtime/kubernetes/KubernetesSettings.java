package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.images.NodeImages;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the cluster is and who we are there.
 *
 * @param kubeconfig how to reach it; empty: by the service account of the pod that the agent runs in
 * @param owner      trust domain and agent id, as one annotation: {@code DOMAIN/AGENT}
 * @param hashKey    of this agent alone, at least 16 random bytes: values of Secrets are shown as a hash under it, and what was taken over is kept sealed under it
 * @param images     where images from bundle files go
 */
public record KubernetesSettings(Optional<Path> kubeconfig, String owner, byte[] hashKey, NodeImages images) {
    /** One that takes no images. */
    public KubernetesSettings(Optional<Path> kubeconfig, String owner, byte[] hashKey) {
        this(kubeconfig, owner, hashKey, new NodeImages.None());
    }

    public KubernetesSettings {
        if (hashKey.length < 16) {
            throw new IllegalArgumentException("hashKey: " + hashKey.length + " bytes (expected: 16 or more)");
        }
        hashKey = hashKey.clone();
    }

    @Override
    public byte[] hashKey() {
        return hashKey.clone();
    }

    @Override
    public String toString() {
        return "KubernetesSettings[" + kubeconfig + ", " + owner + ", " + images + "]";
    }
}
