package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.images.NodeImages;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the cluster is and who we are there.
 *
 * @param kubeconfig how to reach it; empty: by the service account of the pod that the agent runs in
 * @param owner      trust domain and agent id, as one annotation: {@code DOMAIN/AGENT}
 * @param hashKey    of this agent alone, at least 16 random bytes: values of Secrets are shown as a hash under it, and what was taken over is kept sealed under it
 * @param images     where images from bundle files go
 * @param former     agents that worked on this cluster and do not any more, by the site's own word, each as an owner: what they left may be taken over
 */
public record KubernetesSettings(
        Optional<Path> kubeconfig, String owner, byte[] hashKey, NodeImages images, Set<String> former) {
    /** One that takes no images, on a cluster where no agent was before. */
    public KubernetesSettings(Optional<Path> kubeconfig, String owner, byte[] hashKey) {
        this(kubeconfig, owner, hashKey, new NodeImages.None(), Set.of());
    }

    public KubernetesSettings {
        if (hashKey.length < 16) {
            throw new IllegalArgumentException("hashKey: " + hashKey.length + " bytes (expected: 16 or more)");
        }
        hashKey = hashKey.clone();
        // Named itself, it would take its own objects for another's.
        former = former.stream().filter(agent -> !agent.equals(owner)).collect(Collectors.toUnmodifiableSet());
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
