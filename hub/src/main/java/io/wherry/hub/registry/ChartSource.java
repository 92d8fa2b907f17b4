package io.wherry.hub.registry;

import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.resource.ChartFrom;
import java.io.IOException;

/** Where charts come from that are not among a stack's files. */
@FunctionalInterface
public interface ChartSource {
    /**
     * Fetches a packed chart: what the repository has under that name and version now.
     *
     * @throws RegistryException if it cannot be had
     */
    byte[] fetch(ChartFrom from) throws IOException;
}
