package io.wherry.agent;

import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.KubernetesSettings;
import io.wherry.agent.runtime.kubernetes.images.Containerd;
import io.wherry.agent.runtime.kubernetes.images.ImagesFolder;
import io.wherry.agent.runtime.kubernetes.images.NodeImages;
import io.wherry.agent.runtime.kubernetes.images.SiteRegistry;
import io.wherry.agent.runtime.swarm.DockerModes;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.ImageRecords;
import io.wherry.agent.state.StateFolder;
import io.wherry.base.WallClock;
import io.wherry.contract.Features;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Opens the runtime that the site chose. */
public final class Runtimes {
    private static final int HASH_KEY_BYTES = 32;

    /** Where K3s writes how to reach itself. */
    private static final Path K3S = Path.of("/etc/rancher/k3s/k3s.yaml");

    /** There in every pod that may ask the cluster something. */
    private static final Path POD_TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

    private Runtimes() {}

    /** What an agent of that runtime understands. */
    public static List<String> understood(AgentConfig config) {
        return config.site().isKubernetes() ? Features.UNDERSTOOD_ON_KUBERNETES : Features.UNDERSTOOD;
    }

    /**
     * @param owner  whose the objects on the runtime are: trust domain and agent id
     * @param logins what pulls may show to registries
     */
    public static Runtime open(
            AgentConfig config, String owner, StateFolder folder, DurableStore store, RegistryLogins logins) {
        return open(
                config,
                owner,
                hashKey(folder, store),
                new Pulling(
                        config.site().mirrors(),
                        logins,
                        new ImageRecords(folder, store),
                        config.site().images()));
    }

    /** @param hashKey under which secrets in differences are hashed */
    static Runtime open(AgentConfig config, String owner, byte[] hashKey, Pulling pulling) {
        if (config.site().isKubernetes()) {
            return KubernetesRuntime.open(
                    new KubernetesSettings(
                            kubeconfig(config),
                            owner,
                            hashKey,
                            images(config.site()),
                            config.site().cluster().former()),
                    WallClock.system());
        }
        return DockerModes.open(
                new DockerSettings(
                        URI.create(config.site().docker().host()),
                        owner,
                        hashKey,
                        pulling,
                        Path.of("/proc/self/net"),
                        config.site().docker().former()),
                WallClock.system());
    }

    private static NodeImages images(AgentConfig.Site site) {
        return site.cluster()
                .imagesFolder()
                .<NodeImages>map(folder -> new NodeImages.InFolder(
                        new ImagesFolder(folder, site.images().age(), WallClock.system())))
                .or(() ->
                        site.cluster().containerd().map(socket -> new NodeImages.InContainerd(new Containerd(socket))))
                .or(() -> site.cluster().registry().map(place -> new NodeImages.InRegistry(new SiteRegistry(place))))
                .orElseGet(NodeImages.None::new);
    }

    /** The site's word; else a pod's own account, where the agent runs in one; else K3s on this host. */
    private static Optional<Path> kubeconfig(AgentConfig config) {
        Optional<Path> chosen = config.site().cluster().kubeconfig();
        return chosen.isPresent() || Files.exists(POD_TOKEN) ? chosen : Optional.of(K3S);
    }

    /** Under it secrets in differences are hashed; made once, so that the same difference looks the same after a restart. */
    static byte[] hashKey(StateFolder folder, DurableStore store) {
        Path file = folder.resolve("hash.key");
        if (!Files.exists(file)) {
            byte[] key = new byte[HASH_KEY_BYTES];
            new SecureRandom().nextBytes(key);
            store.write(file, key);
        }
        return DurableStore.read(file);
    }
}
