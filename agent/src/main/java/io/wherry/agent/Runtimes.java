package io.wherry.agent;

import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.docker.DockerRuntime;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.ImageRecords;
import io.wherry.agent.state.StateFolder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Opens the runtime that the site chose. */
public final class Runtimes {
    private static final int HASH_KEY_BYTES = 32;

    private Runtimes() {}

    /**
     * @param owner  whose the objects on the runtime are: trust domain and agent id
     * @param logins what pulls may show to registries
     */
    public static Runtime open(
            AgentConfig config, String owner, StateFolder folder, DurableStore store, RegistryLogins logins) {
        return DockerRuntime.open(
                new DockerSettings(
                        URI.create(config.site().dockerHost()),
                        owner,
                        hashKey(folder, store),
                        new Pulling(
                                config.site().mirrors(),
                                logins,
                                new ImageRecords(folder, store),
                                config.site().images()),
                        Path.of("/proc/self/net")),
                InstantSource.system());
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
