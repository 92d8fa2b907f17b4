package io.wherry.hub.resource;

import java.util.Optional;

/** Reads the {@code spec} of an agent. */
final class AgentYaml {
    private AgentYaml() {}

    static Optional<Agent> read(Metadata metadata, Strict spec) {
        spec.refused("approved", "cannot be applied", "use \"wherry agent approve\"");
        spec.refused("runtime", "cannot be applied", "the agent says what it is");
        spec.refused("labels", "do not stand here", "labels belong under metadata");
        var variables = spec.get().textMap("variables");
        boolean suspend = spec.get().bool("suspend", false);
        return spec.build(() -> new Agent(metadata, variables, suspend));
    }
}
