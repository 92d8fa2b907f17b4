package io.wherry.e2e.git;

import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.registry.ArtifactClient;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/** For hubs whose sources are all of Git. */
final class NoRegistries {
    static final ArtifactClient CLIENT = new ArtifactClient(
            (SSLSocketFactory) SSLSocketFactory.getDefault(), host -> Optional.empty(), (name, host) -> {
                throw new RegistryException("credential " + name + ": there is none", "wherry get credentials");
            });

    private NoRegistries() {}
}
