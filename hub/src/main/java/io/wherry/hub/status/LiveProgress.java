package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.StackId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What agents say they are doing just now: unsigned, for display, in memory alone. What counts comes in receipts.
 *
 * <p>Bounded by the fleet: one entry per stack and agent, which the next one replaces.
 */
public final class LiveProgress {
    private final Map<Place, Progress> latest = new ConcurrentHashMap<>();

    private record Place(AgentId agent, StackId stack) {}

    /**
     * One look.
     *
     * @param phase   the journal's word in CamelCase
     * @param message with the bytes, where something is fetched; may be empty
     */
    public record Progress(long generation, String phase, String reason, String message) {}

    /** Takes over what an agent said. A stack uid that is none is ignored: it can only be a fault of the agent's. */
    public void note(AgentId agent, String stack, Progress progress) {
        try {
            latest.put(new Place(agent, StackId.parse(stack)), progress);
        } catch (IllegalArgumentException e) {
            System.getLogger(LiveProgress.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "agent " + agent + " speaks of a stack that cannot be: " + e.getMessage());
        }
    }

    public Optional<Progress> of(AgentId agent, StackId stack) {
        return Optional.ofNullable(latest.get(new Place(agent, stack)));
    }
}
