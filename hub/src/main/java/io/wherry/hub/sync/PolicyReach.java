package io.wherry.hub.sync;

import java.util.List;

/**
 * Whom a policy governs, and what it keeps away now.
 *
 * @param agents   by name
 * @param refusals {@code STACK at AGENT, AGENT: RULE refuses commit 1a2b3c4d5e6f} each
 */
public record PolicyReach(List<String> agents, List<String> refusals) {
    public PolicyReach {
        agents = List.copyOf(agents);
        refusals = List.copyOf(refusals);
    }
}
