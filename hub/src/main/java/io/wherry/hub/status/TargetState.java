package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.StackId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One stack at one agent: what is wanted there, and what was last reported from there.
 *
 * @param report     the newest report of any generation; absent if none came yet
 * @param reportedAt when the hub took it; the epoch if none came yet
 */
public record TargetState(
        AgentId agent,
        StackId stack,
        String stackName,
        Wanted wanted,
        Optional<EntryState> report,
        Instant reportedAt) {

    /**
     * What the assignment says.
     *
     * @param bundle         absent where the stack shall be removed
     * @param revision       the stack's revision this belongs to
     * @param at             when it was wanted first
     * @param detached       no selector names the agent any longer
     * @param pinned         the stack is pinned to an earlier release
     * @param unpinnedImages images without a digest: what runs is decided by the registry on the day
     */
    public record Wanted(
            Place place,
            long generation,
            Optional<Digest> bundle,
            long revision,
            Instant at,
            boolean detached,
            boolean pinned,
            List<String> unpinnedImages) {
        public Wanted {
            unpinnedImages = List.copyOf(unpinnedImages);
        }
    }

    /** What shall become of it there. */
    public enum Place {
        PRESENT,
        SUSPENDED,
        ABSENT
    }

    /** The report of the generation that is wanted; absent while the agent still works on it or has not heard of it. */
    public Optional<EntryState> current() {
        return report.filter(state -> state.generation() == wanted.generation());
    }
}
