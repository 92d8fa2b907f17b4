package io.wherry.hub.bundlefile;

import io.wherry.hub.resource.Selector;
import io.wherry.hub.rollout.Assignments;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * For whom a file is made.
 *
 * @param agents   names; each must have something to carry
 * @param selector further agents; those without any stack are left out
 * @param validFor how long the site may begin what it brings
 * @param images   whether container images come along
 * @param lean     whether what the agents' last receipts say is there stays out
 */
public record ExportRequest(
        List<String> agents, Optional<Selector> selector, Duration validFor, boolean images, boolean lean) {
    /** @throws IllegalArgumentException naming what is missing or too much */
    public ExportRequest {
        agents = List.copyOf(agents);
        if (agents.isEmpty() && selector.isEmpty()) {
            throw new IllegalArgumentException("agents: none (expected: names, or a selector)");
        }
        Assignments.requireLifetime(validFor);
    }

    /** Everything but images. */
    public ExportRequest(List<String> agents, Optional<Selector> selector, Duration validFor) {
        this(agents, selector, validFor, false, false);
    }
}
