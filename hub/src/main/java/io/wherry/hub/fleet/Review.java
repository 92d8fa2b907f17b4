package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Running;
import io.wherry.contract.StackId;
import java.time.Instant;
import java.util.Optional;

/**
 * An agent that is offered nothing until a person has looked at it.
 *
 * @param since    when it began
 * @param told     where the agent stood when it was first heard since then; empty: not heard yet
 * @param reported whether it has told all that it runs
 */
public record Review(AgentId agent, Cause cause, Instant since, Optional<Position> told, boolean reported) {

    /** Why it is held. */
    public enum Cause {
        /** The hub was restored from a backup: the agent may run what the backup does not know. */
        RESTORED,
        /** The agent knows a later state than this hub, though nothing was restored: a data folder was put back by hand. */
        BEHIND,
        /** Two processes poll with the agent's state folder, or it was put back to an older state. */
        COPIED,
        /** It comes back after a longer absence than an agent is trusted for. */
        ABSENT
    }

    /**
     * How far an agent has come with its hub.
     *
     * @param epoch       of the assignment that it adopted last; 0: none
     * @param sequence    of that assignment; 0: none
     * @param rootVersion of the newest trust root that it follows
     */
    public record Position(long epoch, long sequence, long rootVersion) {}

    /**
     * What an agent under review told of one stack.
     *
     * @param generation the highest that it worked on
     * @param bundle     what it worked on; empty for a stack that was taken away
     */
    public record Told(
            StackId stack, String name, long generation, Optional<Digest> bundle, Optional<Running> running) {
        /** As a receipt says it. */
        public static Told of(EntryState state) {
            long highest = Math.max(
                    state.generation(), state.running().map(Running::generation).orElse(0L));
            return new Told(state.stack(), state.name(), highest, state.bundle(), state.running());
        }
    }
}
