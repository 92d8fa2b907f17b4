package io.wherry.hub.registry;

import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.resource.ChartFrom;
import java.io.IOException;
import java.util.Optional;

/** Where charts come from that are not among a stack's files. */
@FunctionalInterface
public interface ChartSource {
    /**
     * A chart as it was fetched.
     *
     * @param archive    the packed chart; not copied: do not change it
     * @param provenance what lies beside it, not judged ({@link ChartProvenance}); only for a chart that must be signed, and empty if there is none
     */
    record Chart(byte[] archive, Optional<byte[]> provenance) {
        public static Chart unsigned(byte[] archive) {
            return new Chart(archive, Optional.empty());
        }
    }

    /**
     * Fetches a packed chart: what the repository has under that name and version now.
     *
     * @throws RegistryException if it cannot be had
     */
    Chart fetch(ChartFrom from) throws IOException;
}
